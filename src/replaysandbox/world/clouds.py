"""Clouds: one factor per region and day, shared by all homes of the region.

A month's days are given the quantiles of one fixed curve in an order drawn per region: the days of a month differ, its
sum does not. That is what lets a lifetime counter be calculated without adding up a lifetime.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

from replaysandbox.core.noise import mix, signal, step, unit
from replaysandbox.core.profile import Curve
from replaysandbox.world.dates import is_leap

_CLOUDS: Final = signal("clouds")
CYCLE_YEARS: Final = 8
"""Clouds repeat after so many years, so that the sum over any number of years has few terms. Ours."""


@lru_cache(maxsize=64)
def quantiles(curve: Curve, days: int) -> tuple[float, ...]:
    """Read a quantile function at the middle of each of `days` equal parts."""
    return tuple(_read(curve, (rank + 0.5) / days) for rank in range(days))


@lru_cache(maxsize=4096)
def month_clouds(seed: int, region: int, year: int, month: int, days: int, curve: Curve) -> tuple[float, ...]:
    """Draw the cloud factors of a month's days.

    Args:
        seed: World seed.
        region: Region.
        year: Year; only its place in the cycle counts.
        month: January is 0.
        days: Days in that month.
        curve: Quantile function of the factor.

    Returns:
        One factor a day, 0 to 1: a permutation of the same values in each month of as many days.

    Source:
        Ours: the order of the days is that of their hashes.
    """
    key = mix(seed, _CLOUDS, region, year % CYCLE_YEARS, month)
    order = sorted(range(days), key=lambda day: step(key, day))
    factors = [0.0] * days
    for day, factor in zip(order, quantiles(curve, days), strict=True):
        factors[day] = factor
    return tuple(factors)


def lean(seed: int, region: int, day: int) -> float:
    """Draw whether a day's sun leans to the morning or the afternoon, -1 to 1."""
    return unit(mix(seed, _CLOUDS, region, day, 99)) * 2.0 - 1.0


def years_of_kind(year: int) -> tuple[tuple[int, int, int], ...]:
    """Count the years from year 1 up to `year` by their place in the clouds' cycle and by leap year.

    Returns:
        (any such year, whether leap as 0 or 1, how many), 16 entries at most.
    """
    counts: list[tuple[int, int, int]] = []
    for place in range(CYCLE_YEARS):
        count = (year - 1 - place) // CYCLE_YEARS + (place > 0)
        leaps = _leaps(year, place)
        counts += [(place, 0, count - leaps), (place, 1, leaps)]
    return tuple(each for each in counts if each[2])


def _leaps(year: int, place: int) -> int:
    if place % 4:
        return 0
    fours = (year - 1 - place) // CYCLE_YEARS + (place > 0)
    hundreds = sum(1 for hundred in range(100, year, 100) if hundred % CYCLE_YEARS == place and not is_leap(hundred))
    return fours - hundreds


def _read(curve: Curve, share: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(curve):
        if share <= x1:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return curve[-1][1]
