from pathlib import Path
from typing import Any

import pytest

from replaysandbox.cli import journal
from replaysandbox.cli.journal import command, lines_of
from replaysandbox.core.errors import SandboxError

EXCHANGE: dict[str, Any] = {
    "number": 7,
    "at": "2026-06-01T12:00:00.000Z",
    "status": 503,
    "outcome": "reply",
    "verdict": "fault=status",
    "method": "GET",
    "url": "https://api.amps.ai/hvac",
    "route": "GET /hvac",
    "fault": "status",
    "violations": [],
    "near": [],
}


def test_an_exchange_is_one_line_with_its_route_and_fault() -> None:
    assert lines_of(EXCHANGE) == [
        "    7  2026-06-01T12:00:00.000Z  503  fault=status  GET https://api.amps.ai/hvac  [GET /hvac; fault status]"
    ]


def test_a_miss_shows_its_near_misses_below() -> None:
    near = {"route": "GET /hvac", "pack": "amps", "part": "path", "reason": "segment 1 is 'hvca'"}
    lines = lines_of({**EXCHANGE, "route": None, "fault": None, "verdict": "miss", "status": None, "near": [near]})
    assert lines[0].endswith("reply  miss        GET https://api.amps.ai/hvac")
    assert lines[1] == "       near: GET /hvac (amps): path: segment 1 is 'hvca'"


def test_saving_writes_over_captures_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'{"format":"replaysandbox-capture","version":1}\n'
    monkeypatch.setattr(journal, "fetch", lambda *_, **__: data)
    file = tmp_path / "seen.capture"
    for _ in range(2):
        command.main(["--save", str(file)], standalone_mode=False)
    assert file.read_bytes() == data
    notes = tmp_path / "notes.md"
    notes.write_text("mine", "utf-8")
    with pytest.raises(SandboxError, match="is no capture"):
        command.main(["--save", str(notes)], standalone_mode=False)
    assert notes.read_text("utf-8") == "mine"
