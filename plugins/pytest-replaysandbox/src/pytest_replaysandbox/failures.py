"""What the sandbox saw in tests that failed, as captures in one visible folder that CI can keep."""

from __future__ import annotations

from pathlib import Path

from pytest_replaysandbox.captures import SUFFIX, remove

FOLDER = "sandbox-failures"
"""Ours. Visible: what keeps files for CI passes over hidden ones."""

_MARK = ".gitignore"


def failure_path(root: Path, name: str) -> Path:
    """Say where a failing test's journal is kept, and make its folder.

    Args:
        root: pytest's root folder.
        name: The test's short name.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / _MARK).write_text("# Made by pytest-replaysandbox.\n*\n", encoding="utf-8")
    return folder / f"{name}{SUFFIX}"


def clear(root: Path) -> None:
    """Take away what an earlier run kept: only in a folder that we made."""
    folder = root / FOLDER
    if (folder / _MARK).is_file():
        for capture in folder.glob(f"*{SUFFIX}"):
            remove(capture)
