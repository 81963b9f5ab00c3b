"""A solar inverter: a smooth bell over the day, times month, clouds and roof; energy is that bell's own integral.

A day's yield is counted in whole millionths of an hour at full rating. Sums of integers are exact, so the lifetime
counter neither falls nor drifts, and costs the same after a day and after a thousand years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.profile import Profile, SolarHabits
from replaysandbox.world.dates import day_of
from replaysandbox.world.ops import Key, Ops, Real, clamp
from replaysandbox.world.sun import Arc, arc_share

COUNTS_PER_HOUR: Final = 1_000_000
"""Parts of an hour at full rating in which a day's yield is counted."""

_MODEL, _ROOF, _SINCE = range(3)
_MONTHS: Final = 12


def _odd(x: Real) -> Real:
    """Integrate the even bell (1 - x²)²(1 + 4/3 x²) from 0 to x."""
    y = x * x
    return x * (1.0 + y * (-2.0 / 9.0 + y * (-1.0 / 3.0 + y * (4.0 / 21.0))))


def _even(x: Real) -> Real:
    """Integrate x times the bell from 0 to x."""
    y = x * x
    return y * (0.5 + y * (-1.0 / 6.0 + y * (-5.0 / 18.0 + y * (1.0 / 6.0))))


_WHOLE: Final = 2.0 * _odd(1.0)
_HALF_DAY_H: Final = 6.0
BELL_HOURS: Final = _HALF_DAY_H * _WHOLE
"""Hours at noon's power that give a day's energy. [h]"""


@dataclass(frozen=True, slots=True)
class SolarTraits:
    """What stays the same about one inverter.

    Attributes:
        model: Position of its model in the catalogue.
        rated_w: Nameplate AC power. [W]
        roof: Share of that its roof lets it give. [1]
        since: Day its counter began. [days since 1970]
    """

    model: Real
    rated_w: Real
    roof: Real
    since: Real


@dataclass(frozen=True, slots=True)
class SunDay:
    """One day's sun over one region, for an inverter with a perfect roof. Counts are in `COUNTS_PER_HOUR`.

    Attributes:
        before: Yield from year 1 up to this day's midnight.
        total: Yield of this day.
        lean: Morning or afternoon stronger. [1]
        arc: The sun's way at a place; None for the plain bell.
    """

    before: Real
    total: Real
    lean: Real
    arc: Arc | None = None


def solar_traits(ops: Ops, profile: Profile[SolarHabits], key: Key) -> SolarTraits:
    """Draw what stays the same about an inverter.

    Source:
        Ours: spreads are the profile's; world.md, section 2.
    """
    habits = profile.habits
    model = ops.trunc(ops.unit(ops.step(key, _MODEL)) * len(profile.models))
    months = (habits.install_last + 1 - habits.install_first) * _MONTHS
    month = ops.trunc(ops.unit(ops.step(key, _SINCE)) * months)
    return SolarTraits(
        model=model,
        rated_w=ops.pick([each.rated_w for each in profile.models], model),
        roof=1.0 - habits.roof_spread * ops.unit(ops.step(key, _ROOF)),
        since=day_of(habits.install_first + month // _MONTHS, month % _MONTHS),
    )


def solar_at(ops: Ops, traits: SolarTraits, sun: SunDay, since: Real, hour: Real, pace: Real) -> tuple[Real, Real]:
    """Read power and lifetime energy.

    Args:
        ops: How to calculate.
        traits: What stays the same about the inverter.
        sun: That day's sun over its region.
        since: Yield of its region from year 1 up to the day its counter began. [counts]
        hour: Hour of world time, 0 to 24. [h]
        pace: How fast world time runs. [1]

    Returns:
        Power, at most the rating [W], and energy given since its counter began, never falling [Wh].

    Source:
        Bell: ours, (1 - x²)²(1 + 4/3 x²) with x = (hour - 12) / 6: 75 % of noon at 09 and 15, smooth ends.
    """
    share, density = _bell(ops, sun.lean, hour) if sun.arc is None else arc_share(ops, sun.arc, hour)
    full_h = traits.rated_w * traits.roof / COUNTS_PER_HOUR
    power = full_h * sun.total * density * pace
    energy = full_h * ((sun.before - since) + sun.total * share)
    return power, ops.most(energy, 0.0)


def _bell(ops: Ops, leaning: Real, hour: Real) -> tuple[Real, Real]:
    """Share of the day's yield given by an hour, and its density [1/h]."""
    x = clamp(ops, (hour - 12.0) / _HALF_DAY_H, -1.0, 1.0)
    y = 1.0 - x * x
    density = y * y * (1.0 + 4.0 / 3.0 * (x * x)) * (1.0 + leaning * x) / BELL_HOURS
    share = (_odd(x) + _odd(1.0) + leaning * (_even(x) - _even(1.0))) / _WHOLE
    return share, density
