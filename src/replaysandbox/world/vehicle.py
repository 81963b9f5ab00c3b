"""A car and its driver: one day from 06:00 to 06:00, drawn from hashes of that day and the two before it.

    06:00  charged to about 82 %, charges on to its own limit
    08–10  leaves; three trips until 17:00, now and then plugged in between them (but not charging)
    17–21  one trip, then home, plugged in, waiting for the night
    21:00  charges towards 82 % at 06:00; one night in a hundred is spent elsewhere, never two in a row

Levels at 06:00, 17:00 and 21:00 are drawn, not added up, so no day depends on more than the two before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.noise import NORMAL_BOUND
from replaysandbox.core.profile import Profile, VehicleHabits
from replaysandbox.world.dates import day_of
from replaysandbox.world.ops import Key, Ops, Real, clamp, line

DAY_STARTS_H: Final = 6.0
"""A car's day begins with the morning. [h]"""

LIMITS_PCT: Final = (90.0, 95.0, 100.0)
"""Charge limits drivers choose. Ours: the median is the published 95 % at 09:00. [%]"""

_AWAY_DAY: Final = 0.82
_AWAY_EVENING: Final = 0.62
"""Share of its level left at 17:00 and 21:00 after a night elsewhere: trips are shorter then. Ours. [1]"""

_MODEL, _OFFSET, _LIMIT, _HOME, _HABIT, _ODOMETER = range(6)
(
    _MORNING, _EVENING, _AFTERNOON, _OUT, _EARLY, _LEAVES, _FULL, _FIRST, _SECOND, _THIRD, _SHARE, _BETWEEN,
    _HOME_EARLY, _DRIVES, _PLUGS, _STARTS, _WOBBLE, _LASTS, _SECOND_LASTS, _THIRD_LASTS,
) = range(20)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VehicleTraits:
    """What stays the same about one car.

    Attributes:
        key: Its key for noise.
        model: Position of its model in the catalogue.
        capacity_wh: Usable capacity. [Wh]
        max_charge_w: The smaller rating of car and wall charger. [W]
        max_current_a: Most current it takes. [A]
        consumption_wh_per_km: What it uses. [Wh/km]
        limit_pct: Its charge limit. [%]
        offset_pct: Constant distance from the curve. [%]
        home_early: Share of evenings on which it is home before 19. [1]
        habit: How early its driver does things, 0 to 1.
        since: Day its odometer began. [days since 1970]
        km_per_day: What it drives on an average day. [km]
    """

    key: Key
    model: Real
    capacity_wh: Real
    max_charge_w: Real
    max_current_a: Real
    consumption_wh_per_km: Real
    limit_pct: Real
    offset_pct: Real
    home_early: Real
    habit: Real
    since: Real
    km_per_day: Real


@dataclass(frozen=True, slots=True)
class CarDay:
    """One car's day.

    Attributes:
        hours: Hours of world time since the midnight before, 6 to 30, rising. [h]
        levels: Level at each. [%]
        leaves_h: When it is unplugged in the morning; 6 after a night elsewhere. [h]
        parked: Twice (from, until) in which it is plugged in by day; empty spans for most. [h]
        plugs_h: When it is plugged in in the evening; beyond 30 for a night elsewhere. [h]
        odometer_km: Odometer at 06:00. [km]
        km: What it drives that day. [km]
        used_pct: What its trips take that day. [%]
    """

    hours: tuple[Real, ...]
    levels: tuple[Real, ...]
    leaves_h: Real
    parked: tuple[Real, Real, Real, Real]
    plugs_h: Real
    odometer_km: Real
    km: Real
    used_pct: Real


def vehicle_traits(ops: Ops, profile: Profile[VehicleHabits], key: Key, charger_rated_w: Real) -> VehicleTraits:
    """Draw what stays the same about a car; its wall charger's rating bounds its own.

    Source:
        Ours: shares and spreads are the profile's; world.md, section 2.
    """
    habits, models = profile.habits, profile.models
    model = ops.trunc(ops.unit(ops.step(key, _MODEL)) * len(models))
    limit = ops.unit(ops.step(key, _LIMIT))
    low, high = habits.low_limit_share, 1.0 - habits.low_limit_share
    capacity_wh = ops.pick([each.capacity_wh for each in models], model)
    consumption = ops.pick([each.consumption_wh_per_km for each in models], model)
    used = (LIMITS_PCT[1] - profile.curve[-1][1]) / 100.0
    return VehicleTraits(
        key=key,
        model=model,
        capacity_wh=capacity_wh,
        max_charge_w=ops.least(ops.pick([each.max_charge_w for each in models], model), charger_rated_w),
        max_current_a=ops.pick([each.max_current_a for each in models], model),
        consumption_wh_per_km=consumption,
        limit_pct=ops.where(limit < low, LIMITS_PCT[0], ops.where(limit < high, LIMITS_PCT[1], LIMITS_PCT[2])),
        offset_pct=ops.normal(ops.step(key, _OFFSET)) * habits.offset_sd_pct,
        home_early=habits.home_early_mean + (ops.unit(ops.step(key, _HOME)) * 2.0 - 1.0) * habits.home_early_spread,
        habit=ops.unit(ops.step(key, _HABIT)),
        since=day_of(
            ops.pick([each.year for each in models], model),
            ops.trunc(ops.unit(ops.step(key, _ODOMETER)) * 12),
        ),
        km_per_day=capacity_wh * used / consumption,
    )


