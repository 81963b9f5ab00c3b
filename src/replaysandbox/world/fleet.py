"""Many homes at many instants: the same formulas as for one device, on numpy arrays.

Rows are homes, columns are instants. Readings come back with arrays in their fields (see `core/reading.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Any, Final

import numpy as np

from replaysandbox.core.device import DeviceRef
from replaysandbox.world import vector
from replaysandbox.world.battery import battery_course
from replaysandbox.world.dates import DAY_MS, HOUR_MS, date_of, instant
from replaysandbox.world.hvac import room_day
from replaysandbox.world.keys import region_of_key
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
from replaysandbox.world.reading import reading_at
from replaysandbox.world.sky import Weather
from replaysandbox.world.solar import SunDay
from replaysandbox.world.traits import draw_traits
from replaysandbox.world.vehicle import DAY_STARTS_H, car_day
from replaysandbox.world.world import World

_CAR_SHIFT_MS: Final = int(DAY_STARTS_H * HOUR_MS)
_KEPT: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Some homes of a world.

    Attributes:
        world: The world.
        homes: Positions of the homes; the rows of all readings.
        keys: Numbers that name them, as a column.
        regions: Their regions, as a column.
    """

    world: World
    homes: tuple[int, ...]
    keys: Any = field(repr=False)
    regions: Any = field(repr=False)
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def keep(self, key: Any, make: Any) -> Any:
        """Give back what was made for a key, or make it; only a few are kept, as instants come in order."""
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]


def fleet_of(world: World, homes: Sequence[int]) -> Fleet:
    """Gather homes of a world.

    Args:
        world: The world.
        homes: Positions of the homes.
    """
    keys = np.array([world.traits.keys.home(home) for home in homes], dtype=np.int64)[:, None]
    regions = region_of_key(vector, keys, world.profiles.solar_inverter.habits.regions)
    return Fleet(world, tuple(homes), keys, regions)


def fleet_readings(fleet: Fleet, family: str, slot: int, instants: Sequence[int]) -> Any:
    """Measure one device of each home at each instant.

    Args:
        fleet: The homes.
        family: Family.
        slot: Which of each home's devices of this family.
        instants: In order. [ms since 1970]

    Returns:
        A reading of the family whose fields are arrays of (homes, instants), or broadcast to that.
    """
    parts = [_measure(fleet, family, slot, today, moment) for today, moment in _moments(fleet.world, instants)]
    return parts[0] if len(parts) == 1 else _joined(parts, len(fleet.homes))


