"""A live API that plays Amps, changed in seventeen ways one at a time: each is found, graded and named in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.conformance import Seen
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.finding import Place, Report
from replaysandbox.core.session import Session
from replaysandbox.drift import DriftCheck
from replaysandbox.drifting.stand_in import StandIn
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

pytestmark = pytest.mark.slow

START = datetime(2026, 6, 1, tzinfo=UTC)
KEY = (("x-api-key", "sk_test_demo"), ("Content-Type", "application/json"))
PUSH = json.dumps({"action": {"command": "idle"}, "onConflict": "cancel_and_replace"}).encode()
Change = Callable[[Seen, Any, datetime], Seen | None]


@cache
def world(seed: int) -> Loaded:
    return load_all(Settings(pack=("amps",), seed=seed, homes=2), START).loaded


@cache
def live(days: int, minutes: int) -> tuple[tuple[Seen, datetime], ...]:
    """Play the live API: another fleet than the sandbox's own."""
    return tuple(_played(world(1234), days, minutes))


def _played(loaded: Loaded, days: int, minutes: int) -> Iterator[tuple[Seen, datetime]]:
    session = Session()
    host = loaded.packs["amps"].hosts[0]
    ids: dict[str, str] = {}
    for step in range(days * 24 * 60 // minutes):
        at = START + timedelta(minutes=step * minutes)
        for family in ("battery", "vehicle", "solar-inverter", "ev-charger"):
            asked = [Request("GET", "https", host, 443, f"/{family}", "", KEY)]
            if family in ids:
                asked.append(replace(asked[0], path=f"/{family}/{ids[family]}"))
            if family == "battery" and step % 48 in (20, 47):
                asked.append(replace(asked[1], method="POST", body=PUSH))
            for request in asked:
                answered = answer(request, loaded, session, at)
                session = replace(session, log=answered.log or session.log)
                reply = answered.outcome
                assert isinstance(reply, Reply)
                if request.path == f"/{family}":
                    ids[family] = json.loads(reply.body)["data"]["items"][0]["id"]
                sides = (request.headers, request.body, reply.status, reply.headers, reply.body)
                yield Seen(request.method, host, request.path, "", *sides), at


def drifted(change: Change | None, days: int = 1, minutes: int = 30) -> Report:
    check = DriftCheck(world(7).checkers, StandIn(world(7)))
    for number, (seen, at) in enumerate(live(days, minutes)):
        told = change(seen, json.loads(seen.body), at) if change else seen
        if told is not None:
            check.take(told, Place("live.jsonl", number + 2, at=at.isoformat()), at)
    return check.report()


def on(path: str, method: str = "GET") -> Callable[[Callable[[Any, datetime], None]], Change]:
    """Change the states of devices, or whole bodies, of one family's answers."""

    def wrap(edit: Callable[[Any, datetime], None]) -> Change:
        def change(seen: Seen, body: Any, at: datetime) -> Seen:
            if seen.path.startswith(path) and seen.method == method:
                edit(body, at)
            return replace(seen, body=json.dumps(body).encode())

        return change

    return wrap


def states(body: Any) -> list[Any]:
    data = body["data"]
    return [each["state"] for each in data.get("items", [data])]


def each_state(path: str, edit: Callable[[dict], object]) -> Change:
    def edit_all(body: Any, _at: datetime) -> None:
        for state in states(body):
            edit(state)

    return on(path)(edit_all)


def status(path: str, method: str, code: int) -> Change:
    def change(seen: Seen, _body: Any, _at: datetime) -> Seen:
        hit = seen.path.startswith(path) and seen.method == method
        return replace(seen, status=code) if hit else seen

    return change


def refused(seen: Seen, body: Any, _at: datetime) -> Seen:
    if seen.method != "POST":
        return seen
    meta = {"requestId": "req_aaaaaaaa", "timestamp": "2026-06-01T00:00:00.000Z", "path": seen.path, "latencyMs": 3}
    error = {"code": "VALIDATION_ERROR", "message": "siteId is required"}
    return replace(seen, status=400, body=json.dumps({"success": False, "error": error, "meta": meta}).encode())


def no_header(seen: Seen, _body: Any, _at: datetime) -> Seen:
    return replace(seen, headers=())


@on("/battery")
def cursor(body: Any, _at: datetime) -> None:
    if "pagination" in body["data"]:
        body["data"]["pagination"] = {"after": "abc", "limit": 10}


@on("/vehicle")
def local_time(body: Any, at: datetime) -> None:
    body["meta"]["timestamp"] = (at + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def falling(seen: Seen, body: Any, at: datetime) -> Seen:
    if seen.path.startswith("/solar-inverter/") and at.hour >= 15:
        body["data"]["state"]["energyTotal"] -= 500
    return replace(seen, body=json.dumps(body).encode())


def stale(seen: Seen, body: Any, at: datetime) -> Seen:
    if seen.path.startswith("/battery/") and seen.method == "GET":
        body["data"]["sync"]["lastPulledAt"] = at.replace(hour=at.hour // 6 * 6, minute=0).strftime(
            "%Y-%m-%dT%H:%M:%S.000Z"
        )
    return replace(seen, body=json.dumps(body).encode())


def jump(seen: Seen, body: Any, at: datetime) -> Seen:
    if seen.path.startswith("/battery/") and seen.method == "GET" and at.hour == 12 and at.minute == 0:
        body["data"]["state"]["level"] = 1.0
    return replace(seen, body=json.dumps(body).encode())


def word(value: object) -> Callable[[dict], object]:
    return lambda state: state.update(status=value)


PLANTED: dict[str, tuple[Change, str, str]] = {
    "a missing field": (each_state("/vehicle", lambda s: s.pop("range")), "breaking", "range"),
    "a new enum value": (each_state("/battery", word("napping")), "risky", "napping"),
    "W for kW": (each_state("/battery", lambda s: s.update(chargeRate=s["chargeRate"] * 1000)), "breaking", "W for kW"),
    "a flipped sign": (
        each_state("/battery", lambda s: s.update(chargeRate=-s["chargeRate"])),
        "breaking",
        "opposite sign",
    ),
    "0 to 1 for percent": (
        each_state("/battery", lambda s: s.update(level=s["level"] / 100)),
        "breaking",
        "within 0 and 1",
    ),
    "local time for UTC": (local_time, "breaking", "+2 h off"),
    "a text for a number": (
        each_state("/battery", lambda s: s.update(level=str(s["level"]))),
        "breaking",
        "not of type",
    ),
    "null where never null": (each_state("/vehicle", lambda s: s.update(plugged=None)), "breaking", "not of type"),
    "a renamed key": (each_state("/vehicle", lambda s: s.update(soc=s.pop("batteryLevel"))), "breaking", "renamed"),
    "another status": (status("/battery", "POST", 200), "breaking", "status 200 is not promised"),
    "a new required request field": (refused, "breaking", "answers 400 where 202 was expected: siteId"),
    "pagination changed": (cursor, "breaking", "is a required property"),
    "a header gone": (no_header, "breaking", "content type '' is not promised"),
    "an extra field": (each_state("/battery", lambda s: s.update(mood="fine")), "harmless", "is new"),
    "a counter that falls": (falling, "breaking", "counter never falls"),
    "a slower cadence": (stale, "risky", "cadence"),
    "a level that jumps": (jump, "breaking", "no jump"),
}


def test_there_are_seventeen() -> None:
    assert len(PLANTED) == 17


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_change_is_found_graded_and_named_in_one_line(name: str) -> None:
    change, grade, says = PLANTED[name]
    report = drifted(change, minutes=15 if change is jump else 30)  # in half an hour a small battery may be emptied
    lines = [each.line for each in report.findings]
    assert any(line.startswith(f"{grade}: ") and says in line for line in lines), lines
    if grade != "breaking":
        assert all(each.grade != "breaking" for each in report.findings), lines


@pytest.mark.timeout(240)
def test_the_unchanged_api_gives_no_finding_over_a_week() -> None:
    report = drifted(None, days=7, minutes=30)
    assert [each.line for each in report.findings] == []
    assert {each.verdict for each in report.verdicts} == {"agree", "not exercised"}
    assert report.exchanges > 2_500


def test_live_moved_is_said_only_where_an_older_capture_conformed() -> None:
    for conforming in (True, False):
        check = DriftCheck(world(7).checkers, StandIn(world(7)))
        change = PLANTED["a text for a number"][0]
        for seen, at in live(1, 30):
            broken = change(seen, json.loads(seen.body), at)
            assert broken is not None
            check.take_old(seen if conforming else broken, at)
            check.take(broken, Place(), at)
        verdicts = {each.operation: each.verdict for each in check.report().verdicts}
        assert verdicts["getBattery"] == ("live moved" if conforming else "live differs from contract")
        assert verdicts["getVehicle"] == "agree"
