"""The rest of a home: what its people use, and what conversion costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.profile import Curve, HouseholdHabits, Profile
from replaysandbox.world.dates import HOUR_MS
from replaysandbox.world.ops import Key, Line, Ops, Real, line

_MODEL, _SIZE = range(2)
_WOBBLE: Final = 1_000_000
_NODE_MS: Final = HOUR_MS // 4
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class HouseholdTraits:
    """What stays the same about one household.

    Attributes:
        key: Its key for noise.
        model: Position of its meter in the catalogue.
        size: Its size against the median. [1]
    """

    key: Key
    model: Real
    size: Real


def household_traits(ops: Ops, profile: Profile[HouseholdHabits], key: Key) -> HouseholdTraits:
    """Draw what stays the same about a household."""
    habits = profile.habits
    return HouseholdTraits(
        key=key,
        model=ops.trunc(ops.unit(ops.step(key, _MODEL)) * len(profile.models)),
        size=habits.size_least + (habits.size_most - habits.size_least) * ops.unit(ops.step(key, _SIZE)),
    )


def load_curve(profile: Profile[HouseholdHabits], weekday: int) -> Curve:
    """Choose the curve of a day of the week, Monday being 0."""
    return profile.curve if weekday <= _FRIDAY else profile.habits.weekend


def load_w(ops: Ops, habits: HouseholdHabits, traits: HouseholdTraits, daily: Line, hour: Real, local_ms: Real) -> Real:
    """Tell what a household draws, never below the floor.

    Args:
        ops: How to calculate.
        habits: The household's habits.
        traits: What stays the same about it.
        daily: What a median household draws over that day.
        hour: Hour of world time, 0 to 24. [h]
        local_ms: World time. [ms since 1970]

    Returns:
        Power drawn, > 0. [W]

    Source:
        Ours: a morning and an evening peak, as in the standard load profile H0 of BDEW, 1999; noise around it.
    """
    usual, _ = line(ops, *daily, hour)
    node = local_ms // _NODE_MS
    along = (local_ms - node * _NODE_MS) / _NODE_MS
    here = ops.unit(ops.step(traits.key, _WOBBLE + node))
    there = ops.unit(ops.step(traits.key, _WOBBLE + node + 1))
    wobble = (here + (there - here) * along - 0.5) * 2.0 * habits.wobble_share
    return ops.most(usual * traits.size * (1.0 + wobble), habits.floor_w)


def losses_w(ops: Ops, habits: HouseholdHabits, battery_w: Real, vehicle_w: Real) -> Real:
    """Tell what conversion costs; powers elsewhere are at the cell, so this is a load of its own. [W]"""
    battery = ops.most(battery_w, -battery_w) * habits.battery_loss_share
    return battery + ops.most(vehicle_w, -vehicle_w) * habits.vehicle_loss_share
