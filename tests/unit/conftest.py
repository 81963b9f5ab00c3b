"""The unit suite in parts, each a pytest of its own (`make unit`).

pytest-xdist would have every worker collect all of it and tell the rest what each test did: with thousands of tests of
a millisecond that is a third of the time. A part collects its own files only.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--part K/N`: the K-th of N parts of the unit suite's files, K from 1."""
    parser.addoption("--part", metavar="K/N", help="of the unit suite, only the K-th of N parts of its files")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files of the other parts; no opinion (None) on folders and where there are no parts."""
    part: str | None = config.getoption("--part", default=None)
    if part is None or collection_path.suffix != ".py":
        return None
    number, _, of = part.partition("/")
    name = collection_path.relative_to(HERE).as_posix()
    return True if crc32(name.encode()) % int(of) != int(number) - 1 else None


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let a part be empty, as where `-k` asks for one test only."""
    if session.config.getoption("--part", default=None) and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK
