"""What a device measures at an instant: draw its day (or remember it), read the line, round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import count
from types import MappingProxyType
from typing import Any, Final

from replaysandbox.core.bend import Bend
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
from replaysandbox.world.bent import Bent, Own, bent_level, bent_with, bent_without
from replaysandbox.world.course import Course, follow
from replaysandbox.world.dates import DAY_MS, HOUR_MS, date_of, instant, instant_ms
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

Bents = Mapping[DeviceRef, Bent]
NO_BENTS: Final[Bents] = MappingProxyType({})


def reading_at(world: World, device: DeviceRef, at: datetime, bents: Bents = NO_BENTS) -> Reading:
    """Measure a device at an instant.

    Args:
        world: The world.
        device: The device.
        at: Instant, aware; parts of a millisecond are dropped.
        bents: What batteries were told to do.

    Returns:
        Its reading; the same for the same world, device and instant, whatever was asked before.

    Raises:
        KeyError: There is no such family.
    """
    today, moment = _moment(world, at, bents)
    reading: Reading = _MEASURES[device.family](world, device, today, moment)
    return reading


def bend_battery(world: World, device: DeviceRef, bent: Bent, bend: Bend) -> Bent:
    """Add to what a battery was told to do."""
    return bent_with(_own(world, device), bent, bend)


def unbend_battery(world: World, device: DeviceRef, bent: Bent, numbers: frozenset[int]) -> Bent:
    """Take back what a battery was told to do, by the numbers of its bends."""
    return bent_without(_own(world, device), bent, numbers)


def home_at(world: World, home: int, at: datetime, bents: Bents = NO_BENTS) -> HomeReading:
    """Measure a home at its grid connection.

    Args:
        world: The world.
        home: Position of the home.
        at: Instant, aware.
        bents: What batteries were told to do.

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


def _battery(world: World, device: DeviceRef, today: Today, moment: Moment) -> BatteryReading:
    bent = moment.bents.get(device)
    found = bent_level(_own(world, device), bent, instant_ms(moment.at)) if bent is not None else None
    if found is None:
        course = _battery_course(world, device, today.day, moment)
    else:  # a line through this instant, in hours of the battery's own day
        level, slope = found[0], found[1] / moment.pace
        course = Course((moment.hour - 1.0, moment.hour + 1.0), (level - slope, level + slope))
    return measure_battery(scalar, world.profiles, world.traits.of(device), course, moment)


def _battery_course(world: World, device: DeviceRef, day: int, moment: Moment) -> Course:
    """Give a battery's own course of a day; on its way back from the scenario's level, that way."""
    detour = _detour(world, device, moment)
    if detour is not None:
        return detour.over(day)
    traits = world.traits.of(device)
    course: Course = world.traits.kept(
        ("battery", device.home, device.slot, day),
        lambda: battery_course(scalar, world.profiles.battery, traits, day),
    )
    return course


def _own(world: World, device: DeviceRef) -> Own:
    """Tell a battery's own course, for bends to come from and go back to."""
    traits, habits = world.traits.of(device), world.profiles.battery.habits

    def level(at_ms: int) -> float:
        today, moment = _moment(world, instant(at_ms))
        return float(follow(scalar, _battery_course(world, device, today.day, moment), moment.hour)[0])

    return Own(
        traits=traits,
        level=level,
        levels=lambda at_ms: _battery_levels(world, traits, world.calendar.local(at_ms)[0]),
        local_h=lambda at_ms: world.calendar.local(at_ms)[0] / HOUR_MS,
        pace=lambda at_ms: world.calendar.local(at_ms)[1],
        floor_pct=habits.floor_pct,
        ceiling_pct=habits.ceiling_pct,
        kept=lambda key, find: world.traits.kept((*key, device.home, device.slot), find),
    )


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
