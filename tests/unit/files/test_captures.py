from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replaysandbox.core.capture import BodyFile, Recorded
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import MOST_KEPT, MOST_TOLD, open_capture, told_damage
from tests.unit.files.recorded import HEADER, any_recorded, recorded

PATHS = ("/battery", "/ev-charger", "/battery")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "day.jsonl"
    with open_writer(path, HEADER) as writer:
        for each in PATHS:
            writer.append(recorded(each))
    return path


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exchanges=st.lists(any_recorded(), max_size=5))
def test_what_is_written_is_read_in_its_order(tmp_path: Path, exchanges: list[Recorded]) -> None:
    path = tmp_path / "any.jsonl"
    path.unlink(missing_ok=True)
    with open_writer(path, HEADER) as writer:
        for each in exchanges:
            writer.append(each)
    with open_capture(path) as capture:
        assert list(capture) == exchanges
        assert capture.header == HEADER
        assert capture.damaged == {}


def test_any_exchange_is_read_alone(path: Path) -> None:
    with open_capture(path) as capture:
        assert len(capture) == 3
        assert capture.get(1) == recorded("/ev-charger")
        assert capture.get(0) == recorded("/battery")


@pytest.mark.slow
def test_a_cut_last_line_costs_that_line_only(path: Path) -> None:
    content = path.read_bytes()
    last = content.rindex(b"\n", 0, -1) + 1
    for end in range(last + 1, len(content) - 1):
        path.write_bytes(content[:end])
        with open_capture(path) as capture:
            assert str(capture.damaged[2]).startswith(f"{path}:4: is left out: it is cut")
            assert list(capture) == [recorded("/battery"), recorded("/ev-charger")]


def test_only_the_line_end_missing_costs_nothing(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    with open_capture(path) as capture:
        assert len(list(capture)) == 3
        assert capture.damaged == {}


def test_a_damaged_line_in_the_middle_is_passed_over(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"\x00" * 50 + b"\n", lines[3]]))
    with open_capture(path) as capture:
        assert [number for number, _ in capture.numbered()] == [0, 2]
        assert str(capture.damaged[1]).startswith(f"{path}:3: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "no capture"), (b"{}\n", "does not say"), (b"hello\n", "no capture"), (b"\xff\n", "no capture")],
)
def test_another_file_is_no_capture(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "other.txt"
    path.write_bytes(content)
    with pytest.raises(SandboxError, match=reason):
        open_capture(path)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="No such file"):
        open_capture(tmp_path / "none.jsonl")
    with pytest.raises(SandboxError, match="is no plain file"):
        open_capture(tmp_path)


def test_a_large_body_stays_on_disk_until_it_is_asked_for(tmp_path: Path) -> None:
    path, large = tmp_path / "day.jsonl", b"\xff" * 300_000
    with open_writer(path, HEADER) as writer:
        writer.append(recorded(body=large))
    with open_capture(path) as capture:
        (read,) = capture
        assert read.response is not None
        assert isinstance(read.response.body, BodyFile)
        assert capture.body(read.response.body) == large
        assert b"".join(capture.pieces(read.response.body)) == large
    assert path.stat().st_size < 2_000


def test_of_many_damaged_lines_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "it.capture"
    with open_writer(path, HEADER) as writer:
        writer.append(recorded())
    with path.open("ab") as file:
        file.write(b"[]\n" * 1500)
    with open_capture(path) as capture:
        assert len(list(capture)) == 1
        told = told_damage(capture.damaged)
        assert b"".join(capture.raw(1)) == b"[]\n"
    assert len(capture.damaged) == 1500
    assert len({id(each) for each in capture.damaged.values()}) == MOST_KEPT + 1
    assert len(told) == MOST_TOLD + 1
    assert told[0].startswith(f"{path}:3: is left out")
    assert told[-1] == "and 1,480 more lines are left out"
