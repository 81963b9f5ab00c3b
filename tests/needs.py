"""What a test needs that a person's machine may lack. In CI nothing is left out: .ci/run installs all of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def need(what: str) -> None:
    """Leave the test out where a program, or a file's glob that begins with a slash, is not here."""
    there = any(Path("/").glob(what.lstrip("/"))) if what.startswith("/") else shutil.which(what)
    if not there and not os.environ.get("CI"):
        pytest.skip(f"{what} is not here; .ci/run installs it")
