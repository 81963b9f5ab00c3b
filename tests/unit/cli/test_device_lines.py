from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from replaysandbox.cli.device_lines import ALSO, DOING, MAIN, day_lines, table_lines
from replaysandbox.control.views import reading_view
from replaysandbox.core.device import FAMILIES
from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    Reading,
    SolarReading,
    VehicleReading,
)

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def readings(at: datetime) -> dict[str, Reading]:
    """Give a reading of each family that differs from hour to hour."""
    hour = at.hour
    return {
        "battery": BatteryReading(at, 20.0 + hour, 100 * (hour - 12), 10_000.0, 10.0, 100.0, 5000.0, 5000.0),
        "vehicle": VehicleReading(at, 50.0 + hour, 0, 0, hour < 8, 60_000.0, 95.0, 7000.0, 32.0, 200.0, 0, 1.0),
        "solar_inverter": SolarReading(at, 100 * hour, 1_000, 5000.0),
        "ev_charger": EvChargerReading(at, hour < 8, 0, 32.0, 7400.0, 7400.0),
        "hvac": HvacReading(at, 18.0 + hour / 10, 9.0, 20.0, 25.0, 0, False, 50 * hour, 2000.0),
        "meter": HomeReading(at, 100 * hour, 0, 0, 0, -500, 0, 500 - 100 * hour),
    }


def device(family: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"device_{family}",
        "family": family,
        "home": 0,
        "make": "Maker",
        "model": "Model 3",
        "outage": None,
        "reading": reading_view(readings(AT)[family]),
        "readings": [reading_view(readings(AT.replace(hour=hour))[family]) for hour in range(24)],
    } | more


def test_every_family_is_told_and_drawn() -> None:
    assert set(MAIN) == set(ALSO) == set(DOING) == set(FAMILIES)


def test_the_table_tells_who_is_there_and_what_they_do() -> None:
    page = {"at": "2026-06-01T12:00:00.000Z", "total": 1000, "devices": [device(family) for family in FAMILIES]}
    lines = table_lines(page)
    assert [line.split()[0] for line in lines[1:-1]] == [f"device_{family}" for family in FAMILIES]
    assert lines[1].split()[-2:] == ["0", "idle"]
    assert lines[-1] == "1,000 devices at 2026-06-01T12:00:00.000Z; 994 more: --limit, --family"


def test_an_outage_is_told_in_place_of_what_it_does() -> None:
    away = device("battery", outage={"kind": "offline", "since": "2026-06-01T11:00:00.000Z"})
    assert "offline since 2026-06-01T11:00:00.000Z" in table_lines({"at": "x", "total": 1, "devices": [away]})[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_day_is_drawn(family: str) -> None:
    lines = day_lines(device(family))
    bars = [line for line in lines if "│" in line]
    assert len(bars) == 8
    assert all(len(line.partition("│")[2]) == 24 for line in bars)
    assert lines[0].startswith("Maker Model 3 (")
    assert lines[-1].startswith("at 2026-06-01T12:00:00.000Z: ")


def test_a_level_is_drawn_between_empty_and_full() -> None:
    lines = day_lines(device("battery"))
    assert lines[1] == "level % over 2026-06-01 UTC: 20 to 43"
    assert lines[2].split("│")[0].strip() == "100"
    assert set(lines[2].split("│")[1]) == {" "}
    assert set(lines[9].split("│")[1]) == {"█"}


def test_flags_are_drawn_as_strips() -> None:
    strip = next(line for line in day_lines(device("vehicle")) if "plugged" in line)
    assert strip.split()[-1] == "━" * 8 + "·" * 16


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"charging": True}, "charging"),
        ({"driving": True}, "driving"),
        ({"plugged": True}, "plugged in"),
        ({}, "parked"),
    ],
)
def test_a_car_does_one_thing_at_a_time(change: dict[str, bool], word: str) -> None:
    now = {"charging": False, "driving": False, "plugged": False} | change
    assert DOING["vehicle"](now) == word


def test_a_whole_day_of_nothing_is_drawn_flat() -> None:
    flat = [reading_view(readings(AT)["meter"]) for _ in range(24)]
    assert len(day_lines(device("meter", readings=flat))) > 8
