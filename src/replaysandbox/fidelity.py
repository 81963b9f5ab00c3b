"""Fidelity: the fleet's day held against the day the vendor publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from replaysandbox.core.profile import Published
from replaysandbox.world.dates import DAY_MS, HOUR_MS, date_of, day_of
from replaysandbox.world.fleet import Fleet, fleet_of, fleet_readings
from replaysandbox.world.world import World

MEDIAN_WITHIN_PCT: Final = 4.0
"""Targets of the design (world.md, section 6): farthest a median may be from a published edge. [%]"""
DIRECTION_SHARE: Final = 0.95
"""Least share of devices that go the right way. [1]"""
HIGH_SHARE: Final = 0.7
"""Least share of the day's greatest power that counts as its peak. [1]"""

MOST_HOMES: Final = 10_000
_EVERY_DAYS: Final = 5
_LEVELS: Final = ("battery", "vehicle")
_STEP_H: Final = 0.5
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One window of the published day, and what the fleet does in it.

    Attributes:
        family: Family.
        window: Hours, as `06-09`; `months` for the factors of the months.
        published: Figures at both edges; None where none are published. [%]
        median: The fleet's median at both edges over all days. [%]
        off: Farthest any single day's median is from a published edge. [%]
        direction: What devices should do.
        right: Share of devices and days that do. [1]
        plugged_published: Share that should be plugged in at mid-window, least and most. [1]
        plugged: Least and most share of any day that is. [1]
        months: Energy of each month against the best month's, for the months' row. [1]
        fine: Whether the targets are met.
        why: What is not met; empty when fine.
    """

    family: str
    window: str
    published: tuple[float | None, float | None] = (None, None)
    median: tuple[float | None, float | None] = (None, None)
    off: float | None = None
    direction: str = ""
    right: float | None = None
    plugged_published: tuple[float, float] | None = None
    plugged: tuple[float, float] | None = None
    months: tuple[float, ...] = ()
    fine: bool = True
    why: str = ""


def fidelity_of(world: World, year: int, every_days: int = _EVERY_DAYS) -> tuple[Row, ...]:
    """Hold a fleet's year against the published windows.

    Args:
        world: The world; its first 10,000 homes are sampled, at the hours they live by.
        year: Year to sample.
        every_days: Each so many days one is sampled.

    Returns:
        One row per family and window, and one for the months' solar yield.
    """
    fleet = fleet_of(world, range(min(world.homes, MOST_HOMES)))
    days = range(day_of(year, 0), day_of(year + 1, 0), every_days)
    rows = [row for family in _LEVELS for row in _level_rows(fleet, family, days)]
    if world.scenario.place is None:  # at a place the sun follows astronomy, not what is published
        rows += _solar_rows(fleet, days)
    return (*rows, _months_row(fleet, year))


def _level_rows(fleet: Fleet, family: str, days: Sequence[int]) -> Iterator[Row]:
    """Sample levels at the edges of all windows, and the plug in their middles."""
    windows: Sequence[Published] = getattr(fleet.world.profiles, family).published
    hours = sorted({hour for each in windows for hour in (each.start, _middle(each), _end(each))})
    parts = [fleet_readings(fleet, family, 0, _instants(fleet, day, hours)) for day in days]
    for window in windows:
        start, middle, end = (hours.index(hour) for hour in (window.start, _middle(window), _end(window)))
        levels = [np.stack([part.level_pct[:, edge] for part in parts], axis=1) for edge in (start, end)]
        yield _level_row(family, window, levels, [_plugged(part, middle) for part in parts] if window.plugged else [])


def _level_row(family: str, window: Published, levels: Sequence[Any], plugged: Sequence[float]) -> Row:
    published = (window.start_value, window.end_value)
    offs = [_off(each, value) for each, value in zip(levels, published, strict=True) if value is not None]
    row = Row(
        family,
        _hours(window),
        published=published,
        median=(float(np.median(levels[0])), float(np.median(levels[1]))),
        off=max(offs, default=None),
        direction=window.direction,
        right=float(np.mean(_goes(window.direction, *levels))),
        plugged_published=window.plugged,
        plugged=(min(plugged), max(plugged)) if plugged else None,
    )
    why = "; ".join(_reasons(row))
    return replace(row, fine=not why, why=why)


def _solar_rows(fleet: Fleet, days: Sequence[int]) -> Iterator[Row]:
    """Sample power over each window: zero, high, rising or falling."""
    windows = fleet.world.profiles.solar_inverter.published
    hours = [each * _STEP_H for each in range(round(48.0 / _STEP_H))]
    right = [0.0] * len(windows)
    for day in days:
        power = fleet_readings(fleet, "solar_inverter", 0, _instants(fleet, day, hours)).power_w
        for position, window in enumerate(windows):
            inside = power[:, round(window.start / _STEP_H) : round(_end(window) / _STEP_H) + 1]
            right[position] += float(np.mean(_shines(window.direction, inside))) / len(days)
    for window, share in zip(windows, right, strict=True):
        least = 1.0 if window.direction == "zero" else DIRECTION_SHARE
        why = "" if share >= least - 1e-9 else f"{share:.2%} do so, {least:.0%} should"
        yield Row("solar_inverter", _hours(window), direction=window.direction, right=share, fine=not why, why=why)


def _shines(direction: str, power: Any) -> Any:
    """Tell which devices do what a window of the sun says."""
    if direction == "zero":
        return power == 0
    if direction == "high":  # half a watt for the rounding of each power
        return power >= HIGH_SHARE * power.max(axis=1, keepdims=True) - 1.0
    return _goes(direction, power[:, 0], power[:, -1])


def _months_row(fleet: Fleet, year: int) -> Row:
    """Add up what the fleet yields in each month."""
    edges = [day_of(year + month // _MONTHS, month % _MONTHS) for month in range(_MONTHS + 1)]
    instants = [at for day in edges for at in _instants(fleet, day, (0.0,))]
    energy = fleet_readings(fleet, "solar_inverter", 0, instants).energy_wh
    yields = np.diff(energy.astype(np.float64), axis=1).sum(axis=0)
    lengths = np.array([date_of(day).days for day in edges[:_MONTHS]])
    daily = yields / lengths
    months = tuple(round(float(each), 3) for each in daily / daily.max())
    fine = max(months) >= 1.25 * min(months)
    return Row(
        "solar_inverter",
        "months",
        direction="varies by month",
        months=months,
        fine=fine,
        why="" if fine else "the months hardly differ",
    )


def _reasons(row: Row) -> Iterator[str]:
    if row.off is not None and row.off > MEDIAN_WITHIN_PCT:
        yield f"a day's median is {row.off:.1f} points from a published edge, {MEDIAN_WITHIN_PCT:.0f} are allowed"
    if row.right is not None and row.right < DIRECTION_SHARE:
        yield f"{row.right:.1%} go the right way, {DIRECTION_SHARE:.0%} should"
    if row.plugged_published and row.plugged:
        least, most = row.plugged_published
        if row.plugged[0] < least or row.plugged[1] > most:
            yield f"{row.plugged[0]:.1%} to {row.plugged[1]:.1%} are plugged in, {least:.0%} to {most:.0%} should be"


def _goes(direction: str, start: Any, end: Any) -> Any:
    if direction == "rises":
        return end > start
    return end < start if direction == "falls" else end >= start


def _plugged(part: Any, column: int) -> float:
    return float(np.mean(np.broadcast_to(part.plugged, part.level_pct.shape)[:, column]))


def _off(levels: Any, value: float) -> float:
    return float(np.max(np.abs(np.median(levels, axis=0) - value)))


def _end(window: Published) -> float:
    return window.end if window.end > window.start else window.end + 24.0


def _middle(window: Published) -> float:
    return (window.start + _end(window)) / 2.0


def _hours(window: Published) -> str:
    return f"{window.start:02.0f}-{window.end:02.0f}"


def _instants(fleet: Fleet, day: int, hours: Sequence[float]) -> list[int]:
    calendar = fleet.world.calendar
    return [calendar.instant_ms(day * DAY_MS + round(hour * HOUR_MS)) for hour in hours]
