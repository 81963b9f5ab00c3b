import os
import stat
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.line_file import NotWrittenError, open_lines


def test_lines_are_there_as_soon_as_they_are_appended_and_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    old = os.umask(0)
    try:
        with open_lines(path, lambda file: True) as lines:
            lines.append(b"one\n")
            assert path.read_bytes() == b"one\n"
    finally:
        os.umask(old)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize(("counts", "left", "cut"), [(True, b"one\n", 3), (False, b"", 7)])
def test_a_file_is_gone_on_with_after_its_last_whole_line(tmp_path: Path, counts: bool, left: bytes, cut: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one\ntwo")
    with open_lines(path, lambda file: counts) as lines:
        assert (lines.size, lines.cut) == (len(left), cut)
        lines.append(b"three\n")
    assert path.read_bytes() == left + b"three\n"


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with (
        open_lines(path, lambda file: True),
        pytest.raises(SandboxError, match="being written"),
        open_lines(path, lambda file: True),
    ):
        pass


def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SandboxError, match="cannot be written"), open_lines(tmp_path / "pipe", lambda file: True):
        pass


def test_once_the_disk_takes_no_more_nothing_follows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with open_lines(path, lambda file: True) as lines:
        lines.append(b"one\n")
        with pytest.raises(NotWrittenError, match="No space"):
            lines.give_up(OSError(28, "No space left on device"))
        with pytest.raises(NotWrittenError, match="No space"):
            lines.append(b"two\n")
    assert path.read_bytes() == b"one\n"
