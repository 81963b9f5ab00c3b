"""What physics demands of any reading, ours or a live device's. Each law stands once and returns what breaks it.

A law is a formula over one reading, or over two of the same device some time apart, that says where it is broken: a
truth value, or an array of them where the readings hold arrays (`world/fleet.py`). What it tolerates is the rounding of
the values it is given: half a last digit each, twice that for captures, whose APIs may have rounded once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.world.ops import Real


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far values may be off by their rounding alone.

    Attributes:
        level_pct: Of a level. [%]
        power_w: Of a power. [W]
        energy_wh: Of a lifetime energy. [Wh]
        distance_km: Of an odometer. [km]
        balance_w: Of a home's sum. [W]
    """

    level_pct: float = 0.005
    power_w: float = 0.5
    energy_wh: float = 0.5
    distance_km: float = 0.05
    balance_w: float = 1.0


OURS: Final = Tolerance()
"""Half a last digit of our own readings."""

CAPTURED: Final = Tolerance(0.01, 1.0, 1.0, 0.1, 2.0)
"""Half a last digit more per value."""

SHORT_H: Final = 1.0 / 60.0
"""Readings at most so far apart lie on the same or on neighbouring pieces of a course. Ours. [h]"""

TRIP_H: Final = 1.0 / 3.0
"""Shortest trip: readings closer than this see it at one of their ends. Ours. [h]"""

_EDGE: Final = 1e-6  # keeps an exact bound from being broken by the last bit of a difference
_BOW: Final = 0.002  # sun's power between two readings up to 20 min apart bows by less than this share of the rating


_ROOM_C_PER_H: Final = 3.0  # the fastest a room warms, with a night cut short; ours
_SWING_C: Final = 0.16  # of a thermostat, from end to end


@dataclass(frozen=True, slots=True)
class Law:
    """A law of one reading.

    Attributes:
        name: For people.
        broken: Tells where it is broken.
    """

    name: str
    broken: Callable[[Any, Tolerance], Real]


@dataclass(frozen=True, slots=True)
class PairLaw:
    """A law of two readings of the same device.

    Attributes:
        name: For people.
        within_h: Readings further apart say nothing. [h]
        broken: Tells where it is broken, given the earlier, the later and the hours between them.
    """

    name: str
    within_h: float
    broken: Callable[[Any, Any, Real, Tolerance], Real]


def _outside(value: Real, low: Real, high: Real, tolerance: float) -> Real:
    return (value < low - tolerance - _EDGE) | (value > high + tolerance + _EDGE)


def _between(value: Real, one: Real, other: Real, slack: Real) -> Real:
    """Tell whether a value lies beyond both of two bounds, whichever is the larger."""
    return ((value > one + slack) & (value > other + slack)) | ((value < one - slack) & (value < other - slack))


def _battery_level(seen: BatteryReading, by: Tolerance) -> Real:
    return _outside(seen.level_pct, 0.0, 100.0, by.level_pct)


def _battery_bounds(seen: BatteryReading, by: Tolerance) -> Real:
    """A setting may put floor or ceiling where the level is not; it then moves there and nowhere else."""
    below = seen.level_pct < seen.floor_pct - by.level_pct - _EDGE
    above = seen.level_pct > seen.ceiling_pct + by.level_pct + _EDGE
    return (below & (seen.power_w > by.power_w)) | (above & (seen.power_w < -by.power_w))


def _battery_rated(seen: BatteryReading, by: Tolerance) -> Real:
    return _outside(seen.power_w, -seen.max_charge_w, seen.max_discharge_w, by.power_w)


def _vehicle_level(seen: VehicleReading, by: Tolerance) -> Real:
    return _outside(seen.level_pct, 0.0, 100.0, by.level_pct)


def _vehicle_rated(seen: VehicleReading, by: Tolerance) -> Real:
    return _outside(seen.charge_w, 0.0, seen.max_charge_w, by.power_w) | (seen.drive_w < 0)


def _vehicle_plugged(seen: VehicleReading, by: Tolerance) -> Real:
    return (seen.charge_w > by.power_w) & (seen.plugged == 0)


def _vehicle_limit(seen: VehicleReading, by: Tolerance) -> Real:
    return (seen.level_pct >= seen.charge_limit_pct + by.level_pct - OURS.level_pct) & (seen.charge_w > 0)


def _vehicle_parked(seen: VehicleReading, by: Tolerance) -> Real:
    return (seen.drive_w > by.power_w) & (seen.plugged | (seen.charge_w > 0))


