"""`--journal FILE`, typed: complete however the sandbox ends, the same as the control API shows, its owner's alone."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Person
from tests.cli.test_up import FREE, batteries, first_line

CURL = "curl -s https://api.amps.ai/battery -H 'x-api-key: sk_test_secretOfMine'; curl -s https://api.amps.ai/nothing?token=abc8Secret"


def entries(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_is_what_the_control_api_shows_and_complete_however_it_ends(person: Person, number: signal.Signals) -> None:
    running = person.starts("up", *FREE, "--format", "json", "--journal", "calls.jsonl")
    ready = first_line(running)
    for _ in range(3):
        batteries(ready["base_url"])
    asked = urllib.request.Request(
        f"{ready['control_url']}/v1/journal", headers={"Authorization": f"Bearer {ready['control_token']}"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
        shown = json.load(answer)["exchanges"]
    running.send_signal(number)
    running.communicate(timeout=20)
    assert len(shown) == 3
    assert entries(person.folder / "calls.jsonl") == shown


def test_a_run_notes_its_calls_behind_those_of_the_run_before(person: Person) -> None:
    old = os.umask(0)
    try:
        for _ in range(2):
            ended = person.types("run", "--journal", "calls.jsonl", "--fail-on", "none", "--", "sh", "-c", CURL)
            assert ended.returncode == 0, ended.stderr
    finally:
        os.umask(old)
    file = person.folder / "calls.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [(each["number"], each["verdict"]) for each in entries(file)] == [(1, "simulate"), (2, "miss")] * 2
    assert "ecretOfMine" not in file.read_text()
    assert "abc8Secret" not in file.read_text()
    (person.folder / "notes.txt").write_text("mine\n")
    refused = person.types("run", "--journal", "notes.txt", "--", "true")
    assert (refused.returncode, (person.folder / "notes.txt").read_text()) == (125, "mine\n")
    assert "is no journal" in refused.stderr


def test_replay_and_the_projects_file_take_it_too(person: Person) -> None:
    saving = f'{sys.executable} -m replaysandbox journal --port "${{REPLAYSANDBOX_PROXY##*:}}" --save seen.capture'
    call = "curl -s https://api.amps.ai/battery -H 'x-api-key: sk_test_demo' >/dev/null"
    saved = person.types("run", "--", "sh", "-c", f"{call}; {saving}")
    assert saved.returncode == 0, saved.stderr
    (person.folder / "replaysandbox.yaml").write_text("journal: calls.jsonl\n")
    replayed = person.types("replay", "seen.capture", "--", "sh", "-c", call)
    assert replayed.returncode == 0, replayed.stderr
    assert [each["verdict"] for each in entries(person.folder / "calls.jsonl")] == ["replay"]
