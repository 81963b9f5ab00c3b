from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from replaysandbox.control.views import clock_view, exchange_view, instant_text, reading_view, shown_url
from replaysandbox.core.clock import Clock
from replaysandbox.core.exchange import Exchange, Forward, Hangup, NearMiss, Reply, Request
from replaysandbox.core.pack import Credential
from replaysandbox.core.reading import BatteryReading

AT = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
REQUEST = Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=1", (("x-api-key", "canary-4"),), b"canary-5")


def pack(*credentials: Credential) -> Any:
    return SimpleNamespace(credentials=credentials)


def exchange(outcome: Any, **more: Any) -> Exchange:
    return Exchange(number=3, session="default", at=AT, wall=AT, request=REQUEST, outcome=outcome, **more)


def test_instants_are_utc_with_milliseconds() -> None:
    assert instant_text(AT) == "2026-06-01T12:30:00.000Z"
    assert instant_text(AT.astimezone(timezone(timedelta(hours=-7)))) == "2026-06-01T12:30:00.000Z"


def test_a_reading_shows_what_was_measured_and_what_follows() -> None:
    reading = BatteryReading(AT, 55.25, -1200, 10_000.0, 10.0, 100.0, 5000.0, 5000.0)
    view = reading_view(reading)
    assert view["at"] == "2026-06-01T12:30:00.000Z"
    assert (view["level_pct"], view["power_w"], view["charge_w"], view["status"]) == (55.25, -1200, 1200, "charging")
    json.dumps(view)


def test_a_clock_is_shown_where_it_stands() -> None:
    clock = Clock(wall=AT, at=AT, speed=60.0)
    view = clock_view(clock, AT + timedelta(minutes=1))
    assert view == {"at": "2026-06-01T13:30:00.000Z", "speed": 60.0, "frozen": False, "world_at": None}
    shifted = Clock(wall=AT, at=AT, speed=60.0, shift_ms=-10 * 3_600_000)
    assert clock_view(shifted, AT + timedelta(minutes=1))["world_at"] == "03:30"


def test_an_exchange_is_shown_without_what_may_hold_a_secret() -> None:
    near = (NearMiss("GET /battery", "amps", "path", "why"),)
    view = exchange_view(exchange(Reply(200, (("Set-Cookie", "canary-6"),), b"canary-7"), pack="amps", near=near), {})
    assert (view["number"], view["status"], view["outcome"], view["verdict"]) == (3, 200, "reply", "simulate")
    assert view["near"] == [{"route": "GET /battery", "pack": "amps", "part": "path", "reason": "why"}]
    assert view["route"] is None
    assert "canary" not in json.dumps(view)


@pytest.mark.parametrize(("outcome", "name"), [(Forward(), "forward"), (Hangup(), "hangup")])
def test_an_exchange_without_a_reply_has_no_status(outcome: Any, name: str) -> None:
    view = exchange_view(exchange(outcome), {})
    assert (view["status"], view["outcome"]) == (None, name)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("api_key=canary-8&limit=1", "?api_key=%E2%80%A6&limit=1"),
        ("limit=1&API_KEY=canary-8", "?limit=1&API_KEY=%E2%80%A6"),
        ("limit=1", "?limit=1"),
        ("", ""),
    ],
)
def test_a_key_in_the_query_is_hidden(query: str, shown: str) -> None:
    request = Request("GET", "https", "h.example", 443, "/x", query)
    assert shown_url(request, pack(Credential("query", "api_key"))) == f"https://h.example/x{shown}"


def test_without_a_pack_nothing_is_known_to_be_secret() -> None:
    assert shown_url(REQUEST, None) == "https://api.amps.ai/battery?limit=1"
    assert shown_url(REQUEST, pack(Credential("header", "limit"))) == "https://api.amps.ai/battery?limit=1"
