"""What a device measures at an instant: draw its day (or remember it), read the line, round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
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
from replaysandbox.world.battery import BatteryTraits, battery_course
from replaysandbox.world.course import follow
from replaysandbox.world.dates import DAY_MS, HOUR_MS, date_of, instant_ms
from replaysandbox.world.detour import Detour, battery_detour, car_detour
from replaysandbox.world.hvac import room_day
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
from replaysandbox.world.vehicle import DAY_STARTS_H, CarDay, car_day
from replaysandbox.world.world import World, home_devices, region_of

_CAR_SHIFT_MS: Final = int(DAY_STARTS_H * HOUR_MS)
_QUARTER_MS: Final = HOUR_MS // 4


def reading_at(world: World, device: DeviceRef, at: datetime) -> Reading:
    """Measure a device at an instant.

    Args:
        world: The world.
        device: The device.
        at: Instant, aware; parts of a millisecond are dropped.

    Returns:
        Its reading; the same for the same world, device and instant, whatever was asked before.

    Raises:
        KeyError: There is no such family.
    """
    today, moment = _moment(world, at)
    reading: Reading = _MEASURES[device.family](world, device, today, moment)
    return reading


def home_at(world: World, home: int, at: datetime) -> HomeReading:
    """Measure a home at its grid connection.

    Args:
        world: The world.
        home: Position of the home.
        at: Instant, aware.

    Returns:
        All powers of the home in whole watts; they sum to zero.
    """
    today, moment = _moment(world, at)
    return _meter(world, DeviceRef("meter", home), today, moment)


def _moment(world: World, at: datetime) -> tuple[Today, Moment]:
    local, pace = world.calendar.local(instant_ms(at))
    day = local // DAY_MS
    today = world.traits.kept(("today", day), lambda: today_of(world.profiles, day))
    return today, Moment(at, (local - day * DAY_MS) / HOUR_MS, local, pace)


def _battery(world: World, device: DeviceRef, today: Today, moment: Moment) -> BatteryReading:
    traits = world.traits.of(device)
    course = world.traits.kept(
        ("battery", device.home, device.slot, today.day),
        lambda: battery_course(scalar, world.profiles.battery, traits, today.day),
    )
    detour = _detour(world, device, moment)
    if detour is not None:
        course = detour.over(today.day)
    return measure_battery(scalar, world.profiles, traits, course, moment)


def _vehicle(world: World, device: DeviceRef, today: Today, moment: Moment) -> VehicleReading:
    traits = world.traits.of(device)
    day = (moment.local_ms - _CAR_SHIFT_MS) // DAY_MS
    drawn = _car_day(world, device, day)
    detour = _detour(world, device, moment)
    hour = (moment.local_ms - day * DAY_MS) / HOUR_MS
    course = None if detour is None else detour.over(day)
    return measure_vehicle(scalar, traits, drawn, moment, hour, today.range_share, course)


def _car_day(world: World, device: DeviceRef, day: int) -> CarDay:
    return world.traits.kept(
        ("vehicle", device.home, device.slot, day),
        lambda: car_day(scalar, world.profiles.vehicle, world.traits.of(device), day),
    )


def _detour(world: World, device: DeviceRef, moment: Moment) -> Detour | None:
    """Find the detour a device is on: only the first devices of named homes can be on one."""
    if device.home >= len(world.scenario.named) or device.slot:
        return None
    level = world.scenario.named[device.home].level_pct.get(device.family)
    if level is None:
        return None
    detour = world.traits.kept(("detour", device.family, device.home), lambda: _led_back(world, device, level))
    return detour if detour.start_h <= moment.local_ms / HOUR_MS < detour.end_h else None


def _led_back(world: World, device: DeviceRef, level_pct: float) -> Detour:
    local, _ = world.calendar.local(world.start_ms)
    traits, start_h = world.traits.of(device), local / HOUR_MS
    if device.family == "battery":
        return battery_detour(traits, level_pct, start_h, _battery_levels(world, traits, local))
    first = (local - _CAR_SHIFT_MS) // DAY_MS
    return car_detour(traits, level_pct, start_h, ((day, _car_day(world, device, day)) for day in count(first)))


def _battery_levels(world: World, traits: BatteryTraits, local_ms: int) -> Iterator[float]:
    """Give a battery's own levels from a quarter of an hour after an instant on."""
    for later in count(local_ms + _QUARTER_MS, _QUARTER_MS):
        day = later // DAY_MS
        course = battery_course(scalar, world.profiles.battery, traits, day)
        yield follow(scalar, course, (later - day * DAY_MS) / HOUR_MS)[0]


def _charger(world: World, device: DeviceRef, today: Today, moment: Moment) -> EvChargerReading:
    car = _vehicle(world, DeviceRef("vehicle", device.home, device.slot), today, moment)
    return measure_charger(world.traits.of(device), car)


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
    return measure_hvac(scalar, world.profiles, traits, drawn, weather, today, moment)


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
