from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from replaysandbox.launch.steering import Clock, Device, Devices, Journal

AT = "2026-06-01T12:00:00.000Z"
DEVICE = {"ids": {"amps": "x"}, "family": "battery", "home": 0, "make": "Tesla", "model": "Powerwall 3"}


class Control:
    """Answers like a control API with seven batteries, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def call(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        self.asked.append((method, path, body, {name: value for name, value in query.items() if value is not None}))
        if path == "/devices":
            offset, limit = int(str(query["offset"])), int(str(query["limit"]))
            chosen = range(offset, min(7, offset + limit))
            return {"total": 7, "devices": [DEVICE | {"id": f"d{k}"} for k in chosen]}
        if path.startswith("/devices/"):
            reading = {"at": query.get("at") or AT, "level_pct": 50.0}
            return {"reading": reading, "readings": [reading, reading]}
        if path == "/journal":
            calls = (
                ("GET", "/battery", "GET /battery"),
                ("GET", "/battery/d1", "GET /battery/{id}"),
                ("GET", "/x", None),
            )
            return {"exchanges": [{"method": m, "path": p, "route": r, "at": AT, "wall": AT} for m, p, r in calls]}
        return {"at": AT}


@pytest.fixture
def control() -> Control:
    return Control()


def test_devices_are_a_sequence_that_is_fetched_as_it_is_looked_at(control: Any) -> None:
    devices = Devices(control, "battery")
    assert len(devices) == 7
    assert (devices[0].id, devices[-1].id) == ("d0", "d6")
    assert [device.id for device in devices[1:4]] == ["d1", "d2", "d3"]
    assert [device.id for device in devices] == [f"d{k}" for k in range(7)]
    for index in (7, -8):
        with pytest.raises(IndexError):
            devices[index]
    assert all(asked[3]["family"] == "battery" for asked in control.asked)


def test_a_device_is_read_at_an_instant(control: Any) -> None:
    device = Device(control, DEVICE | {"id": "d0"})
    assert device.reading().level_pct == 50.0
    assert device.reading("2026-06-01T03:00:00Z").at == datetime(2026, 6, 1, 3, tzinfo=UTC)
    assert "d0" in repr(device)


def test_a_day_is_the_whole_utc_day_of_the_instant(control: Any) -> None:
    readings = Device(control, DEVICE | {"id": "d0"}).day(datetime(2026, 6, 1, 12, tzinfo=UTC), step="30m")
    assert len(readings) == 2
    query = control.asked[-1][3]
    assert query["at"] == "2026-06-01T00:00:00+00:00"
    assert query["until"] == "2026-06-01T23:59:59.999000+00:00"
    assert query["step"] == "30m"


@pytest.mark.parametrize(
    ("route", "paths"),
    [
        (None, ["/battery", "/battery/d1", "/x"]),
        ("GET /battery/{id}", ["/battery/d1"]),
        ("GET /battery*", ["/battery", "/battery/d1"]),
        ("GET /x", ["/x"]),
        ("POST /x", []),
    ],
)
def test_calls_are_found_by_route_or_by_path(control: Any, route: str | None, paths: list[str]) -> None:
    assert [call.path for call in Journal(control).calls(route)] == paths


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ({"hours": 6}, "0d21600.000000s"),
        ({"days": 2, "seconds": 1}, "2d1.000000s"),
        ({"minutes": -30}, "-0d1800.000000s"),
        ({"milliseconds": 1500}, "0d1.500000s"),
    ],
)
def test_the_clock_is_moved_by_what_timedelta_takes(control: Any, by: dict[str, float], text: str) -> None:
    assert Clock(control).advance(**by) == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert control.asked == [("POST", "/clock/advance", {"by": text}, {})]


def test_the_clock_is_set_and_stopped(control: Any) -> None:
    clock = Clock(control)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC), speed=60)
    clock.freeze()
    clock.run()
    assert [asked[2] for asked in control.asked] == [
        {"at": "2026-01-01T00:00:00+00:00", "speed": 60},
        {"frozen": True},
        {"frozen": False},
    ]


def test_a_device_is_steered_by_hand(control: Any) -> None:
    device = Device(control, DEVICE | {"id": "d0"})
    assert device.set(level_pct=12).level_pct == 50.0
    device.pin(level_pct=12)
    device.unpin()
    device.online(False)
    bodies = [body for method, path, body, _ in control.asked if (method, path) == ("PATCH", "/devices/d0")]
    pinned: list[Any] = [{"pin": {"level_pct": 12}}, {"pin": None}]
    assert bodies == [{"set": {"level_pct": 12}}, *pinned, {"online": False}]
