from __future__ import annotations

import stat
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.capture import CaptureHeader, Recorded
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.launch.foreign import FORMATS, convert, format_of, open_any
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import VERSION
from tests.unit.files.foreign.made import DATA
from tests.unit.files.recorded import HEADER, recorded

SECRET = "hunter2-Zm9vYmFy"
REAL = sorted(
    path
    for path in DATA.rglob("*.*")
    if path.suffix in (".har", ".flows", ".yaml", ".json")
    and path.name != "old.yaml"
    and path.parent.name != "har-schema"
    and len(path.stem) < 40
)


def capture(path: Path, *exchanges: Recorded, head: CaptureHeader = HEADER) -> Path:
    with open_writer(path, head) as writer:
        for exchange in exchanges:
            writer.append(exchange)
    return path


def read(path: Path) -> list[Recorded]:
    with open_capture(path) as opened:
        found = list(opened)
        assert opened.damaged == {}
        return found


@pytest.mark.parametrize("suffix", [".har", ".flows", ".jsonl"])
def test_large_and_odd_exchanges_survive_each_format(suffix: str, tmp_path: Path) -> None:
    exchanges = [recorded(body=bytes(range(256)) * 2000), recorded("/b", body=b"")]
    source = capture(tmp_path / "a.capture", *exchanges)
    assert convert(source, tmp_path / f"b{suffix}", Losses(), None) == 2
    assert convert(tmp_path / f"b{suffix}", tmp_path / "c.capture", Losses(), None) == 2
    with open_capture(source) as before, open_capture(tmp_path / "c.capture") as after:
        assert list(before) == list(after)
        assert [after.body(one.response.body) for one in after if one.response] == [bytes(range(256)) * 2000, b""]


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_file_of_others_opens_as_a_capture(path: Path) -> None:
    losses = Losses()
    with open_any(path, losses, Redactor(bytes(32)).exchange) as opened:
        assert opened.header.redaction == VERSION
        assert len(list(opened)) == len(opened) > 0
        folder = opened.path.parent
    assert not folder.exists()


@pytest.mark.parametrize("suffix", [".capture", ".har", ".flows", ".sh", ".http"])
def test_secrets_are_gone_before_anything_is_written(suffix: str, tmp_path: Path) -> None:
    headers = (("Authorization", f"Bearer {SECRET}"),)
    source = capture(
        tmp_path / "a.capture",
        recorded("/x", query=f"api_key={SECRET}", headers=headers),
        head=replace(HEADER, redaction=""),
    )
    convert(source, tmp_path / f"kept{suffix}", Losses(), None)
    assert SECRET.encode() in (tmp_path / f"kept{suffix}").read_bytes()
    convert(source, tmp_path / f"out{suffix}", Losses(), Redactor(bytes(32)).exchange)
    assert SECRET.encode() not in (tmp_path / f"out{suffix}").read_bytes()
    assert stat.S_IMODE((tmp_path / f"out{suffix}").stat().st_mode) == 0o600


def test_what_was_redacted_is_not_redacted_again(tmp_path: Path) -> None:
    def never(_: Recorded) -> Recorded:
        raise AssertionError

    source = capture(tmp_path / "a.capture", recorded())
    convert(source, tmp_path / "b.capture", Losses(), never)
    assert read(tmp_path / "b.capture") == [recorded()]


def test_a_source_that_breaks_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "a.har"
    convert(capture(tmp_path / "a.capture", recorded(), recorded()), source, Losses(), None)
    source.write_bytes(source.read_bytes()[:-20])
    for suffix in (".capture", ".flows"):
        with pytest.raises(SandboxError, match=r"\[log\.entries\.1\] is no JSON"):
            convert(source, tmp_path / f"b{suffix}", Losses(), None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.capture", "a.har"]


def test_a_target_that_is_there_is_left_alone(tmp_path: Path) -> None:
    source = capture(tmp_path / "a.capture", recorded())
    (tmp_path / "b.har").write_bytes(b"mine")
    with pytest.raises(SandboxError, match=r"b\.har: is there already"):
        convert(source, tmp_path / "b.har", Losses(), None)
    assert (tmp_path / "b.har").read_bytes() == b"mine"


def test_a_target_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    source = capture(tmp_path / "a.capture", recorded())
    with pytest.raises(SandboxError, match=r"cannot be written: No such file"):
        convert(source, tmp_path / "none" / "b.har", Losses(), None)


def test_names_and_contents_that_nobody_knows_are_told_with_what_is_known(tmp_path: Path) -> None:
    source = capture(tmp_path / "a.capture", recorded())
    with pytest.raises(SandboxError, match=r"a name like this is not written\n    hint: .*\.har \(HAR 1\.2\)"):
        convert(source, tmp_path / "b.xyz", Losses(), None)
    with pytest.raises(SandboxError, match="VCR cassette is not written"):
        convert(source, tmp_path / "b.yaml", Losses(), None)
    (tmp_path / "x.txt").write_text("hello")
    with pytest.raises(SandboxError, match=r"holds no exchanges .*\n    hint: read are: capture"):
        convert(tmp_path / "x.txt", tmp_path / "b.har", Losses(), None)


def test_an_empty_file_is_what_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "a.flows").touch()
    assert format_of(tmp_path / "a.flows").name == "flows"
    assert convert(tmp_path / "a.flows", tmp_path / "b.har", Losses(), None) == 0


def test_a_lost_body_is_told(tmp_path: Path) -> None:
    source = capture(tmp_path / "a.capture", recorded(body=b"x" * 300_000), recorded())
    next((tmp_path / "a.capture.bodies").iterdir()).unlink()
    losses = Losses()
    assert convert(source, tmp_path / "b.har", losses, None) == 1
    assert losses.lines() == [
        "an exchange whose body's file is missing or damaged: left out (1 time, first in exchange 1)"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".har", ".flows"])
def test_memory_does_not_grow_with_the_file(suffix: str, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        source = tmp_path / f"{count}{suffix}"
        made = capture(tmp_path / f"{count}.capture", *[recorded(body=b"x" * 50_000)] * count)
        convert(made, source, Losses(), None)
        tracemalloc.start()
        try:
            assert convert(source, tmp_path / f"{count}.jsonl", Losses(), None) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what is imported and remembered once
    assert peak(400) < 400 * 50_000 / 4  # flows have cycles: some wait for the collector


def test_each_format_has_a_name_of_its_own() -> None:
    suffixes = [suffix for each in FORMATS for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(each.read or each.write for each in FORMATS)