def car_day(ops: Ops, profile: Profile[VehicleHabits], traits: VehicleTraits, day: Real) -> CarDay:
    """Draw a car's day from 06:00 to 06:00.

    Args:
        ops: How to calculate.
        profile: The vehicle's profile.
        traits: What stays the same about it.
        day: Day of world time on which it begins. [days since 1970]

    Returns:
        Levels, plug times and distance; charging never needs more than `rate_share` of the rating.

    Source:
        Anchors are published (live-api.md, section 10), times and spreads ours (world.md, section 2).
    """
    habits = profile.habits
    key = ops.step(traits.key, day)
    rate = habits.rate_share * traits.max_charge_w / traits.capacity_wh * 100.0  # %/h
    before, tonight = _evening(ops, profile, traits, day - 1), _evening(ops, profile, traits, day)
    morning = _after(ops, profile, traits, before, day, rate)
    leaves, full = _leaving(ops, habits, traits, key)
    charged = ops.least(traits.limit_pct, morning + rate * (full - DAY_STARTS_H))
    leaving = ops.where(before.out, morning, charged)
    first, second, third = _trips(ops, traits, key, leaves)
    share = 0.15 + 0.14 * _u(ops, key, _SHARE)
    after_first = leaving - (leaving - tonight.afternoon_pct) * share
    after_second = leaving - (leaving - tonight.afternoon_pct) * 0.58
    parked = _u(ops, key, _BETWEEN) < habits.day_plug_share
    odometer, km = _distance(ops, habits, traits, day)
    stops = (leaving, after_first, after_second, tonight.afternoon_pct, tonight.level_pct)
    return CarDay(
        hours=(DAY_STARTS_H, full, *first, *second, *third, tonight.drives_h, tonight.parks_h, tonight.charges_h, 30.0),
        levels=(
            morning,
            *(level for stop in stops for level in (stop, stop)),
            _after(ops, profile, traits, tonight, day + 1, rate),
        ),
        leaves_h=ops.where(before.out, DAY_STARTS_H, leaves),
        parked=(first[1] + 0.1, ops.where(parked, second[0], 0.0), second[1] + 0.1, ops.where(parked, third[0], 0.0)),
        plugs_h=ops.where(tonight.out, 99.0, tonight.plugs_h),
        odometer_km=odometer,
        km=km,
        used_pct=leaving - tonight.level_pct,
    )


def car_at(ops: Ops, traits: VehicleTraits, day: CarDay, hour: Real, pace: Real) -> tuple[Real, Real, Real, Real]:
    """Read level, power, plug and odometer off a car's day.

    Args:
        ops: How to calculate.
        traits: What stays the same about it.
        day: Its day.
        hour: Hour of world time since the midnight before, 6 to 30. [h]
        pace: How fast world time runs. [1]

    Returns:
        Level [%], power into the cells, < 0 drives [W], whether it is plugged in, odometer [km].
    """
    level, slope = line(ops, day.hours, day.levels, hour)
    first_from, first_until, second_from, second_until = day.parked
    plugged = (
        (hour < day.leaves_h)
        | (hour >= day.plugs_h)
        | ((hour >= first_from) & (hour < first_until))
        | ((hour >= second_from) & (hour < second_until))
    )
    # Between leaving and parking the car only loses charge: what is missing tells how far it has gone.
    gone = ops.where(hour < day.hours[2], 0.0, (day.levels[2] - level) / day.used_pct)
    gone = ops.where(hour >= day.hours[9], 1.0, gone)
    return level, slope * traits.capacity_wh * pace * 0.01, plugged, day.odometer_km + day.km * gone


@dataclass(frozen=True, slots=True)
class _Evening:
    """How a car's day ends: level at 17:00 and after the last trip, that trip's times, and the night's plug."""

    out: Real
    afternoon_pct: Real
    level_pct: Real
    drives_h: Real
    parks_h: Real
    plugs_h: Real
    charges_h: Real


