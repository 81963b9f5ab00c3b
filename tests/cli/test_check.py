"""`check` typed as a user would: packs, captures, reports, exit status."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from replaysandbox.cli.check import command
from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.exchange import Request
from replaysandbox.exercise import exercise
from replaysandbox.files.capture_writer import open_writer
from tests.guards.tree import ROOT
from tests.unit.exercised import INSTANTS, PACK, loaded

AT = datetime(2026, 6, 1, tzinfo=UTC)


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments], standalone_mode=False, catch_exceptions=False)


def recorded(request: Request, status: int, headers: tuple, body: bytes) -> Recorded:
    asked = RecordedRequest(
        request.method, "https", request.host, 443, request.path, request.query, request.headers, request.body
    )
    return Recorded(AT, asked, RecordedResponse(status, headers, body))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record what the pack answers to all it can be asked, as a live host would have."""
    path = tmp_path_factory.mktemp("captures") / "day.jsonl"
    with open_writer(path, CaptureHeader(AT)) as writer:
        for told in exercise(loaded(), PACK, INSTANTS, 1):
            if not told.forbidden:
                seen = told.seen
                writer.append(recorded(told.ask.request, seen.status, seen.headers, seen.body))
    return path


def test_each_pack_is_held_to_its_contract() -> None:
    done = typed("amps", "--only", "contract", "--fail-on", "risky")
    assert done.return_value == 0
    assert "amps: 25 operations: 25 kept" in done.output


def test_a_pack_of_the_users_own_says_what_it_does_not_answer(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    shutil.copytree(ROOT / "profiles/amps", own)
    text = (own / "pack.yaml").read_text("utf-8")
    rest, cut = re.subn(r' *- \{route: "POST /hvac/\{id\}".*\n', "", text)
    assert cut == 1
    (own / "pack.yaml").write_text(rest, "utf-8")
    asked = (str(own), "--only", "contract", "--scenario", "default")
    done = typed(*asked)
    assert done.return_value == 0
    assert "mine: 25 operations: 24 kept" in done.output
    assert "not exercised: 1 of 25: pushHvac" in done.output
    assert typed(*asked, "--fail-on", "risky").return_value == 1


def test_a_template_that_cannot_render_breaks_the_contract(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    shutil.copytree(ROOT / "profiles/amps", own)
    template = own / "templates" / "battery.json.j2"
    template.write_text(template.read_text("utf-8").replace("reading.status", "reading.statsu"), "utf-8")
    done = typed(str(own), "--only", "contract", "--scenario", "default")
    assert done.return_value == 1
    assert "breaking: listBatteries 500: the sandbox could not answer: " in done.output
    assert "statsu" in done.output
    assert "required property" not in done.output


def test_what_is_neither_pack_nor_capture_is_told() -> None:
    with pytest.raises(click.UsageError, match=r"there is no file or folder none\.jsonl"):
        typed("none.jsonl", "--only", "contract")
    with pytest.raises(SandboxError, match=r"there is no pack 'none'"):
        typed("none", "--only", "contract")


def test_a_capture_of_the_same_bytes_is_judged_the_same(day: Path) -> None:
    done = typed(str(day), "--only", "contract")
    assert done.return_value == 0, done.output
    assert "nothing found" in done.stderr


def test_a_broken_answer_is_found_at_its_line(day: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    one = Request("GET", "https", PACK.hosts[0], 443, "/battery/device_x")
    bad = recorded(one, 200, (("Content-Type", "application/json"),), b'{"success":true,"data":{},"meta":{}}')
    with open_writer(path, CaptureHeader(AT)) as writer:
        writer.append(replace(bad, request=replace(bad.request, host="elsewhere.example")))
        writer.append(bad)
    done = typed(str(path), "--report", f"sarif={tmp_path}/a.sarif", "--report", f"json={tmp_path}/a.json")
    assert done.return_value == 1
    results = json.loads((tmp_path / "a.sarif").read_text())["runs"][0]["results"]
    lines = {each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results}
    assert lines == {3}
    assert len(path.read_text().splitlines()) >= 3
    findings = json.loads((tmp_path / "a.json").read_text())["findings"]
    assert {each["rule"] for each in findings} == {"response"}
    assert all("openapi.yaml:" in each["where"] for each in findings)