def _charger_rated(seen: EvChargerReading, by: Tolerance) -> Real:
    return _outside(seen.power_w, 0.0, seen.limit_w, by.power_w)


def _charger_connected(seen: EvChargerReading, by: Tolerance) -> Real:
    return (seen.power_w > by.power_w) & (seen.connected == 0)


def _rated(seen: SolarReading | HvacReading, by: Tolerance) -> Real:
    return _outside(seen.power_w, 0.0, seen.rated_w, by.power_w)


def _solar_counter(seen: SolarReading, by: Tolerance) -> Real:
    return seen.energy_wh < -by.energy_wh


def _balance(seen: HomeReading, by: Tolerance) -> Real:
    sources = seen.solar_w + seen.battery_w + seen.grid_w
    rest = sources + seen.vehicle_w + seen.hvac_w + seen.load_w + seen.losses_w
    return (rest > by.balance_w) | (rest < -by.balance_w)


def _home_signs(seen: HomeReading, by: Tolerance) -> Real:
    loads = (seen.vehicle_w > by.power_w) | (seen.hvac_w > by.power_w) | (seen.load_w > by.power_w)
    return loads | (seen.losses_w > by.power_w) | (seen.solar_w < -by.power_w)


def _battery_leaves(old: BatteryReading, new: BatteryReading, _hours: Real, by: Tolerance) -> Real:
    """Once within floor and ceiling it stays there, until a setting moves them."""
    within = (old.level_pct >= old.floor_pct) & (old.level_pct <= old.ceiling_pct)
    same = (old.floor_pct == new.floor_pct) & (old.ceiling_pct == new.ceiling_pct)
    return within & same & _outside(new.level_pct, new.floor_pct, new.ceiling_pct, by.level_pct)


def _battery_jump(old: BatteryReading, new: BatteryReading, hours: Real, by: Tolerance) -> Real:
    gained = (new.level_pct - old.level_pct) * new.capacity_wh / 100.0
    slack = 2 * by.level_pct * new.capacity_wh / 100.0 + _EDGE
    up = (gained > new.max_charge_w * hours + slack) & (gained > old.max_charge_w * hours + slack)
    return up | ((gained < -new.max_discharge_w * hours - slack) & (gained < -old.max_discharge_w * hours - slack))


def _battery_energy(old: BatteryReading, new: BatteryReading, hours: Real, by: Tolerance) -> Real:
    gained = (new.level_pct - old.level_pct) * new.capacity_wh / 100.0
    slack = 2 * by.level_pct * new.capacity_wh / 100.0 + by.power_w * hours + _EDGE
    return _between(gained, -old.power_w * hours, -new.power_w * hours, slack)


def _vehicle_jump(old: VehicleReading, new: VehicleReading, hours: Real, by: Tolerance) -> Real:
    gained = (new.level_pct - old.level_pct) * new.capacity_wh / 100.0
    slack = 2 * by.level_pct * new.capacity_wh / 100.0 + _EDGE
    drove = (old.drive_w > 0) | (new.drive_w > 0)
    up = (gained > new.max_charge_w * hours + slack) & (gained > old.max_charge_w * hours + slack)
    return up | ((gained < -slack) & (drove == 0))


def _room_jump(old: HvacReading, new: HvacReading, hours: Real, by: Tolerance) -> Real:
    """A room does not move faster than heat flows; a thermostat's swing comes on top."""
    slack = _ROOM_C_PER_H * hours + _SWING_C + 2 * by.level_pct
    return (new.room_c - old.room_c > slack) | (old.room_c - new.room_c > slack)


def _vehicle_energy(old: VehicleReading, new: VehicleReading, hours: Real, by: Tolerance) -> Real:
    gained = (new.level_pct - old.level_pct) * new.capacity_wh / 100.0
    slack = 2 * by.level_pct * new.capacity_wh / 100.0 + by.power_w * hours + _EDGE
    return _between(gained, (old.charge_w - old.drive_w) * hours, (new.charge_w - new.drive_w) * hours, slack)


def _odometer(old: VehicleReading, new: VehicleReading, _hours: Real, by: Tolerance) -> Real:
    """It never falls, and rests while the car does; 0 means that it did not count yet."""
    slack = 2 * by.distance_km + _EDGE
    gone = new.odometer_km - old.odometer_km
    drove = (old.drive_w > 0) | (new.drive_w > 0)
    return (old.odometer_km > 0) & ((gone < 0) | ((gone > slack) & (drove == 0)))


