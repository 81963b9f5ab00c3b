"""Where the data files are that come with the product, and the project's own."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(name: str) -> Path:
    """Prefer a checkout's own folder: an editable install's copy goes stale."""
    own = _CHECKOUT / name
    return own if (_CHECKOUT / "pyproject.toml").is_file() and own.is_dir() else _PACKAGE / "_data" / name


PROFILES = _shipped("profiles")
"""Packs, and `world/` with the device profiles and scenarios."""

SCHEMAS = _shipped("schemas")
"""`formats/` with the schemas of our own files, and each API's contract."""


def shown(path: Path) -> str:
    """Name a file as a user would: relative to where they stand, when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