def _evening(ops: Ops, profile: Profile[VehicleHabits], traits: VehicleTraits, day: Real) -> _Evening:
    key = ops.step(traits.key, day)
    was_out = _out(ops, profile.habits, traits, day - 1)
    last = _drawn(ops, profile, traits, day - 1, _EVENING, 3)
    early = _u(ops, key, _HOME_EARLY) < traits.home_early
    drives = ops.where(early, 17.05, 18.2) + ops.where(early, 0.3, 0.8) * _habit(ops, traits, key, _DRIVES)
    parks = drives + 0.9 + 0.45 * _u(ops, key, _LASTS)
    plugs = parks + 0.05 + ops.where(early, 0.1, 0.55) * _u(ops, key, _PLUGS)
    return _Evening(
        out=_out(ops, profile.habits, traits, day),
        afternoon_pct=ops.where(was_out, last * _AWAY_DAY, _drawn(ops, profile, traits, day, _AFTERNOON, 2)),
        level_pct=ops.where(was_out, last * _AWAY_EVENING, _drawn(ops, profile, traits, day, _EVENING, 3)),
        drives_h=drives,
        parks_h=parks,
        plugs_h=plugs,
        charges_h=ops.most(plugs, 21.0) + 0.25 * _u(ops, key, _STARTS),
    )


def _after(
    ops: Ops, profile: Profile[VehicleHabits], traits: VehicleTraits, evening: _Evening, day: Real, rate: Real
) -> Real:
    """Tell the level at 06:00 of `day`: as drawn, unless the night was too short for it or spent elsewhere."""
    reached = evening.level_pct + rate * (30.0 - evening.charges_h)
    drawn = _drawn(ops, profile, traits, day, _MORNING, 0)
    return ops.where(evening.out, evening.level_pct, ops.least(drawn, reached))


def _leaving(ops: Ops, habits: VehicleHabits, traits: VehicleTraits, key: Key) -> tuple[Real, Real]:
    """Tell when the car leaves in the morning, and when it stops charging before that."""
    early = _u(ops, key, _EARLY) < habits.early_share
    habit = _habit(ops, traits, key, _LEAVES)
    leaves = ops.where(early, 8.05 + 0.9 * habit, 9.02 + 0.7 * habit)
    return leaves, ops.where(early, leaves - 0.1, 8.3 + 0.65 * _u(ops, key, _FULL))


def _trips(ops: Ops, traits: VehicleTraits, key: Key, leaves: Real) -> tuple[tuple[Real, Real], ...]:
    """Tell when the three trips of the day begin and end; they never touch, and all end before 17:00."""
    first, second = leaves + 0.05, 10.6 + 2.6 * _habit(ops, traits, key, _SECOND)
    third = 14.2 + 1.7 * _habit(ops, traits, key, _THIRD)
    return (
        (first, first + 0.35 + 0.25 * _u(ops, key, _FIRST)),
        (second, second + 0.5 + 0.4 * _u(ops, key, _SECOND_LASTS)),
        (third, third + 0.5 + 0.4 * _u(ops, key, _THIRD_LASTS)),
    )


def _distance(ops: Ops, habits: VehicleHabits, traits: VehicleTraits, day: Real) -> tuple[Real, Real]:
    """Tell the odometer at 06:00, and the day's distance: an average that wobbles, so nothing is summed."""
    begins, ends = _odometer(ops, habits, traits, day), _odometer(ops, habits, traits, day + 1)
    return ops.where(day < traits.since, 0.0, begins), ops.where(day < traits.since, 0.0, ends - begins)


def _odometer(ops: Ops, habits: VehicleHabits, traits: VehicleTraits, day: Real) -> Real:
    wobble = (NORMAL_BOUND + ops.normal(ops.step(ops.step(traits.key, day), _WOBBLE))) * habits.odometer_sd_share
    return traits.km_per_day * ((day - traits.since) + wobble)


def _u(ops: Ops, key: Key, part: int) -> Real:
    return ops.unit(ops.step(key, part))


def _habit(ops: Ops, traits: VehicleTraits, key: Key, part: int) -> Real:
    """Draw a time of the day: mostly the driver's habit, partly the day's."""
    return 0.6 * traits.habit + 0.4 * _u(ops, key, part)


def _drawn(ops: Ops, profile: Profile[VehicleHabits], traits: VehicleTraits, day: Real, part: int, point: int) -> Real:
    """Draw a level around a point of the curve."""
    habits = profile.habits
    noise = ops.normal(ops.step(ops.step(traits.key, day), part))
    off = traits.offset_pct + noise * habits.day_sd_pct
    return profile.curve[point][1] + clamp(ops, off, -habits.anchor_bound_pct, habits.anchor_bound_pct)


def _out(ops: Ops, habits: VehicleHabits, traits: VehicleTraits, day: Real) -> Real:
    """Tell whether the night after this day is spent elsewhere: drawn, and not drawn for the night before."""
    tonight = _u(ops, ops.step(traits.key, day), _OUT) < habits.night_out_share
    return tonight & (_u(ops, ops.step(traits.key, day - 1), _OUT) >= habits.night_out_share)
