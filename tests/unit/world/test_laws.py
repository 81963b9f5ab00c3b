"""Each law is broken on purpose here: a law that nothing can break says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.world.laws import CAPTURED, LAWS, PAIR_LAWS, broken_between, broken_laws, night_power
from tests.unit.world.made import START

GOOD: dict[str, Any] = {
    "battery": BatteryReading(START, 50.0, -3000, 10_000.0, 10.0, 95.0, 5000.0, 4000.0),
    "vehicle": VehicleReading(START, 60.0, 7000, 0, True, 60_000.0, 90.0, 7400.0, 32.0, 300.0, 154, 10_000.0),
    "ev_charger": EvChargerReading(START, True, 7000, 32.0, 7400.0, 7400.0),
    "hvac": HvacReading(START, 21.0, 5.0, 21.0, 25.0, 0, False, 900, 3000.0),
    "solar_inverter": SolarReading(START, 3000, 1_000_000, 5000.0),
    "meter": HomeReading(START, 3000, -2000, 0, -500, -400, -100, 0),
}
_BOUNDS = "no discharging below the floor, no charging above the ceiling"
BREAKS = [
    ("battery", {"level_pct": -0.01}, "level within 0 and 100 %"),
    ("battery", {"level_pct": 100.01}, "level within 0 and 100 %"),
    ("battery", {"level_pct": 9.99, "power_w": 100}, _BOUNDS),
    ("battery", {"level_pct": 95.02}, _BOUNDS),
    ("battery", {"power_w": -5001}, "power within the rating"),
    ("battery", {"power_w": 4001}, "power within the rating"),
    ("vehicle", {"level_pct": 100.01}, "level within 0 and 100 %"),
    ("vehicle", {"level_pct": -0.01, "charge_w": 0}, "level within 0 and 100 %"),
    ("vehicle", {"charge_w": 7401}, "power within the rating"),
    ("vehicle", {"charge_w": -1}, "power within the rating"),
    ("vehicle", {"plugged": False}, "charging only plugged in"),
    ("vehicle", {"level_pct": 90.0}, "no charging at the charge limit"),
    ("vehicle", {"charge_w": 0, "drive_w": 5000}, "driving only unplugged"),
    ("vehicle", {"drive_w": 5000, "plugged": False}, "driving only unplugged"),
    ("ev_charger", {"power_w": 7401}, "power within the rating"),
    ("ev_charger", {"power_w": -1}, "power within the rating"),
    ("ev_charger", {"connected": False}, "charging only connected"),
    ("hvac", {"power_w": 3001}, "power within the rating"),
    ("solar_inverter", {"power_w": 5001}, "power within the rating, never negative"),
    ("solar_inverter", {"power_w": -1}, "power within the rating, never negative"),
    ("solar_inverter", {"energy_wh": -1}, "counter never negative"),
    ("meter", {"grid_w": 2}, "powers of a home sum to zero"),
    ("meter", {"grid_w": -2}, "powers of a home sum to zero"),
    ("meter", {"load_w": 5, "grid_w": -405}, "loads draw, solar gives"),
    ("meter", {"solar_w": -5, "grid_w": 3005}, "loads draw, solar gives"),
]
MINUTE = 1 / 60
PAIR_BREAKS = [
    ("battery", 0.25, {"level_pct": 62.6}, "no jump"),
    ("battery", 0.25, {"level_pct": 39.9}, "no jump"),
    ("battery", 10.0, {"level_pct": 9.98}, "level stays within floor and ceiling"),
    ("hvac", 0.25, {"room_c": 22.0}, "no jump"),
    ("battery", MINUTE, {"level_pct": 50.52}, "level follows power"),
    ("battery", MINUTE, {"level_pct": 50.47}, "level follows power"),
    ("vehicle", 0.25, {"level_pct": 63.2}, "no jump but a trip"),
    ("vehicle", 0.25, {"level_pct": 59.9}, "no jump but a trip"),
    ("vehicle", MINUTE, {"level_pct": 60.22}, "level follows power"),
    ("vehicle", 0.25, {"odometer_km": 9_999.9}, "odometer never falls, and rests with the car"),
    ("vehicle", 0.25, {"odometer_km": 10_001.0}, "odometer never falls, and rests with the car"),
    ("solar_inverter", 400.0, {"energy_wh": 999_999}, "counter never falls"),
    ("solar_inverter", 0.25, {"energy_wh": 1_000_755}, "counter follows power"),
    ("solar_inverter", 0.25, {"energy_wh": 1_000_745}, "counter follows power"),
]


def test_good_readings_break_none() -> None:
    assert {family: broken_laws(family, reading) for family, reading in GOOD.items()} == {family: [] for family in GOOD}


@pytest.mark.parametrize(("family", "changes", "law"), BREAKS)
def test_each_law_can_be_broken(family: str, changes: dict, law: str) -> None:
    assert law in [name for name, _ in broken_laws(family, replace(GOOD[family], **changes))]


def test_no_law_was_forgotten_here() -> None:
    assert {(family, law.name) for family, laws in LAWS.items() for law in laws} == {
        (each[0], each[2]) for each in BREAKS
    }
    assert {(family, law.name) for family, laws in PAIR_LAWS.items() for law in laws} == {
        (each[0], each[3]) for each in PAIR_BREAKS
    }


@pytest.mark.parametrize(
    ("family", "hours", "changes"),
    [
        ("battery", MINUTE, {"level_pct": 50.5}),
        ("battery", 400.0, {"level_pct": 90.0}),
        ("vehicle", MINUTE, {"level_pct": 60.19}),
        ("vehicle", 8.0, {"level_pct": 20.0, "odometer_km": 10_200.0}),
        ("vehicle", 0.25, {"level_pct": 58.0, "charge_w": 0, "drive_w": 9000, "odometer_km": 10_010.0}),
        ("solar_inverter", 0.25, {"energy_wh": 1_000_750}),
    ],
)
def test_good_pairs_break_none(family: str, hours: float, changes: dict) -> None:
    assert broken_between(family, GOOD[family], replace(GOOD[family], **changes), hours) == []


@pytest.mark.parametrize(("family", "hours", "changes", "law"), PAIR_BREAKS)
def test_each_law_of_two_readings_can_be_broken(family: str, hours: float, changes: dict, law: str) -> None:
    found = broken_between(family, GOOD[family], replace(GOOD[family], **changes), hours)
    assert law in [name for name, _ in found]


def test_captures_are_given_half_a_digit_more() -> None:
    near = replace(GOOD["battery"], power_w=-5001)
    assert broken_laws("battery", near)
    assert not broken_laws("battery", near, CAPTURED)


def test_arrays_tell_where() -> None:
    many = replace(GOOD["battery"], level_pct=np.array([[50.0, -9.0], [101.0, 50.0]]), power_w=0)
    [(law, where)] = broken_laws("battery", many)
    assert law == "level within 0 and 100 %"
    assert where.tolist() == [[False, True], [True, False]]


def test_the_sun_does_not_shine_at_night() -> None:
    assert night_power(GOOD["solar_inverter"], True)
    assert not night_power(GOOD["solar_inverter"], False)
    assert not night_power(replace(GOOD["solar_inverter"], power_w=0), True)


def test_a_pinned_reading_breaks_no_law() -> None:
    good, pinned = GOOD["battery"], replace(GOOD["battery"], level_pct=101.0, power_w=-9000, pinned=True)
    assert broken_laws("battery", pinned) == []
    assert broken_between("battery", good, pinned, MINUTE) == []
    assert broken_laws("battery", replace(pinned, pinned=False)) != []