def _never_falls(old: SolarReading, new: SolarReading, _hours: Real, _by: Tolerance) -> Real:
    return new.energy_wh < old.energy_wh


def _solar_energy(old: SolarReading, new: SolarReading, hours: Real, by: Tolerance) -> Real:
    """Its difference is the integral of power; 0 means that it did not count yet."""
    slack = 2 * by.energy_wh + (by.power_w + _BOW * new.rated_w) * hours + _EDGE
    gained = new.energy_wh - old.energy_wh
    return (old.energy_wh > 0) & _between(gained, old.power_w * hours, new.power_w * hours, slack)


LAWS: Final[dict[str, tuple[Law, ...]]] = {
    "battery": (
        Law("level within 0 and 100 %", _battery_level),
        Law("no discharging below the floor, no charging above the ceiling", _battery_bounds),
        Law("power within the rating", _battery_rated),
    ),
    "vehicle": (
        Law("level within 0 and 100 %", _vehicle_level),
        Law("power within the rating", _vehicle_rated),
        Law("charging only plugged in", _vehicle_plugged),
        Law("no charging at the charge limit", _vehicle_limit),
        Law("driving only unplugged", _vehicle_parked),
    ),
    "ev_charger": (
        Law("power within the rating", _charger_rated),
        Law("charging only connected", _charger_connected),
    ),
    "hvac": (Law("power within the rating", _rated),),
    "solar_inverter": (
        Law("power within the rating, never negative", _rated),
        Law("counter never negative", _solar_counter),
    ),
    "meter": (
        Law("powers of a home sum to zero", _balance),
        Law("loads draw, solar gives", _home_signs),
    ),
}
"""Family → laws of one reading."""

PAIR_LAWS: Final[dict[str, tuple[PairLaw, ...]]] = {
    "battery": (
        PairLaw("no jump", float("inf"), _battery_jump),
        PairLaw("level stays within floor and ceiling", float("inf"), _battery_leaves),
        PairLaw("level follows power", SHORT_H, _battery_energy),
    ),
    "vehicle": (
        PairLaw("no jump but a trip", TRIP_H, _vehicle_jump),
        PairLaw("level follows power", SHORT_H, _vehicle_energy),
        PairLaw("odometer never falls, and rests with the car", TRIP_H, _odometer),
    ),
    "ev_charger": (),
    "hvac": (PairLaw("no jump", TRIP_H, _room_jump),),
    "solar_inverter": (
        PairLaw("counter never falls", float("inf"), _never_falls),
        PairLaw("counter follows power", TRIP_H, _solar_energy),
    ),
    "meter": (),
}
"""Family → laws of two readings of one device."""


def broken_laws(family: str, seen: Any, by: Tolerance = OURS) -> list[tuple[str, Real]]:
    """Hold one reading to the laws of its family.

    Args:
        family: Family.
        seen: The reading.
        by: What rounding may hide.

    Returns:
        Laws that are broken, each with where: True, or an array. A pinned reading breaks none.
    """
    free = getattr(seen, "pinned", False)
    found = ((law.name, law.broken(seen, by) & (free == 0)) for law in LAWS[family])
    return [(name, where) for name, where in found if _any(where)]


def broken_between(family: str, old: Any, new: Any, hours: Real, by: Tolerance = OURS) -> list[tuple[str, Real]]:
    """Hold two readings of one device to the laws of its family.

    Args:
        family: Family.
        old: The earlier.
        new: The later.
        hours: Time between them, > 0; an array where the readings are. [h]
        by: What rounding may hide.

    Returns:
        Laws that are broken, each with where: True, or an array. A pinned reading breaks none.
    """
    free = getattr(old, "pinned", False) | getattr(new, "pinned", False)
    found = (
        (law.name, law.broken(old, new, hours, by) & (hours <= law.within_h + _EDGE) & (free == 0))
        for law in PAIR_LAWS[family]
    )
    return [(name, where) for name, where in found if _any(where)]


def night_power(seen: SolarReading, night: Real) -> Real:
    """Tell where an inverter gives power although the sun is down.

    Args:
        seen: The reading.
        night: Whether the sun is down then: outside 06 to 18 of world time, or by the place's sun.
    """
    return night & (seen.power_w != 0)


def _any(where: Real) -> bool:
    return bool(where.any()) if hasattr(where, "any") else bool(where)
