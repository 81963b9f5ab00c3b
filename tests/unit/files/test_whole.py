from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from replaysandbox.files.whole import ANYBODYS, drafted, make_once, write_whole


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "f"
    write_whole(file, b"old")
    assert rights(file) == 0o600
    with suppress(RuntimeError), drafted(file) as draft:
        draft.write_bytes(b"half")
        assert file.read_bytes() == b"old"
        raise RuntimeError
    assert file.read_bytes() == b"old"
    write_whole(file, b"new", ANYBODYS)
    assert (file.read_bytes(), rights(file)) == (b"new", 0o644)
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), b"x")


@pytest.mark.parametrize("links", [True, False])
def test_who_is_first_wins(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not links:  # as exFAT and some shared folders of containers
        monkeypatch.setattr(os, "link", no_links)
    file = tmp_path / "key"
    make_once(file, b"first")
    make_once(file, b"second")
    assert (file.read_bytes(), rights(file)) == (b"first", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    for write in (write_whole, make_once):
        with pytest.raises(OSError, match="No such file"):
            write(tmp_path / "nowhere" / "f", b"x")
