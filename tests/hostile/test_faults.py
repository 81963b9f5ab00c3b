"""What happens to the machine: signals under load, kill -9, a clock that jumps, no room, packs saved meanwhile."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replaysandbox.core.exchange import Reply, Request
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from tests.hostile.conftest import AT
from tests.hostile.sandbox import STOP_S, Sandbox, started
from tests.proxy.talking import Answer, get, hear
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

KEY = "x-api-key: sk_test_faults\r\n"
SAVES = int(os.environ.get("SAVES", "150"))
"""How often a pack is saved under load; `make soak` does it 1,000 times."""


def _ask(port: int, path: str = "/battery", host: str = "api.amps.ai", extra: str = KEY) -> Answer:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(get(host, path, extra))
        return hear(client)


class Load:
    """Clients that ask without pause, and what they heard."""

    def __init__(self, port: int, said: bytes) -> None:
        self.heard: list[Answer] = []
        self._port = port
        self._said = said
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]

    @contextmanager
    def running(self) -> Iterator[Load]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join(15)

    def _ask(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=10) as client:
            while not self._over.is_set():
                client.sendall(self._said)
                answer = hear(client)
                if not answer.status:
                    return
                self.heard.append(answer)


@pytest.mark.parametrize("lane", ["fast", "flow"])
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_ended_under_load(tmp_path: Path, lane: str, kind: signal.Signals) -> None:
    with started(tmp_path, f"--lane={lane}") as sandbox:
        with Load(sandbox.port, get(extra=KEY)).running() as load:
            while len(load.heard) < 50:
                time.sleep(0.01)  # noqa: TID251 - until it is busy
            began = time.monotonic()
            sandbox.child.send_signal(kind)
            sandbox.child.wait(STOP_S)
            assert time.monotonic() - began < STOP_S
        assert {answer.status for answer in load.heard} == {200}
        assert all(json.loads(answer.body)["success"] for answer in load.heard)
        assert sandbox.child.returncode in (0, 128 + kind)
        assert not list((tmp_path / "runtime").rglob("*.json"))
        assert "Traceback" not in (tmp_path / "log").read_text()


def test_killed_and_started_again(tmp_path: Path) -> None:
    """Whatever was acknowledged before the kill is there afterwards, in order."""
    told: list[str] = []
    for _ in range(3):
        with started(tmp_path, "--state=state.sqlite") as sandbox:
            battery = _ask(sandbox.port, "/battery?limit=1").json["data"]["items"][0]["id"]
            assert _actions(sandbox) == told
            with Load(sandbox.port, _push(battery)).running() as load:
                while len(load.heard) < 20:
                    time.sleep(0.01)  # noqa: TID251 - until it is busy
                sandbox.child.kill()
                sandbox.child.wait(STOP_S)
        acknowledged = {each.json["data"]["id"] for each in load.heard if each.status < 300}
        assert len(acknowledged) >= 20
        with started(tmp_path, "--state=state.sqlite") as sandbox:
            kept = _actions(sandbox)
        assert acknowledged <= set(kept)
        assert set(told) <= set(kept)
        told = kept


def _push(battery: str) -> bytes:
    # later, so that the next can replace it
    body = b'{"action": {"command": "idle", "start": "2h"}, "onConflict": "cancel_and_replace"}'
    extra = f"{KEY}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return get(path=f"/battery/{battery}", method="POST", extra=extra) + body


def _actions(sandbox: Sandbox) -> list[str]:
    found: list[str] = []
    while True:
        page = _ask(sandbox.port, f"/actions?limit=50&offset={len(found)}").json["data"]
        found += [each["id"] for each in page["items"]]
        if not page["pagination"]["hasMore"]:
            return found


def test_a_clock_that_jumps() -> None:
    """Wall time goes back a day, to 1970, to 9999, to a leap day: each answer is whole, none breaks the next."""
    engine = Engine.load(Settings(), AT)
    request = Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=1", (("x-api-key", "sk_test_clock"),))
    jumps = [
        AT,
        AT - timedelta(days=1),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
        AT + timedelta(milliseconds=1),
    ]
    for wall in jumps:
        outcome = engine.answer(request, wall)
        assert isinstance(outcome, Reply)
        assert (outcome.status, outcome.verdict) == (200, "simulate"), outcome.body
    assert engine.answer(request, AT) == engine.answer(request, AT)


@pytest.mark.parametrize("speed", [3600.0, 1_000_000.0])
def test_a_clock_that_runs_out(speed: float) -> None:
    """Beyond the last instant there is, an answer still is one."""
    engine = Engine.load(Settings(speed=speed, at=datetime(9999, 12, 31, tzinfo=UTC)), AT)
    request = Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=1", (("x-api-key", "sk_test_clock"),))
    for hours in (0, 1, 24, 24 * 365):
        outcome = engine.answer(request, AT + timedelta(hours=hours))
        assert isinstance(outcome, Reply)
        assert outcome.status == 200


@contextmanager
def saved(folder: Path) -> Iterator[Path]:
    write_pack(folder / "mine", PACK, {**TEMPLATES, "one.json.j2": _versioned(0), "list.json.j2": _versioned(0)})
    yield folder / "mine"


def _versioned(version: int) -> str:
    return f'{{"first": {version}, "filling": "{"x" * 2000}", "last": {version} }}'


def test_a_pack_saved_under_load(tmp_path: Path) -> None:
    """Every answer is of one whole version, whichever way an editor saves: in place, by a new file, emptied first."""
    with saved(tmp_path) as pack, started(tmp_path, f"--pack-dir={tmp_path}", "--pack=mine") as sandbox:
        with Load(sandbox.port, get("api.mine.test", "/things", "")).running() as load:
            for version in range(1, SAVES + 1):
                _save(pack / "templates" / "list.json.j2", _versioned(version), version)
                if version % 25 == 0:
                    time.sleep(0.25)  # noqa: TID251 - so that some versions are loaded
            assert _until_seen(sandbox, SAVES)
        seen = [json.loads(answer.body) for answer in load.heard if answer.status == 200]
        versions = {each["first"] for each in seen}
        print(f"{len(seen):,} answers of {len(versions)} versions while a pack was saved {SAVES:,} times")
        assert all(each["first"] == each["last"] for each in seen)
        assert len(versions) > 1
        assert {answer.status for answer in load.heard} == {200}


def _save(file: Path, text: str, version: int) -> None:
    match version % 3:
        case 0:
            file.write_text(text)
        case 1:
            other = file.with_suffix(".tmp")
            other.write_text(text)
            other.replace(file)
        case 2:
            file.write_text("")
            file.write_text(text)


def _until_seen(sandbox: Sandbox, version: int) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if _ask(sandbox.port, "/things", "api.mine.test", "").json["first"] == version:
            return True
        time.sleep(0.1)  # noqa: TID251 - polls
    return False
