"""`--state` from outside: a sandbox that is killed, and started again."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Person
from tests.cli.test_up import FREE, first_line

KILLS = 50
KEY = {"x-api-key": "sk_test_demo", "Content-Type": "application/json"}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(base_url: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base_url}/amps{path}", data, KEY, method=method)
    with OPENER.open(request, timeout=10) as answer:
        return json.load(answer)["data"]


class Burst(threading.Thread):
    """Pushes to one battery after the other until the sandbox is gone."""

    def __init__(self, base_url: str, ids: list[str], bodies: dict[str, Any]) -> None:
        super().__init__()
        self.base_url, self.ids, self.bodies = base_url, ids, bodies

    def run(self) -> None:
        for each in self.ids:
            try:
                body = {"action": {"command": "charge", "start": "1h", "end": "1h"}, "onConflict": "queue_after"}
                action = call(self.base_url, "POST", f"/battery/{each}", body)
            except (OSError, ValueError, HTTPException):
                return
            self.bodies[action["id"]] = action


def started(person: Person) -> tuple[subprocess.Popen[str], str]:
    running = person.starts("up", *FREE, "--format", "json", "--homes", "500", "--state", "sandbox.db")
    return running, first_line(running)["base_url"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_fifty_times_in_a_burst_it_loses_nothing_it_acknowledged(person: Person) -> None:
    acknowledged: dict[str, Any] = {}
    for kill in range(KILLS):
        running, base_url = started(person)
        ids = [each["id"] for each in call(base_url, "GET", f"/battery?limit=50&offset={kill % 10 * 50}")["items"]]
        before = dict(acknowledged)
        burst = Burst(base_url, ids, acknowledged)
        burst.start()
        time.sleep(0.01 + kill % 7 * 0.015)  # noqa: TID251 - the moment of the kill is what is varied
        running.kill()
        running.wait()
        burst.join()
        running.communicate()
        assert len(acknowledged) >= len(before)
    running, base_url = started(person)
    assert len(acknowledged) > KILLS
    for number, action in acknowledged.items():
        seen = call(base_url, "GET", f"/actions/{number}")
        assert {name: seen[name] for name in ("id", "deviceId", "createdAt", "start", "end")} == {
            name: action[name] for name in ("id", "deviceId", "createdAt", "start", "end")
        }
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=20)
    held = re.search(r"sandbox.db holds (\d+) commands: the sandbox goes on from there", said)
    assert held is not None
    assert len(acknowledged) <= int(held[1]) <= len(acknowledged) + KILLS, "one a kill may be kept and not yet said"


def test_a_second_sandbox_is_refused_and_another_world_too(person: Person) -> None:
    running, _ = started(person)
    second = person.types("up", *FREE, "--state", "sandbox.db")
    assert second.returncode == 2
    assert "in use by another sandbox" in second.stderr
    running.kill()
    running.communicate()
    other = person.types("run", "--state", "sandbox.db", "--seed", "7", "--", "true")
    assert other.returncode == 125
    assert "was kept by a sandbox with --seed 1" in other.stderr
    assert "hint:" in other.stderr
    assert "Traceback" not in second.stderr + other.stderr
    assert person.types("run", "--state", "sandbox.db", "--seed", "7", "--fresh", "--", "true").returncode == 0
    alone = person.types("run", "--fresh", "--", "true")
    assert alone.returncode == 125
    assert "--state FILE" in alone.stderr


def test_a_run_goes_on_where_the_last_one_stood(person: Person, tmp_path: Path) -> None:
    push = tmp_path / "push.sh"
    push.write_text(
        "id=$(curl -s 'https://api.amps.ai/battery?limit=1' -H 'x-api-key: sk_test_demo' | "
        'sed -E \'s/.*"id":"(device_[^"]*)".*/\\1/\')\n'
        "curl -s https://api.amps.ai/battery/$id -H 'x-api-key: sk_test_demo' -H 'Content-Type: application/json' "
        '-d \'{"action":{"command":"idle"}}\'\n'
    )
    pushed = person.types("run", "--state", "s.db", "--", "sh", str(push))
    action = json.loads(pushed.stdout)["data"]["id"]
    assert (person.folder / "s.db").stat().st_mode & 0o777 == 0o600
    curl = ("curl", "-s", "https://api.amps.ai/actions", "-H", "x-api-key: sk_test_demo")
    seen = person.types("run", "--state", "s.db", "--", *curl)
    assert [each["id"] for each in json.loads(seen.stdout)["data"]["items"]] == [action]
    assert "s.db holds 1 command: the sandbox goes on from there" in seen.stderr
