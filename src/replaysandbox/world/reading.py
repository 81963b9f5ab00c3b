"""What a device measures at an instant: draw its day (or remember it), read the line, round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    Reading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.world import scalar
from replaysandbox.world.battery import battery_course
from replaysandbox.world.bending import bent_of, family_of
from replaysandbox.world.bent import Bent, Plan, Turn, turn_at
from replaysandbox.world.bent_battery import BentBattery
from replaysandbox.world.bent_car import BentCar
from replaysandbox.world.bent_room import BentRoom
from replaysandbox.world.dates import DAY_MS, HOUR_MS, date_of, instant_ms
from replaysandbox.world.hvac import room_day, swing_at
from replaysandbox.world.measure import (
    Moment,
    Today,
    measure_battery,
    measure_charger,
    measure_home,
    measure_hvac,
    measure_load,
    measure_solar,
    measure_vehicle,
    today_of,
)
from replaysandbox.world.measure_bent import measure_bent_battery, measure_bent_car, measure_bent_room
from replaysandbox.world.vehicle import DAY_STARTS_H, car_day
from replaysandbox.world.world import World, home_devices, region_of

_CAR_SHIFT_MS: Final = int(DAY_STARTS_H * HOUR_MS)

Bents = Mapping[DeviceRef, Bent]
NO_BENTS: Final[Bents] = MappingProxyType({})


def reading_at(world: World, device: DeviceRef, at: datetime, bents: Bents = NO_BENTS) -> Reading:
    """Measure a device at an instant.

    Args:
        world: The world.
        device: The device.
        at: Instant, aware; parts of a millisecond are dropped.
        bents: What devices were told to do.

    Returns:
        Its reading; the same for the same world, device and instant, whatever was asked before.

    Raises:
        KeyError: There is no such family.
    """
    today, moment = _moment(world, at, bents)
    reading: Reading = _MEASURES[device.family](world, device, today, moment)
    return reading


def home_at(world: World, home: int, at: datetime, bents: Bents = NO_BENTS) -> HomeReading:
    """Measure a home at its grid connection.

    Args:
        world: The world.
        home: Position of the home.
        at: Instant, aware.
        bents: What devices were told to do.

    Returns:
        All powers of the home in whole watts; they sum to zero.
    """
    today, moment = _moment(world, at, bents)
    return _meter(world, DeviceRef("meter", home), today, moment)


def _moment(world: World, at: datetime, bents: Bents = NO_BENTS) -> tuple[Today, Moment]:
    local, pace = world.calendar.local(instant_ms(at))
    day = local // DAY_MS
    today = world.traits.kept(("today", day), lambda: today_of(world.profiles, day))
    return today, Moment(at, (local - day * DAY_MS) / HOUR_MS, local, pace, bents)


def _turn(world: World, device: DeviceRef, moment: Moment) -> Turn | None:
    """Tell where a bent device is; None where nobody told it anything, or it is back on its own course."""
    bent = moment.bents.get(device) or bent_of(world, device)
    if not bent.checks:
        return None
    turn = turn_at(family_of(world, device), bent, instant_ms(moment.at))
    return None if turn is None or (turn.own and turn.plan == Plan()) else turn


def _battery(world: World, device: DeviceRef, today: Today, moment: Moment) -> BatteryReading:
    traits = world.traits.of(device)
    turn = _turn(world, device, moment) if moment.bents or world.scenario.named else None
    if turn is not None:
        return measure_bent_battery(traits, BentBattery(world, device).shape(turn.plan), turn, moment)
    course = world.traits.kept(
        ("battery", device.home, device.slot, today.day),
        lambda: battery_course(scalar, world.profiles.battery, traits, today.day),
    )
    return measure_battery(scalar, world.profiles, traits, course, moment)


def _vehicle(world: World, device: DeviceRef, today: Today, moment: Moment) -> VehicleReading:
    traits = world.traits.of(device)
    day = (moment.local_ms - _CAR_SHIFT_MS) // DAY_MS
    drawn = world.traits.kept(
        ("vehicle", device.home, device.slot, day),
        lambda: car_day(scalar, world.profiles.vehicle, traits, day),
    )
    hour = (moment.local_ms - day * DAY_MS) / HOUR_MS
    plain = measure_vehicle(scalar, traits, drawn, moment, hour, today.range_share)
    turn = _turn(world, device, moment) if moment.bents or world.scenario.named else None
    if turn is None:
        return plain
    return measure_bent_car(traits, BentCar(world, device).shape(turn.plan), turn, plain, today.range_share)


def _charger(world: World, device: DeviceRef, today: Today, moment: Moment) -> EvChargerReading:
    car, traits = DeviceRef("vehicle", device.home, device.slot), world.traits.of(device)
    turn = _turn(world, car, moment) if moment.bents else None
    limit_w = None if turn is None else min(traits.rated_w, turn.plan.limit("max_charge_w", traits.rated_w))
    return measure_charger(traits, _vehicle(world, car, today, moment), limit_w)


def _solar(world: World, device: DeviceRef, today: Today, moment: Moment) -> SolarReading:
    traits = world.traits.of(device)
    region = region_of(world, device.home)
    sun = world.traits.kept(("sun", region, today.day), lambda: world.sky.sun(region, today.day))
    since = world.traits.kept(
        ("since", region, traits.since), lambda: world.sky.yield_before(region, date_of(traits.since))
    )
    return measure_solar(scalar, traits, sun, since, moment)


def _hvac(world: World, device: DeviceRef, today: Today, moment: Moment) -> HvacReading:
    traits = world.traits.of(device)
    region = region_of(world, device.home)
    weather = world.traits.kept(("weather", region, today.day), lambda: world.sky.weather(region, today.day))
    drawn = world.traits.kept(
        ("hvac", device.home, device.slot, today.day),
        lambda: room_day(scalar, world.profiles.hvac, traits, today.day, today.yesterday, today.date),
    )
    plain = measure_hvac(scalar, world.profiles, traits, drawn, weather, today, moment)
    turn = _turn(world, device, moment) if moment.bents else None
    if turn is None:
        return plain
    hold, swing = BentRoom(world, device).hold(turn.plan), swing_at(scalar, traits, moment.local_ms)
    return measure_bent_room(world.profiles.hvac.habits, traits, hold, turn, swing, plain)


def _meter(world: World, device: DeviceRef, today: Today, moment: Moment) -> HomeReading:
    home = device.home
    cars = max(world.counts["vehicle"], world.counts["ev_charger"])  # a charger's car is there, listed or not
    return measure_home(
        scalar,
        world.profiles,
        measure_load(scalar, world.profiles, world.traits.of(DeviceRef("meter", home)), today, moment),
        [_solar(world, each, today, moment) for each in home_devices(world, home, "solar_inverter")],
        [_battery(world, each, today, moment) for each in home_devices(world, home, "battery")],
        [_vehicle(world, DeviceRef("vehicle", home, slot), today, moment) for slot in range(cars)],
        [_hvac(world, each, today, moment) for each in home_devices(world, home, "hvac")],
        moment.at,
    )


_MEASURES: Final[dict[str, Callable[[World, DeviceRef, Today, Moment], Any]]] = {
    "battery": _battery,
    "vehicle": _vehicle,
    "ev_charger": _charger,
    "solar_inverter": _solar,
    "hvac": _hvac,
    "meter": _meter,
}
