"""What the command-line tests share: the real command in a home of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "replaysandbox")


class Person:
    """Somebody who types commands, in an empty folder with an empty home.

    Attributes:
        folder: Where they stand.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*COMMAND, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=timeout, check=False
        )

    def starts(self, *arguments: str, **more: object) -> subprocess.Popen[str]:
        """Start a command that stays."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.Popen([*COMMAND, *arguments], cwd=self.folder, text=True, **options)  # type: ignore[call-overload]


@pytest.fixture
def person(own_home: Path, tmp_path: Path) -> Iterator[Person]:
    folder = tmp_path / "project"
    folder.mkdir()
    somebody = Person(folder)
    yield somebody
    somebody.types("down", "--all")
