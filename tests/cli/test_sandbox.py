from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from replaysandbox import Sandbox
from replaysandbox.launch.background import NotStartedError

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return own_home


def get(sandbox: Sandbox, path: str) -> Any:
    request = urllib.request.Request(f"{sandbox.base_url}/amps{path}", headers={"x-api-key": "sk_test_demo"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)["data"]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_sees_and_steers_its_sandbox(home: Path) -> None:
    with Sandbox(pack="amps", at=NOON, homes=3, freeze=True) as sandbox:
        battery = sandbox.devices("battery")[0]
        assert len(sandbox.devices("battery")) == 3
        assert get(sandbox, f"/battery/{battery.id}")["state"]["level"] == pytest.approx(
            battery.reading().level_pct, abs=0.5
        )
        assert battery.reading().at == NOON
        assert battery.reading(NOON - timedelta(hours=9)).at == NOON - timedelta(hours=9)
        day = battery.day(step="1h")
        assert [reading.at.hour for reading in day] == list(range(24))
        assert len({reading.level_pct for reading in day}) > 12
        assert [call.device for call in sandbox.journal.calls("GET /battery/{id}")] == [battery.id]
        assert sandbox.clock.advance(hours=6) == NOON + timedelta(hours=6)
        assert battery.reading().at == NOON + timedelta(hours=6)
        sandbox.journal.clear()
        assert sandbox.journal.calls() == []


def test_its_environment_is_what_run_would_set(home: Path) -> None:
    with Sandbox(pack="amps") as sandbox:
        assert sandbox.env["HTTPS_PROXY"] == sandbox.proxy_url
        command = ["curl", "-s", "-H", "x-api-key: sk_test_demo", "https://api.amps.ai/vehicle"]
        done = subprocess.run(command, env=os.environ | sandbox.env, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["success"] is True
        assert sandbox.journal.calls("GET /vehicle")[0].way == "connect"
        assert sandbox.journal.misses() == []


def test_it_stops_whatever_happens_inside(home: Path) -> None:
    sandbox, pids = Sandbox(), []

    def fail() -> None:
        with sandbox:
            pids.append(sandbox.pid)
            raise KeyError("inside")

    with pytest.raises(KeyError):
        fail()
    assert not is_there(pids[0])
    sandbox.stop()
    with pytest.raises(RuntimeError, match="does not run"):
        _ = sandbox.proxy_url


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_program_that_started_it(home: Path, number: signal.Signals) -> None:
    program = (
        "import time\nfrom replaysandbox import Sandbox\n"
        "with Sandbox() as sandbox:\n    print(sandbox.pid, flush=True)\n    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(number)
    parent.communicate(timeout=20)
    deadline = time.monotonic() + 10
    while is_there(pid) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert not is_there(pid)


def test_a_start_that_fails_says_why(home: Path) -> None:
    with pytest.raises(NotStartedError, match="nowhere") as caught:
        Sandbox(scenario="nowhere").start()
    assert caught.value.status == 2


def test_two_sandboxes_live_side_by_side(home: Path) -> None:
    with Sandbox(seed=1, at=NOON, freeze=True) as one, Sandbox(seed=2, at=NOON, freeze=True) as two:
        assert one.proxy_url != two.proxy_url
        assert get(one, "/battery") != get(two, "/battery")
        assert one.devices("battery")[0].id == two.devices("battery")[0].id


def test_what_was_seen_is_saved_and_replayed(own_home: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    seen = tmp_path / "seen.capture"
    ask = "import requests; a = requests.get('https://api.amps.ai/battery', headers={'x-api-key': 'sk_test_1'}); "
    ask += "print(a.headers['X-Sandbox'], a.status_code, len(a.json()['data']['items']))"
    with Sandbox(pack="amps", homes=2) as sandbox:
        first = subprocess.run([sys.executable, "-c", ask], env=sandbox.env, capture_output=True, text=True, check=True)
        sandbox.journal.save(seen)
    assert seen.stat().st_mode & 0o777 == 0o600
    command = [sys.executable, "-m", "replaysandbox", "replay", str(seen), "--", sys.executable, "-c", ask]
    again = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert first.stdout.split()[0] == "simulate"
    assert again.stdout.split() == ["replay", *first.stdout.split()[1:]]
