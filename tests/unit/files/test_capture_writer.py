import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.capture_writer import NotWrittenError, open_writer
from replaysandbox.files.captures import open_capture
from tests.unit.files.recorded import HEADER, recorded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "captures" / "day.jsonl"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


@contextmanager
def longest_file(size: int) -> Iterator[None]:
    """Let the kernel refuse to write beyond this size, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_exchange_is_there_as_soon_as_it_is_appended(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        writer.append(recorded())
        with open_capture(path) as capture:
            assert list(capture) == [recorded()]


def test_only_its_owner_may_read_it(path: Path) -> None:
    with umask(0), open_writer(path, HEADER) as writer:
        writer.append(recorded(body=b"\xff" * 300_000))
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.rglob("*")}
    assert modes.pop("day.jsonl") == 0o600
    assert modes.pop("day.jsonl.bodies") == 0o700
    assert list(modes.values()) == [0o600]
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_capture_is_gone_on_with(path: Path) -> None:
    for each in ("/a", "/b"):
        with open_writer(path, HEADER) as writer:
            writer.append(recorded(each))
            assert (writer.count, writer.cut) == (1, 0)
    with open_capture(path) as capture:
        assert [each.request.path for each in capture] == ["/a", "/b"]


def test_a_cut_line_is_taken_off_before_going_on(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        writer.append(recorded("/a"))
        writer.append(recorded("/b"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with open_writer(path, HEADER) as writer:
        assert writer.cut > 0
        writer.append(recorded("/c"))
    with open_capture(path) as capture:
        assert [each.request.path for each in capture] == ["/a", "/c"]
        assert capture.damaged == {}


@pytest.mark.parametrize("length", [0, 1, 30])
def test_a_cut_header_is_written_anew(path: Path, length: int) -> None:
    with open_writer(path, HEADER):
        pass
    path.write_bytes(path.read_bytes()[:length])
    with open_writer(path, HEADER) as writer:
        writer.append(recorded())
    with open_capture(path) as capture:
        assert len(capture) == 1


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    for content in ("my notes", "my notes\n", "{}\n"):
        other.write_text(content)
        with pytest.raises(SandboxError, match="is no capture"), open_writer(other, HEADER):
            pass
        assert other.read_text() == content


@pytest.mark.parametrize("other", [replace(HEADER, redaction=""), replace(HEADER, mode="simulate")])
def test_a_capture_made_otherwise_is_not_gone_on_with(path: Path, other: object) -> None:
    with open_writer(path, HEADER):
        pass
    with pytest.raises(SandboxError, match="cannot be gone on with"), open_writer(path, other):  # type: ignore[arg-type]
        pass


def test_two_writers_are_refused(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        with pytest.raises(SandboxError, match="is being written by another process"), open_writer(path, HEADER):
            pass
        writer.append(recorded())
    with open_writer(path, HEADER):
        pass


def test_a_full_disk_costs_the_exchange_that_did_not_fit(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        writer.append(recorded("/a"))
        with longest_file(path.stat().st_size + 100), pytest.raises(NotWrittenError) as first:
            writer.append(recorded("/b"))
        assert first.value.errno == errno.EFBIG
        with pytest.raises(NotWrittenError, match=r"day\.jsonl"):
            writer.append(recorded("/c"))
        with pytest.raises(NotWrittenError):
            writer.spool()
        assert writer.count == 1
    with open_capture(path) as capture:
        assert [each.request.path for each in capture] == ["/a"]
        assert capture.damaged == {}


def test_dev_full_is_told_as_no_space(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, writer._lines._descriptor)
        os.close(full)
        with pytest.raises(NotWrittenError) as told:
            writer.append(recorded())
    assert told.value.errno == errno.ENOSPC


@pytest.mark.parametrize("target", ["/dev/full", "/dev/null", "/proc/none/day.jsonl"])
def test_a_place_that_takes_nothing_is_refused_at_once(target: str) -> None:
    with pytest.raises(SandboxError, match="cannot be written"), open_writer(Path(target), HEADER):
        pass


def test_a_large_body_that_does_not_fit_leaves_no_half(path: Path) -> None:
    with open_writer(path, HEADER) as writer, longest_file(200_000), pytest.raises(NotWrittenError):
        writer.append(recorded(body=b"\xff" * 300_000))
    assert list(path.with_name("day.jsonl.bodies").iterdir()) == []


def test_a_body_in_pieces_is_put_into_an_exchange(path: Path) -> None:
    with open_writer(path, HEADER) as writer:
        spool = writer.spool()
        spool.write(b"a" * 10)
        spool.write(b"b" * 10)
        exchange = recorded()
        assert exchange.response is not None
        writer.append(replace(exchange, response=replace(exchange.response, body=spool.keep())))
    with open_capture(path) as capture:
        (read,) = capture
        assert read.response is not None
        assert capture.body(read.response.body) == b"a" * 10 + b"b" * 10
