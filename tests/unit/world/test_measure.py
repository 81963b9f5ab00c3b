from __future__ import annotations

from dataclasses import replace
from typing import Any

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import BatteryReading, SolarReading, VehicleReading
from replaysandbox.world import scalar
from replaysandbox.world.dates import date_of, day_of
from replaysandbox.world.measure import Moment, measure_charger, measure_home, measure_vehicle, today_of
from replaysandbox.world.vehicle import car_day
from tests.unit.world.made import START, profiles, world

_DAY = day_of(2026, 5)


def car(home: int = 0, hour: float = 7.0, **changes: Any) -> VehicleReading:
    traits = world().traits.of(DeviceRef("vehicle", home))
    day = replace(car_day(scalar, profiles().vehicle, traits, _DAY), **changes)
    return measure_vehicle(scalar, traits, day, Moment(START, hour, 0, 1.0), hour, 1.0)


def test_today_knows_the_date_and_the_season() -> None:
    today = today_of(profiles(), day_of(2026, 2))
    assert (today.date, today.yesterday) == (date_of(day_of(2026, 2)), date_of(day_of(2026, 1, 27)))
    assert (
        today_of(profiles(), day_of(2026, 0, 14)).range_share < 0.85 < today_of(profiles(), day_of(2026, 6)).range_share
    )
    saturday, monday = today_of(profiles(), day_of(2026, 5, 5)), today_of(profiles(), _DAY)
    assert saturday.load == today.load != monday.load  # 1 March 2026 is a Sunday


def test_a_car_at_its_limit_does_not_charge_whatever_the_last_hundredth_says() -> None:
    home = next(home for home in range(50) if world().traits.of(DeviceRef("vehicle", home)).limit_pct == 95.0)
    levels = (94.9969, 94.9999, *car_levels(home)[2:])
    reading = car(home, 6.5, levels=levels)
    assert (reading.level_pct, reading.charge_w, reading.remaining_min, reading.full) == (95.0, 0, 0, True)


def car_levels(home: int) -> tuple[float, ...]:
    levels: tuple[float, ...] = car_day(
        scalar, profiles().vehicle, world().traits.of(DeviceRef("vehicle", home)), _DAY
    ).levels
    return levels


def test_range_and_remaining_time_follow_from_the_level() -> None:
    reading = next(each for home in range(50) if (each := car(home)).charging)
    missing_wh = (reading.charge_limit_pct - reading.level_pct) / 100 * reading.capacity_wh
    assert abs(reading.remaining_min - missing_wh / reading.charge_w * 60) <= 1
    assert 100 < reading.range_km < 700


def test_a_wall_charger_sees_what_its_car_does() -> None:
    reading = next(each for home in range(50) if (each := car(home)).charging)
    charger = measure_charger(world().traits.of(DeviceRef("ev_charger", 0)), reading)
    assert (charger.connected, charger.power_w, charger.at) == (True, reading.charge_w, reading.at)


def test_a_home_sums_to_zero_and_pays_for_conversion() -> None:
    battery = BatteryReading(START, 50.0, -2000, 1e4, 10.0, 100.0, 5e3, 5e3)
    drives = replace(car(), charge_w=0, drive_w=9000)
    home = measure_home(
        scalar,
        profiles(),
        -400,
        [SolarReading(START, 3001, 0, 5e3)],
        [battery],
        [drives, replace(drives, charge_w=1003)],
        [],
        START,
    )
    assert (home.solar_w, home.battery_w, home.vehicle_w, home.load_w) == (3001, -2000, -1003, -400)
    assert home.losses_w == -200
    assert home.grid_w == 602
