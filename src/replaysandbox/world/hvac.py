"""Heating and cooling of one zone: the room follows its setpoint, power follows from the weather."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.profile import HvacHabits, Profile
from replaysandbox.world.dates import HOUR_MS, Date
from replaysandbox.world.ops import Key, Line, Ops, Real, line

HEAT, COOL, AUTO = range(3)

_MODEL, _SETPOINT, _PERMANENT, _DAY, _NIGHT = range(5)
_WOBBLE: Final = 1_000_000  # far from any day, so that minutes and days do not share their noise
_NODE_MS: Final = HOUR_MS // 6
_WOBBLE_C: Final = 0.08
_SHARE_AT_DESIGN: Final = 0.7
_FALLS_H: Final = 3.0
_LEAD_H: Final = 1.2
_RISES_H: Final = 2.0
_AFTERNOON_H: Final = 15.0
_AFTERNOON_C: Final = 0.4
_MASS_H: Final = 0.08
"""Hours for which the rated heat would warm the room itself by one degree. Ours: a light house. [h/°C]"""


@dataclass(frozen=True, slots=True)
class HvacTraits:
    """What stays the same about one zone.

    Attributes:
        key: Its key for noise.
        model: Position of its model in the catalogue.
        rated_w: Most electric power. [W]
        heat_w: Rated heat. [W]
        cop: Heat per electric power.
        loss_w_per_c: What the zone loses per degree. [W/°C]
        off_c: Its setpoints against the usual ones. [°C]
        permanent: Whether setpoints are held day and night.
    """

    key: Key
    model: Real
    rated_w: Real
    heat_w: Real
    cop: Real
    loss_w_per_c: Real
    off_c: Real
    permanent: Real


@dataclass(frozen=True, slots=True)
class RoomDay:
    """One zone's day.

    Attributes:
        hours: Hours of world time since midnight, rising. [h]
        rooms: Room temperature at each. [°C]
        mode: HEAT, COOL or AUTO.
    """

    hours: tuple[float, ...]
    rooms: tuple[Real, ...]
    mode: int


def hvac_traits(ops: Ops, profile: Profile[HvacHabits], key: Key) -> HvacTraits:
    """Draw what stays the same about a zone.

    Source:
        Ours: a device gives 70 % of its heat at the design temperature.
    """
    habits, models = profile.habits, profile.models
    model = ops.trunc(ops.unit(ops.step(key, _MODEL)) * len(models))
    steps = ops.trunc(ops.unit(ops.step(key, _SETPOINT)) * (2 * habits.setpoint_steps + 1)) - habits.setpoint_steps
    heat_w = ops.pick([each.heat_w for each in models], model)
    return HvacTraits(
        key=key,
        model=model,
        rated_w=ops.pick([each.rated_w for each in models], model),
        heat_w=heat_w,
        cop=ops.pick([each.cop for each in models], model),
        loss_w_per_c=_SHARE_AT_DESIGN * heat_w / (habits.heat_setpoint_c - habits.design_c),
        off_c=steps * habits.setpoint_step_c,
        permanent=ops.unit(ops.step(key, _PERMANENT)) < habits.permanent_share,
    )


def mode_of(habits: HvacHabits, date: Date) -> int:
    """Tell what a zone does in a month: heat, cool, or either."""
    if date.month + 1 in habits.heating_months:
        return HEAT
    return COOL if date.month + 1 in habits.cooling_months else AUTO


def room_day(
    ops: Ops, profile: Profile[HvacHabits], traits: HvacTraits, day: Real, yesterday: Date, today: Date
) -> RoomDay:
    """Draw a zone's day: setback at night, comfort by day, and the slow way between them.

    Args:
        ops: How to calculate.
        profile: The profile.
        traits: What stays the same about the zone.
        day: Day of world time. [days since 1970]
        yesterday: Date of the day before.
        today: Date of this day.

    Returns:
        Room temperatures from the evening before to the night after.
    """
    habits = profile.habits
    evening, night = _targets(ops, habits, traits, day - 1, mode_of(habits, yesterday))
    comfort, next_night = _targets(ops, habits, traits, day, mode_of(habits, today))
    wakes, ends = habits.comfort_from_h, habits.comfort_until_h
    return RoomDay(
        hours=(
            ends - 24.0, ends - 24.0 + _FALLS_H, wakes - _LEAD_H, wakes - _LEAD_H + _RISES_H, _AFTERNOON_H, ends,
            ends + _FALLS_H,
        ),
        rooms=(evening, night, night, comfort, comfort + _AFTERNOON_C, comfort, next_night),
        mode=mode_of(habits, today),
    )  # fmt: skip


def room_at(ops: Ops, traits: HvacTraits, day: RoomDay, hour: Real, local_ms: Real) -> tuple[Real, Real]:
    """Read the room temperature, and how fast the zone's course moves it.

    Args:
        ops: How to calculate.
        traits: What stays the same about the zone.
        day: Its day.
        hour: Hour of world time, 0 to 24. [h]
        local_ms: World time. [ms since 1970]

    Returns:
        Temperature, with the small swing of a thermostat [°C], and its course's slope [°C/h].
    """
    room, slope = line(ops, day.hours, day.rooms, hour)
    return room + swing_at(ops, traits, local_ms), slope


def swing_at(ops: Ops, traits: HvacTraits, local_ms: Real) -> Real:
    """Tell the small swing of a zone's thermostat. [°C]"""
    node = local_ms // _NODE_MS
    along = (local_ms - node * _NODE_MS) / _NODE_MS
    here = ops.unit(ops.step(traits.key, _WOBBLE + node))
    there = ops.unit(ops.step(traits.key, _WOBBLE + node + 1))
    return (here + (there - here) * along - 0.5) * 2.0 * _WOBBLE_C


