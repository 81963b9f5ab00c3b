"""A home battery: its day as a line through levels, power as the slope of that line."""

from __future__ import annotations

from dataclasses import dataclass

from replaysandbox.core.profile import BatteryHabits, Profile
from replaysandbox.world.course import Course, follow
from replaysandbox.world.ops import Key, Ops, Real, clamp

_MODEL, _OFFSET, _PHASE, _LATE, _LATE_H = range(5)


@dataclass(frozen=True, slots=True)
class BatteryTraits:
    """What stays the same about one battery.

    Attributes:
        key: Its key for noise.
        model: Position of its model in the catalogue.
        capacity_wh: Usable capacity. [Wh]
        max_charge_w: Rated charge power. [W]
        max_discharge_w: Rated discharge power. [W]
        offset_pct: Constant distance from the curve. [%]
        phase_h: How late it is against the curve. [h]
        rest_h: How long it rests in the evening before it charges; 0 for most. [h]
    """

    key: Key
    model: Real
    capacity_wh: Real
    max_charge_w: Real
    max_discharge_w: Real
    offset_pct: Real
    phase_h: Real
    rest_h: Real


def battery_traits(ops: Ops, profile: Profile[BatteryHabits], key: Key) -> BatteryTraits:
    """Draw what stays the same about a battery.

    Source:
        Ours: spreads are the profile's; world.md, section 2.
    """
    habits = profile.habits
    model = ops.trunc(ops.unit(ops.step(key, _MODEL)) * len(profile.models))
    late = ops.unit(ops.step(key, _LATE)) < habits.late_share
    return BatteryTraits(
        key=key,
        model=model,
        capacity_wh=ops.pick([each.capacity_wh for each in profile.models], model),
        max_charge_w=ops.pick([each.max_charge_w for each in profile.models], model),
        max_discharge_w=ops.pick([each.max_discharge_w for each in profile.models], model),
        offset_pct=ops.normal(ops.step(key, _OFFSET)) * habits.offset_sd_pct,
        phase_h=ops.normal(ops.step(key, _PHASE)) * habits.phase_sd_h,
        rest_h=ops.where(late, ops.unit(ops.step(key, _LATE_H)) * habits.late_h, 0.0),
    )


def battery_course(ops: Ops, profile: Profile[BatteryHabits], traits: BatteryTraits, day: Real) -> Course:
    """Draw the anchors of a day and join them, from the evening before to the morning after.

    Args:
        ops: How to calculate.
        profile: The battery's profile.
        traits: What stays the same about it.
        day: Day of world time since 1970.

    Returns:
        Its level from before the day's midnight to after the next.

    Source:
        The curve is published (live-api.md, section 10), the spread around it ours.
    """
    points = profile.curve
    last, first = len(points) - 1, 0
    evening = points[last][0] + traits.phase_h
    hours = [evening - 24.0, evening - 24.0 + traits.rest_h]
    before = _anchor(ops, profile, traits, day - 1, last)
    levels = [before, before]
    for index, (hour, _) in enumerate(points):
        hours.append(hour + traits.phase_h)
        levels.append(_anchor(ops, profile, traits, day, index))
    hours += [evening + traits.rest_h, points[first][0] + traits.phase_h + 24.0]
    levels += [levels[-1], _anchor(ops, profile, traits, day + 1, first)]
    return Course(tuple(hours), tuple(levels))


def battery_at(ops: Ops, traits: BatteryTraits, course: Course, hour: Real, pace: Real) -> tuple[Real, Real]:
    """Read level and power off a course.

    Args:
        ops: How to calculate.
        traits: What stays the same about it.
        course: Its course of that day.
        hour: Hour of world time, 0 to 24. [h]
        pace: How fast world time runs. [1]

    Returns:
        Level [%], and power into the home's bus, > 0 discharges [W].
    """
    level, slope = follow(ops, course, hour)
    return level, slope * traits.capacity_wh * pace * -0.01


def _anchor(ops: Ops, profile: Profile[BatteryHabits], traits: BatteryTraits, day: Real, index: int) -> Real:
    habits = profile.habits
    noise = ops.normal(ops.step(ops.step(traits.key, day), index))
    drawn = profile.curve[index][1] + traits.offset_pct + noise * habits.day_sd_pct
    return clamp(ops, drawn, habits.floor_pct, habits.ceiling_pct)
