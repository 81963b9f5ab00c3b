"""One world: which homes and devices there are, by arithmetic, and the numbers that name them.

There is no table of devices. A home is its position in the scenario; a device is its family, home and slot; its number
(from which ids are made) is built from its home's key, so that it does not move when the scenario grows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from replaysandbox.core.device import FAMILIES, SLOTS, DeviceRef
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.noise import signal
from replaysandbox.core.profile import Model, Profiles
from replaysandbox.core.scenario import Scenario
from replaysandbox.world.calendar import Calendar, shift_to_hour
from replaysandbox.world.dates import HOUR_MS, instant_ms
from replaysandbox.world.keys import Keys
from replaysandbox.world.sky import Sky
from replaysandbox.world.traits import Traits

HOMES_LIMIT: Final = 10**12
"""Most homes a world can have: their keys must fit an id. Ours."""

TRIP_FLOOR_PCT: Final = 10.0
"""No trip goes below. [%]"""

_NAMED: Final = 1 << 40
"""Added to the keys of homes that have a name; the numbered ones stay below."""

_FAMILY_ROOM: Final = 8
NUMBERS_PER_HOME: Final = _FAMILY_ROOM * SLOTS
"""Numbers that devices of one home may have."""

HOME_BITS: Final = 41
"""Bits of the largest number that names a home."""

DEVICE_BITS: Final = HOME_BITS + (NUMBERS_PER_HOME - 1).bit_length()
"""Bits of the largest number that names a device."""

_FAMILY_INDEX: Final = {family: index for index, family in enumerate(FAMILIES)}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The devices, and all that their readings depend on but the instant and the commands.

    Attributes:
        profiles: Profiles of all families.
        scenario: Its situation.
        seed: Its seed.
        homes: How many homes there are.
        calendar: How the devices' hour follows from the instant.
        shift_ms: What of that was asked for by `world_at`, or None. [ms]
        sky: Sun and weather of its regions.
        start_ms: Instant from which the scenario's own levels hold. [ms since 1970]
        counts: Family → devices of it in each home.
    """

    profiles: Profiles
    scenario: Scenario
    seed: int
    homes: int
    calendar: Calendar
    shift_ms: int | None
    sky: Sky
    start_ms: int
    counts: Mapping[str, int]
    traits: Traits = field(repr=False)
    named: Mapping[int, int] = field(repr=False)

    def kept[T](self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Give back what was made for a key, or make it, where it depends on the hour the devices live by.

        What does not is in `traits`, which worlds of the same devices share: see `shifted`.
        """
        return self.traits.kept((self.shift_ms, *key), make)


def build_world(
    profiles: Profiles,
    scenario: Scenario,
    *,
    start: datetime,
    seed: int | None = None,
    homes: int | None = None,
    zone: str | None = None,
    world_at: str | None = None,
) -> World:
    """Build a world; what is not given is the scenario's.

    Args:
        profiles: Profiles of all families.
        scenario: Its situation.
        start: Instant at which the session starts.
        seed: World seed.
        homes: How many homes; never fewer than have names.
        zone: IANA zone the curves are read in.
        world_at: Hour (`HH:MM`, UTC) the devices behave as at when the session starts.

    Returns:
        The world; its size costs neither time nor memory.

    Raises:
        SandboxError: A level that the scenario starts with is beyond what its device ever shows.
    """
    seed = scenario.seed if seed is None else seed
    _check_levels(profiles, scenario)
    count = max(scenario.homes if homes is None else homes, len(scenario.named))
    hour = world_at or scenario.clock.world_at
    shift_ms = shift_to_hour(instant_ms(start), hour) if hour else None
    keys = Keys(seed, tuple(_name_key(home.name) for home in scenario.named))
    return World(
        profiles=profiles,
        scenario=scenario,
        seed=seed,
        homes=count,
        calendar=_calendar(scenario, zone, shift_ms or 0),
        shift_ms=shift_ms,
        sky=Sky(profiles.solar_inverter, profiles.hvac, scenario.place, seed),
        start_ms=instant_ms(start),
        counts={family: scenario.families.get(family, 0) for family in FAMILIES} | {"meter": 1},
        traits=Traits(profiles, keys),
        named={key: position for position, key in enumerate(keys.named)},
    )


def shifted(world: World, shift_ms: int | None) -> World:
    """Give the same devices at another hour of their day.

    Args:
        world: The world.
        shift_ms: What their hour is to be ahead of the instant, in place of what was asked for; None for nothing. [ms]
    """
    if shift_ms == world.shift_ms:
        return world
    by_ms = (shift_ms or 0) - (world.shift_ms or 0)
    calendar = replace(world.calendar, shift_ms=world.calendar.shift_ms + by_ms)
    return replace(world, calendar=calendar, shift_ms=shift_ms)


def total(world: World, family: str) -> int:
    """Count a family's devices."""
    return world.homes * world.counts[family]


def nth(world: World, family: str, k: int) -> DeviceRef:
    """Find a family's k-th device, from 0.

    Raises:
        IndexError: There are not that many.
    """
    if not 0 <= k < total(world, family):
        raise IndexError(f"{family} {k} of {total(world, family)}")
    home, slot = divmod(k, world.counts[family])
    return DeviceRef(family, home, slot)


def position_of(world: World, device: DeviceRef) -> int:
    """Tell the place of a device among its family: `nth`, turned round."""
    return device.home * world.counts[device.family] + device.slot


def home_devices(world: World, home: int, family: str) -> list[DeviceRef]:
    """List a home's devices of one family."""
    return [DeviceRef(family, home, slot) for slot in range(world.counts[family])]


def home_key(world: World, home: int, room: int | None = None) -> int:
    """Tell the number that names a home: from its name, or its place among those without one.

    Args:
        world: The world.
        home: Position of the home.
        room: How many homes the numbers can tell apart, where they are too few for names: those with names are then the
            last ones, in order, and those without keep their number.
    """
    if room is None:
        return world.traits.keys.home(home)
    return (home - len(world.scenario.named)) % room


def home_of_key(world: World, key: int, room: int | None = None) -> int | None:
    """Find a home by the number that names it; None where there is none."""
    if room is None and key >= _NAMED:
        return world.named.get(key)
    home = key + len(world.scenario.named)
    if room is not None:
        home = home % room if key < room else world.homes
    return home if key >= 0 and home < world.homes else None


def home_by_name(world: World, name: str) -> int | None:
    """Find a home by its name; None where there is none."""
    return world.named.get(_name_key(name))


def number_of_device(world: World, device: DeviceRef, room: int | None = None) -> int:
    """Tell the number that names a device; the same in every scenario that has its home.

    Args:
        world: The world.
        device: The device.
        room: As in `home_key`.
    """
    return (home_key(world, device.home, room) * _FAMILY_ROOM + _FAMILY_INDEX[device.family]) * SLOTS + device.slot


def device_of_number(world: World, number: int, room: int | None = None) -> DeviceRef | None:
    """Find a device by its number; None where there is none."""
    rest, slot = divmod(number, SLOTS)
    key, index = divmod(rest, _FAMILY_ROOM)
    home = home_of_key(world, key, room)
    if home is None or index >= len(FAMILIES) or slot >= world.counts[FAMILIES[index]]:
        return None
    return DeviceRef(FAMILIES[index], home, slot)


def region_of(world: World, home: int) -> int:
    """Tell the region a home lies in; it shares its clouds with the others there."""
    return world.traits.region(home)


def model_of(world: World, device: DeviceRef) -> Model:
    """Tell a device's make and model."""
    models: tuple[Model, ...] = getattr(world.profiles, device.family).models
    position: int = world.traits.of(device).model
    return models[position]


def _check_levels(profiles: Profiles, scenario: Scenario) -> None:
    """Refuse levels no law allows: a battery beyond its floor or ceiling, a car below what trips leave."""
    battery = profiles.battery.habits
    bounds = {"battery": (battery.floor_pct, battery.ceiling_pct), "vehicle": (TRIP_FLOOR_PCT + 1.0, 100.0)}
    problems = [
        Problem(
            f"scenario {scenario.name}",
            0,
            f"homes.{home.name}.{family}.level_pct",
            f"is {level:g}, but this device shows {low:g} to {high:g}",
        )
        for home in scenario.named
        for family, level in home.level_pct.items()
        for low, high in [bounds.get(family, (0.0, 100.0))]
        if not low <= level <= high
    ]
    if problems:
        raise SandboxError(problems)


def _name_key(name: str) -> int:
    return _NAMED | signal(f"home {name}") % _NAMED


def _calendar(scenario: Scenario, zone: str | None, shift_ms: int) -> Calendar:
    if scenario.place is not None:  # the sun decides there, so a zone has nothing to say
        return Calendar(shift_ms=shift_ms + round(scenario.place.longitude_deg / 15.0 * HOUR_MS))
    name = zone or scenario.clock.zone
    return Calendar(ZoneInfo(name) if name and name != "UTC" else None, shift_ms)
