"""Docs cannot lie: each shell and Python block of the READMEs and of docs/ is run as a reader would run it.

A block begins with three backticks and `sh` or `python`. Each runs in an empty folder and a home of its own,
with the product's script on PATH, and must end with status 0 within a minute and leave no process behind.
Beside the language may stand `exit=N` (it ends with that status), `needs=PROGRAM` (or a file's glob: what may be
missing on a person's machine; in CI the block is run whatever is missing), or `no-run REASON` (it is shown, not run).
What is not meant to be run is given another language: `text`, `yaml`, `console`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 60

_FENCE = re.compile(r"(?ms)^```(\S+)([^\n]*)\n(.*?)^```\s*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page. `options` is what stands beside the language."""

    page: str
    line: int
    language: str
    options: str
    code: str

    @property
    def is_run(self) -> bool:
        return self.language in ("sh", "python") and not self.options.startswith("no-run")

    @property
    def status(self) -> int:
        found = re.fullmatch(r"exit=(\d+)", self.options)
        return int(found.group(1)) if found else 0

    @property
    def needs(self) -> str:
        return self.options.removeprefix("needs=") if self.options.startswith("needs=") else ""


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """Find the fenced blocks of a page, lines from 1."""
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, match.group(1), match.group(2).strip(), match.group(3))


def _pages() -> list[Path]:
    pages = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("plugins/*/README.md")))
    return [path for path in pages if path.is_file()]


BLOCKS = [block for path in _pages() for block in blocks_of(str(path.relative_to(ROOT)), path.read_text("utf-8"))]


def run_block(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one block in a folder, and end what it left behind."""
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    program = ["bash", "-euo", "pipefail"] if block.language == "sh" else [sys.executable]
    script = folder.parent / f"block.{block.language}"
    script.write_text(block.code, encoding="utf-8")
    return subprocess.run(
        [*program, str(script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def _living_in(home: Path) -> list[int]:
    """Find the processes that a block left behind: the environment they were started with names its home."""
    mark = f"HOME={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue  # another person's, or gone since
    return found


def end_all_in(home: Path) -> list[int]:
    """End the processes that a block left behind and say which they were."""
    left = _living_in(home)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return left


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=f"{block.page}:{block.line}") for block in BLOCKS if block.is_run]
)
def test_block_runs(block: Block, own_home: Path, tmp_path: Path) -> None:
    if block.needs:
        need(block.needs)
    folder = tmp_path / "empty"
    folder.mkdir()
    try:
        ran = run_block(block, folder)
    finally:
        left = end_all_in(own_home)
    assert ran.returncode == block.status, ran.stdout
    assert left == [], f"left running: {left}"


def test_a_block_that_is_not_run_says_why() -> None:
    bare = [f"{block.page}:{block.line}" for block in BLOCKS if re.fullmatch(r"no-run\W*", block.options)]
    assert bare == []


def test_options_beside_the_language_are_known() -> None:
    known = re.compile(r"|exit=\d+|needs=\S+|no-run\b.*")
    ours = [block for block in BLOCKS if block.language in ("sh", "python")]
    assert [f"{block.page}:{block.line}" for block in ours if not known.fullmatch(block.options)] == []


def test_the_readme_has_blocks_that_are_run() -> None:
    assert any(block.page == "README.md" and block.is_run for block in BLOCKS)


# What follows proves the runner itself on blocks made here.


def _block(code: str, options: str = "", language: str = "sh") -> Block:
    return next(blocks_of("made.md", f"text\n\n```{language} {options}\n{code}\n```\n"))


def test_a_block_knows_its_line_and_its_options() -> None:
    block = _block("false", "exit=3")
    assert (block.line, block.language, block.status, block.is_run) == (3, "sh", 3, True)
    assert not _block("false", "no-run needs the vendor's own key").is_run


def test_what_a_machine_lacks_is_left_out_but_never_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    need("sh")
    need("/bin/s[h]")
    for missing in ("no-such-program", "/no/such/*.so"):
        with pytest.raises(pytest.skip.Exception):
            need(missing)
    monkeypatch.setenv("CI", "true")
    need("no-such-program")


def test_what_blocks_need_is_installed_in_ci() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    needed = {block.needs for block in BLOCKS if block.needs}
    assert [name for name in needed if f"[{name}]=" not in script] == []


def test_a_failing_line_fails_the_block(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert run_block(_block("false\ntrue"), folder).returncode == 1
    assert run_block(_block("raise SystemExit(4)", language="python"), folder).returncode == 4


def test_the_products_script_is_on_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert run_block(_block("replaysandbox --version"), folder).returncode == 0


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see other processes")
def test_what_a_block_left_running_is_found_and_ended(own_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    ran = run_block(_block("setsid sleep 60 >/dev/null 2>&1 &"), folder)
    assert ran.returncode == 0
    assert len(end_all_in(own_home)) == 1
