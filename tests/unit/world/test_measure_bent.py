from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import VehicleReading
from replaysandbox.world.bent import Plan, Turn
from replaysandbox.world.bent_battery import BentBattery
from replaysandbox.world.bent_car import BentCar
from replaysandbox.world.measure import Moment
from replaysandbox.world.measure_bent import measure_bent_battery, measure_bent_car
from replaysandbox.world.reading import reading_at
from tests.unit.worlds import amps

WORLD = amps().world
AT = datetime(2026, 6, 1, 23, tzinfo=UTC)


def test_a_batterys_power_is_its_slope_times_its_capacity_and_none_while_pinned() -> None:
    battery = BentBattery(WORLD, DeviceRef("battery", 0))
    traits, shape, moment = battery.traits, battery.shape(Plan()), Moment(AT, 23.0, 0, 1.0)
    seen = measure_bent_battery(traits, shape, Turn(50.004, 10.0, Plan()), moment)
    assert (seen.level_pct, seen.power_w) == (50.0, -round(traits.capacity_wh / 10))
    held = measure_bent_battery(traits, shape, Turn(12.0, 0.0, Plan(), pinned=True), moment)
    assert (held.level_pct, held.power_w, held.pinned) == (12.0, 0, True)


def test_a_car_at_its_limit_does_not_charge_and_one_that_must_drive_does() -> None:
    car = BentCar(WORLD, DeviceRef("vehicle", 0))
    plain = reading_at(WORLD, car.device, AT)
    assert isinstance(plain, VehicleReading)
    shape = car.shape(Plan(limits=(("limit_pct", 80.0),)))
    full = measure_bent_car(car.traits, shape, Turn(80.0, 5.0, Plan()), plain, 1.0)
    assert (full.charge_w, full.full, full.remaining_min) == (0, True, 0)
    charging = measure_bent_car(car.traits, shape, Turn(70.0, 10.0, Plan()), plain, 1.0)
    assert (charging.remaining_min, charging.charge_w) == (60, round(car.traits.capacity_wh / 10))
    dry = replace(plain, drive_w=900, plugged=False)
    assert measure_bent_car(car.traits, shape, Turn(10.0, 0.0, Plan()), dry, 1.0).drive_w == 1