def _moments(world: World, instants: Sequence[int]) -> Iterator[tuple[Today, Moment]]:
    """Group instants so that each group lies in one day of all families."""
    local = [(at, *world.calendar.local(at)) for at in instants]
    for (day, _), group in groupby(local, key=lambda each: (each[1] // DAY_MS, (each[1] - _CAR_SHIFT_MS) // DAY_MS)):
        at, local_ms, pace = (np.array([each])[0][None, :] for each in zip(*group, strict=True))
        yield today_of(world.profiles, day), Moment(at, (local_ms - day * DAY_MS) / HOUR_MS, local_ms, pace)


def _joined(parts: Sequence[Any], rows: int) -> Any:
    """Put readings of several groups of instants side by side."""
    values = []
    for each in fields(parts[0]):
        columns = [
            np.broadcast_to(getattr(part, each.name), (1 if each.name == "at" else rows, part.at.shape[1]))
            for part in parts
        ]
        values.append(np.concatenate(columns, axis=1))
    return type(parts[0])(*values)


def _measure(fleet: Fleet, family: str, slot: int, today: Today, moment: Moment) -> Any:
    match family:
        case "battery":
            return _battery(fleet, slot, today, moment)
        case "vehicle":
            return _vehicle(fleet, slot, today, moment)
        case "ev_charger":
            return measure_charger(_traits(fleet, family, slot), _vehicle(fleet, slot, today, moment))
        case "solar_inverter":
            return _solar(fleet, slot, today, moment)
        case "hvac":
            return _hvac(fleet, slot, today, moment)
        case _:
            return _meter(fleet, today, moment)


def _traits(fleet: Fleet, family: str, slot: int) -> Any:
    world = fleet.world
    return fleet.keep((family, slot), lambda: draw_traits(vector, world.profiles, world.seed, family, fleet.keys, slot))


def _battery(fleet: Fleet, slot: int, today: Today, moment: Moment) -> Any:
    profiles, traits = fleet.world.profiles, _traits(fleet, "battery", slot)
    course = fleet.keep(
        ("course", slot, today.day), lambda: battery_course(vector, profiles.battery, traits, today.day)
    )
    return _led_back(fleet, "battery", slot, measure_battery(vector, profiles, traits, course, moment))


def _vehicle(fleet: Fleet, slot: int, today: Today, moment: Moment) -> Any:
    profiles, traits = fleet.world.profiles, _traits(fleet, "vehicle", slot)
    day = int((moment.local_ms[0, 0] - _CAR_SHIFT_MS) // DAY_MS)
    drawn = fleet.keep(("car", slot, day), lambda: car_day(vector, profiles.vehicle, traits, day))
    hour = (moment.local_ms - day * DAY_MS) / HOUR_MS
    return _led_back(fleet, "vehicle", slot, measure_vehicle(vector, traits, drawn, moment, hour, today.range_share))


def _led_back(fleet: Fleet, family: str, slot: int, block: Any) -> Any:
    """Put in, one by one, the readings of devices that start elsewhere than on their curve."""
    named = fleet.world.scenario.named
    rows = [
        row
        for row, home in enumerate(fleet.homes)
        if slot == 0 and home < len(named) and family in named[home].level_pct
    ]
    if not rows:
        return block
    shape = (len(fleet.homes), block.at.shape[1])
    values = {each.name: np.array(np.broadcast_to(getattr(block, each.name), shape)) for each in fields(block)}
    for row in rows:
        for column, at in enumerate(block.at[0].tolist()):
            reading = reading_at(fleet.world, DeviceRef(family, fleet.homes[row]), instant(at))
            for name, value in values.items():
                if name != "at":
                    value[row, column] = getattr(reading, name)
    return type(block)(**(values | {"at": block.at}))


def _solar(fleet: Fleet, slot: int, today: Today, moment: Moment) -> Any:
    sky, traits = fleet.world.sky, _traits(fleet, "solar_inverter", slot)
    regions = np.unique(fleet.regions)
    suns = fleet.keep(("sun", today.day), lambda: {int(each): sky.sun(int(each), today.day) for each in regions})
    row = {region: position for position, region in enumerate(suns)}
    index = fleet.keep("rows", lambda: np.vectorize(row.__getitem__, otypes=[np.int64])(fleet.regions))

    def column(name: str) -> Any:
        return np.array([getattr(sun, name) for sun in suns.values()])[index]

    any_sun = next(iter(suns.values()))
    sun = SunDay(column("before"), column("total"), column("lean"), any_sun.arc)
    since = fleet.keep(("since", slot), lambda: _since(fleet, traits.since))
    return measure_solar(vector, traits, sun, since, moment)


def _since(fleet: Fleet, days: Any) -> Any:
    """Tell each region's yield up to the day each counter began."""
    known: dict[tuple[int, int], int] = {}
    values = []
    for region, day in zip(fleet.regions[:, 0].tolist(), days[:, 0].tolist(), strict=True):
        if (region, day) not in known:
            known[region, day] = fleet.world.sky.yield_before(region, date_of(day))
        values.append(known[region, day])
    return np.array(values, dtype=np.int64)[:, None]


def _hvac(fleet: Fleet, slot: int, today: Today, moment: Moment) -> Any:
    profiles, traits = fleet.world.profiles, _traits(fleet, "hvac", slot)
    weathers = [fleet.world.sky.weather(region, today.day) for region in range(profiles.solar_inverter.habits.regions)]
    weather = Weather(
        np.array([each.begins_c for each in weathers])[fleet.regions],
        np.array([each.ends_c for each in weathers])[fleet.regions],
    )
    drawn = fleet.keep(
        ("room", slot, today.day),
        lambda: room_day(vector, profiles.hvac, traits, today.day, today.yesterday, today.date),
    )
    return measure_hvac(vector, profiles, traits, drawn, weather, today, moment)


def _meter(fleet: Fleet, today: Today, moment: Moment) -> Any:
    profiles, counts = fleet.world.profiles, fleet.world.counts
    cars = max(counts["vehicle"], counts["ev_charger"])
    return measure_home(
        vector,
        profiles,
        measure_load(vector, profiles, _traits(fleet, "meter", 0), today, moment),
        [_solar(fleet, slot, today, moment) for slot in range(counts["solar_inverter"])],
        [_battery(fleet, slot, today, moment) for slot in range(counts["battery"])],
        [_vehicle(fleet, slot, today, moment) for slot in range(cars)],
        [_hvac(fleet, slot, today, moment) for slot in range(counts["hvac"])],
        moment.at,
    )
