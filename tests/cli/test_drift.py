"""`drift` typed as a user would."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from replaysandbox.answer import answer
from replaysandbox.cli.drift import command
from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.capture_writer import open_writer
from tests.unit.exercised import PACK, START, loaded


def capture(path: Path, spoil: bool) -> Path:
    """Record half a day of what our own sandbox answers, as if it were the live API."""
    host = PACK.hosts[0]
    with open_writer(path, CaptureHeader(START)) as writer:
        for step in range(12):
            at = START + timedelta(hours=step)
            request = Request("GET", "https", host, 443, "/battery", "", (("x-api-key", "sk_test_demo"),))
            reply = answer(request, loaded(), Session(), at).outcome
            assert isinstance(reply, Reply)
            body = json.loads(reply.body)
            if spoil:
                for item in body["data"]["items"]:
                    item["state"]["level"] = "full"
            asked = RecordedRequest("GET", "https", host, 443, "/battery", "", request.headers)
            told = RecordedResponse(200, reply.headers, json.dumps(body).encode())
            writer.append(Recorded(at, asked, told))
    return path


def test_live_that_agrees_ends_with_0_and_live_that_moved_with_1(tmp_path: Path) -> None:
    old, new = capture(tmp_path / "old.jsonl", spoil=False), capture(tmp_path / "new.jsonl", spoil=True)
    fine = CliRunner().invoke(command, [str(old)], standalone_mode=False, catch_exceptions=False)
    assert (fine.return_value, "1 agree" in fine.output) == (0, True)
    report = tmp_path / "d.json"
    arguments = [str(new), "--since", str(old), "--report", f"json={report}"]
    bad = CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)
    assert bad.return_value == 1
    assert "1 live moved" in bad.output
    document = json.loads(report.read_text())
    assert [each["pointer"] for each in document["findings"]] == ["/data/items/*/state/level"]
    assert document["findings"][0]["count"] >= 12


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, [str(tmp_path / "none.jsonl")]).exit_code == 2
