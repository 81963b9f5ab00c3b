"""Hostile captures from captures.yaml, by each verb that reads one: told or passed over, in time, nothing lost."""

from __future__ import annotations

import base64
import functools
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from replaysandbox.cli.door import ASIDE, BUG, USAGE, invoke
from replaysandbox.core.errors import SandboxError
from replaysandbox.files import packs
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.launch.replaying import ReplayWish
from replaysandbox.launch.reproducing import read_start
from replaysandbox.redact.coding import Encoder
from tests.hostile.conftest import CASE_S
from tests.unit.files.recorded import HEADER, recorded

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("captures.yaml").read_text("utf-8"))}
MOST_MB = 512

READERS = {
    "check": ("check", "it.capture"),
    "drift": ("drift", "it.capture"),
    "redact": ("redact", "it.capture"),
    "redact --check": ("redact", "--check", "it.capture"),
    "replay": ("replay", "it.capture", "--explain", "GET https://api.amps.ai/battery"),
    "convert": ("convert", "it.capture", "it.har"),
    "convert to a capture": ("convert", "it.capture", "out.capture"),
}


@pytest.fixture(scope="module", autouse=True)
def _packs_read_once() -> Iterator[None]:
    """They are good, and the same for each case: reading them would take longer than all else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "read_pack", functools.cache(packs.read_pack))
        yield


def _bytes(case: dict[str, Any], text: str) -> bytes:
    if case.get("hex"):
        return bytes.fromhex(text)
    if case.get("escaped"):
        text = text.replace("\r", "\\r").replace("\n", "\\n")
    coding, megabytes = case.get("bomb", ("", 0))
    fill = case.get("fill_with", "x") * case.get("fill", 0)
    if coding:
        encoder = Encoder((coding,))
        packed = b"".join(encoder.feed(bytes(1_000_000), last=False) for _ in range(megabytes))
        fill = base64.b64encode(packed + encoder.feed(b"", last=True)).decode()
    text = text.replace("@", fill) if fill else text
    if case.get("latin"):
        return text.encode("latin-1")
    return text.encode("utf-8", "surrogatepass")


def _spoilt(case: dict[str, Any], good: bytes) -> bytes:
    lines = good.splitlines(keepends=True)
    if "whole" in case:
        return _bytes(case, case["whole"]) * case.get("repeat", 1)
    if "end" in case:
        return good + _bytes(case, case["end"]) * case.get("repeat", 1)
    if "line" in case:
        times = case.get("repeat", 1)
        lines[case["line"] - 1] = _bytes(case, case["text"]) * times + case.get("close", "").encode() * times + b"\n"
    elif "cut" in case:
        return good[: -case["cut"]]
    else:
        place, (old, new) = (2, case["replace"]) if "replace" in case else (0, case["head"])
        assert old.encode() in lines[place], "the case changes nothing"
        lines[place] = lines[place].replace(old.encode(), _bytes(case, new))
    return b"".join(lines)


def _written(case: dict[str, Any]) -> bytes | None:
    """Write the case into the folder we stand in; gives its bytes where it is a file of ours."""
    file = Path("it.capture")
    if case.get("pipe"):
        os.mkfifo(file)
        return None
    if "link" in case:
        file.symlink_to(case["link"])
        return None
    with open_writer(file, HEADER) as writer:
        for _ in range(3):
            writer.append(recorded())
    file.write_bytes(_spoilt(case, file.read_bytes()))
    return file.read_bytes()


def _repro(case: dict[str, Any]) -> str:
    """Read it as `repro` does before it runs anything."""
    try:
        start = read_start(ReplayWish(Path("it.capture")), packs.read_packs((), ()), None)
    except SandboxError as error:
        assert "kept" not in case
        return str(error)
    assert len(start.pieces) == case["kept"] - case.get("gone", 0)
    return "\n".join(start.notes)


@pytest.mark.parametrize("name", CASES)
def test_hostile(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    own_home.mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path)
    case = CASES[name]
    before, megabytes = _written(case), _megabytes()
    for verb, arguments in READERS.items():
        began = time.process_time()
        status = invoke(list(arguments))
        took = time.process_time() - began
        out, said = capfd.readouterr()
        assert status not in (BUG, ASIDE if "bug of ours" in said else BUG), f"{verb}: {said[-2000:]}"
        assert took < CASE_S, f"{verb} took {took:.1f} s"
        assert "Traceback" not in out + said, verb
        assert "root:x:" not in out + said, verb
        assert len(out + said) < 30_000, verb
        if status in (USAGE, ASIDE):
            assert "it.capture" in said, verb
    began = time.process_time()
    told = _repro(case)
    assert case.get("says", "") in told
    assert time.process_time() - began < CASE_S
    assert not Path("never").exists()
    assert _megabytes() - megabytes < MOST_MB
    if "kept" in case:
        with open_capture(Path("out.capture")) as capture:
            assert len(list(capture)) == case["kept"] - case.get("gone", 0)
    if before is not None:
        assert Path("it.capture").read_bytes() == before, "the file itself stays as it is"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
