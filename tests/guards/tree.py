"""The files of the project, as the guards walk them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "replaysandbox"
_NOT_OURS = {"__pycache__", "node_modules", "build", "dist"}


@cache
def project_files() -> tuple[Path, ...]:
    """List what is, or would be, under version control, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = (Path(name) for name in listed.stdout.split("\0") if name)
        return tuple(sorted(name for name in names if (ROOT / name).is_file()))
    walked = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())  # an unpacked archive
    return tuple(sorted(path for path in walked if not _is_made(path)))


def modules() -> tuple[Path, ...]:
    """List the product's Python modules, relative to the package."""
    inside = Path("src/replaysandbox")
    ours = (path for path in project_files() if path.suffix == ".py" and path.is_relative_to(inside))
    return tuple(path.relative_to(inside) for path in ours)


def text_of(path: Path) -> str | None:
    """Read a project file, or None where it is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _is_made(path: Path) -> bool:
    return any(part in _NOT_OURS or (part.startswith(".") and part != ".ci") for part in path.parts[:-1])
