"""`compare` typed as a user would, before a live API that plays Amps."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import requests

from replaysandbox.core.exchange import Reply
from tests.banner import banner_lines
from tests.clients.terminal import on_a_terminal
from tests.live.playing import KEY, Playing
from tests.record.conftest import COMMAND, Person, calls
from tests.record.live_api import Heard, LiveApi

LIST = f"call('GET', '/battery', headers={{'x-api-key': '{KEY}'}})"
PUSH = f"call('POST', '/battery/device_1', headers={{'x-api-key': '{KEY}'}}, json={{'action': {{'command': 'idle'}}}})"


def renamed(_heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    return replace(reply, body=reply.body.replace(b'"level":', b'"lvl":'))


def compares(person: Person, *options: str, program: str) -> subprocess.CompletedProcess[str]:
    return person.types("compare", *person.api.options, *options, "--", sys.executable, "-c", program)


def test_live_that_agrees_ends_with_the_commands_own_status(person: Person, api: LiveApi) -> None:
    api.otherwise = Playing()
    done = compares(person, program=calls(LIST, LIST, "raise SystemExit(7)"))
    assert done.returncode == 7
    assert "compare: nothing found; 2 exchanges looked at" in done.stderr
    assert [json.loads(line)[0] for line in done.stdout.splitlines()] == [200, 200]
    assert [heard.path for heard in api.heard] == ["/battery", "/battery"]


def test_a_finding_ends_it_with_65_is_reported_and_holds_no_secret(person: Person, api: LiveApi) -> None:
    api.otherwise = Playing(change=renamed)
    reports = [f"--report={kind}=out.{kind}" for kind in ("json", "sarif", "junit", "markdown")]
    done = compares(person, *reports, "--on-miss", "refuse", "--journal", "calls.jsonl", program=calls(LIST, PUSH))
    assert done.returncode == 65, done.stderr
    assert "breaking: listBatteries 200 /data/items/*/state: 'level' is a required property" in done.stderr
    assert [(heard.method, heard.path) for heard in api.heard] == [("GET", "/battery")]  # the write stayed here
    report = json.loads((person.folder / "out.json").read_text())
    assert report["verb"] == "compare"
    assert {each["operation"] for each in report["findings"]} == {"listBatteries"}
    assert KEY.encode() not in person.all_bytes()
    assert KEY not in done.stderr
    assert compares(person, "--fail-on", "none", program=calls(LIST)).returncode == 0


def test_a_report_that_cannot_be_written_is_told_before_anything_starts(person: Person, api: LiveApi) -> None:
    done = compares(person, "--report", "pdf=a.pdf", program=calls(LIST))
    assert done.returncode == 125
    assert "pdf" in done.stderr
    assert api.heard == []


def test_without_a_command_it_stays_and_reports_when_it_is_stopped(person: Person, api: LiveApi) -> None:
    api.otherwise = Playing(change=renamed)
    options = ("--port", "0", "--control-port", "0", *api.options)
    stays = [*COMMAND, "compare", *options]
    with subprocess.Popen(stays, cwd=person.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as going:
        base = next(word for word in "".join(banner_lines(going)).split() if word.endswith("/amps"))
        with requests.Session() as session:
            for _ in range(2):  # once the second is answered the first has been looked at
                answer = session.get(f"{base}/battery", headers={"x-api-key": KEY}, timeout=20)
                assert answer.status_code == 200
        going.send_signal(signal.SIGINT)
        _, said = going.communicate(timeout=30)
    assert going.returncode == 65
    assert "compare: 2 breaking; " in said


def test_on_a_terminal_a_running_summary_is_shown(
    person: Person, api: LiveApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.otherwise = Playing(change=renamed)
    monkeypatch.chdir(person.folder)
    with on_a_terminal(*COMMAND, "compare", *api.options, "--", sys.executable, "-c", calls(LIST, LIST)) as terminal:
        shown = terminal.read_all().decode()
        assert terminal.status() == 65
    assert "1 compared: 1 breaking" in shown
    assert "2 compared: 1 breaking" in shown
