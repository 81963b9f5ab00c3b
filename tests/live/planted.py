"""Seventeen ways in which a live API that plays Amps may change, one at a time: what is then found, graded and said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from replaysandbox.core.exchange import Reply
from tests.live.playing import Change
from tests.record.live_api import Heard

Edit = Callable[[Any, datetime], None]


@dataclass(frozen=True)
class Planted:
    """One change.

    Attributes:
        change: What is done to answers.
        family: Whose devices are asked for.
        grade: How bad it is.
        says: What the line that names it holds.
        minutes: How often devices are asked for over a day.
    """

    change: Change
    family: str
    grade: str
    says: str
    minutes: int = 60


def edited(edit: Edit, method: str = "GET") -> Change:
    """Change the JSON value of answers."""

    def change(heard: Heard, reply: Reply, body: Any, at: datetime) -> Reply:
        if heard.method == method:
            edit(body, at)
        return replace(reply, body=json.dumps(body).encode())

    return change


def each_state(edit: Callable[[dict], object]) -> Change:
    """Change the state of each device, in lists and alone."""

    def all_states(body: Any, _at: datetime) -> None:
        data = body["data"]
        for device in data.get("items", [data]):
            edit(device["state"])

    return edited(all_states)


def of_one(edit: Edit) -> Change:
    """Change answers about one device."""

    def one(body: Any, at: datetime) -> None:
        if "items" not in body["data"]:
            edit(body["data"], at)

    return edited(one)


def other_status(heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    return replace(reply, status=200) if heard.method == "POST" else reply


def refused(heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    if heard.method != "POST":
        return reply
    meta = {"requestId": "req_aaaaaaaa", "timestamp": "2026-06-01T00:00:00.000Z", "path": heard.path, "latencyMs": 3}
    error = {"code": "VALIDATION_ERROR", "message": "siteId is required"}
    return replace(reply, status=400, body=json.dumps({"success": False, "error": error, "meta": meta}).encode())


def no_header(_heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    return replace(reply, headers=())


def cursor(body: Any, _at: datetime) -> None:
    if "pagination" in body["data"]:
        body["data"]["pagination"] = {"after": "abc", "limit": 10}


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def local_time(body: Any, at: datetime) -> None:
    body["meta"]["timestamp"] = written(at + timedelta(hours=2))


def falls(device: Any, at: datetime) -> None:
    if at.hour >= 15:
        device["state"]["energyTotal"] -= 500


def stale(device: Any, at: datetime) -> None:
    device["sync"]["lastPulledAt"] = written(at.replace(hour=at.hour // 6 * 6, minute=0))


def jumps(device: Any, at: datetime) -> None:
    if (at.hour, at.minute) == (12, 0):
        device["state"]["level"] = 1.0


def scaled(name: str, factor: float) -> Change:
    return each_state(lambda state: state.update({name: state[name] * factor}))


PLANTED: dict[str, Planted] = {
    "a missing field": Planted(each_state(lambda s: s.pop("range")), "vehicle", "breaking", "range"),
    "a new enum value": Planted(each_state(lambda s: s.update(status="napping")), "battery", "risky", "napping"),
    "W for kW": Planted(scaled("chargeRate", 1000), "battery", "breaking", "W for kW"),
    "a flipped sign": Planted(scaled("chargeRate", -1), "battery", "breaking", "opposite sign"),
    "0 to 1 for percent": Planted(scaled("level", 0.01), "battery", "breaking", "within 0 and 1"),
    "local time for UTC": Planted(edited(local_time), "vehicle", "breaking", "+2 h off"),
    "a text for a number": Planted(
        each_state(lambda s: s.update(level=str(s["level"]))), "battery", "breaking", "not of type"
    ),
    "null where never null": Planted(
        each_state(lambda s: s.update(plugged=None)), "vehicle", "breaking", "not of type"
    ),
    "a renamed key": Planted(
        each_state(lambda s: s.update(soc=s.pop("batteryLevel"))), "vehicle", "breaking", "renamed"
    ),
    "another status": Planted(other_status, "battery", "breaking", "status 200 is not promised"),
    "a new required request field": Planted(
        refused, "battery", "breaking", "answers 400 where 202 was expected: siteId"
    ),
    "pagination changed": Planted(edited(cursor), "battery", "breaking", "is a required property"),
    "a header gone": Planted(no_header, "vehicle", "breaking", "content type '' is not promised"),
    "an extra field": Planted(each_state(lambda s: s.update(mood="fine")), "battery", "harmless", "is new"),
    "a counter that falls": Planted(of_one(falls), "solar-inverter", "breaking", "counter never falls"),
    "a slower cadence": Planted(of_one(stale), "battery", "risky", "cadence", minutes=30),
    # in half an hour a small battery may be emptied
    "a level that jumps": Planted(of_one(jumps), "battery", "breaking", "no jump", minutes=15),
}