def hvac_power(
    ops: Ops, habits: HvacHabits, traits: HvacTraits, mode: int, room: Real, slope: Real, outdoor: Real
) -> Real:
    """Tell the electric power that keeps a room on its course.

    Args:
        ops: How to calculate.
        habits: The profile's habits.
        traits: What stays the same about the zone.
        mode: HEAT, COOL or AUTO.
        room: Room temperature. [°C]
        slope: How fast its course moves it. [°C/h]
        outdoor: Outdoor temperature. [°C]

    Returns:
        Electric power, 0 where nothing is needed, at most the rating. [W]

    Source:
        Stationary heat balance of one room plus its heat content; share kept by people and sun ours.
    """
    need = traits.loss_w_per_c * (room - outdoor - habits.gain_c) + traits.heat_w * _MASS_H * slope
    # Between the seasons (AUTO) the room is at its heating setpoint, far below the one for cooling.
    power = ops.least(ops.most(-need if mode == COOL else need, 0.0) / traits.cop, traits.rated_w)
    return ops.where(power < habits.idle_share * traits.rated_w, 0.0, power)


def setpoints(ops: Ops, habits: HvacHabits, traits: HvacTraits, hour: Real) -> tuple[Real, Real]:
    """Tell the setpoints for heating and cooling at an hour of the day. [°C]"""
    day = (hour >= habits.comfort_from_h) & (hour < habits.comfort_until_h)
    back = ops.where(traits.permanent | day, 0.0, habits.setback_c)
    return habits.heat_setpoint_c + traits.off_c - back, habits.cool_setpoint_c + traits.off_c + back


def outdoor_at(ops: Ops, daily: Line, begins_c: Real, ends_c: Real, hour: Real) -> Real:
    """Tell the outdoor temperature at an hour of a day whose midnights are known. [°C]"""
    swing, _ = line(ops, *daily, hour)
    return begins_c + (ends_c - begins_c) * (hour / 24.0) + swing


def _targets(ops: Ops, habits: HvacHabits, traits: HvacTraits, day: Real, mode: int) -> tuple[Real, Real]:
    """Draw where the room is kept by day, and where it settles in the night after."""
    key = ops.step(traits.key, day)
    back = ops.where(traits.permanent, 0.0, habits.setback_c)
    if mode == COOL:
        comfort, night = habits.cool_setpoint_c + traits.off_c, back * -0.3
    else:  # between the seasons a room is kept from getting cold, and the nights are milder
        comfort, night = habits.heat_setpoint_c + traits.off_c, back * (-0.8 if mode == HEAT else -0.5)
    comfort = comfort + ops.normal(ops.step(key, _DAY)) * habits.room_sd_c
    return comfort, comfort + night + ops.normal(ops.step(key, _NIGHT)) * habits.room_sd_c
