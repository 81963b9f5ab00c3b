from __future__ import annotations

import pytest

from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from tests.unit.world.made import START


@pytest.mark.parametrize(
    ("power_w", "status", "charge_w", "discharge_w"),
    [(-500, "charging", 500, 0), (500, "discharging", 0, 500), (0, "idle", 0, 0)],
)
def test_a_batterys_words_follow_from_its_power(power_w: int, status: str, charge_w: int, discharge_w: int) -> None:
    reading = BatteryReading(START, 50.0, power_w, 10_000.0, 10.0, 100.0, 5000.0, 5000.0)
    assert (reading.status, reading.charge_w, reading.discharge_w) == (status, charge_w, discharge_w)
    assert (reading.charging, reading.discharging) == (status == "charging", status == "discharging")
    assert reading.energy_wh == 5000.0


@pytest.mark.parametrize(
    ("charge_w", "drive_w", "level_pct", "words"),
    [(3000, 0, 60.0, (True, False, False)), (0, 9000, 60.0, (False, True, False)), (0, 0, 95.0, (False, False, True))],
)
def test_a_cars_words(charge_w: int, drive_w: int, level_pct: float, words: tuple[bool, bool, bool]) -> None:
    reading = VehicleReading(
        START, level_pct, charge_w, drive_w, True, 60_000.0, 95.0, 11_000.0, 16.0, 300.0, 0, 10_000.0
    )
    assert (reading.charging, reading.driving, reading.full) == words
    assert reading.power_w == -charge_w
    assert reading.energy_wh == pytest.approx(level_pct * 600.0)


@pytest.mark.parametrize(
    ("connected", "power_w", "status"), [(False, 0, "available"), (True, 0, "connected"), (True, 7000, "charging")]
)
def test_a_chargers_words(connected: bool, power_w: int, status: str) -> None:
    reading = EvChargerReading(START, connected, power_w, 16.0, 11_000.0, 11_000.0)
    assert (reading.status, reading.charging) == (status, power_w > 0)


def test_words_of_a_zone_an_inverter_and_a_meter() -> None:
    zone = HvacReading(START, 21.0, 5.0, 21.0, 25.0, 2, True, 0, 3000.0)
    assert (zone.mode, zone.hold, zone.active) == ("auto", "permanent", False)
    assert HvacReading(START, 21.0, 5.0, 21.0, 25.0, 0, False, 5, 3000.0).hold == "follow_schedule"
    assert [(SolarReading(START, power, 0, 5000.0).status) for power in (0, 1)] == ["idle", "producing"]
    assert SolarReading(START, 1, 0, 5000.0).producing
    assert HomeReading(START, 1, 0, 0, 0, -2, 0, 1).power_w == 1
