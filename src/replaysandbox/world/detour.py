"""From a level that a scenario starts with back to the device's own curve, without breaking a law.

A battery goes straight back, at most at its rated power. A car has to wait: it charges only where it would have been
charging, trips take what they take (less where little is left), and what is too much is driven off. A detour holds from
the scenario's start until it meets the curve; before the start a device is on its curve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from replaysandbox.world import scalar
from replaysandbox.world.battery import BatteryTraits
from replaysandbox.world.course import Course
from replaysandbox.world.vehicle import CarDay, VehicleTraits

RATE_SHARE: Final = 0.8
"""Share of the rated power used on the way back; the rest is room for a night cut short by summer time. Ours. [1]"""

TRIP_FLOOR_PCT: Final = 10.0
"""No trip goes below. [%]"""

_STEP_H: Final = 0.25
_LONGEST_H: Final = 96.0
_MET_PCT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Detour:
    """A course of its own for a while.

    Attributes:
        start_h: Hour of world time at which it begins. [h since 1970]
        end_h: Hour at which it is back on the curve. [h since 1970]
        course: Levels over hours since 1970.
    """

    start_h: float
    end_h: float
    course: Course

    def over(self, day: int) -> Course:
        """Give the course in hours since a day's midnight."""
        return Course(tuple(hour - day * 24.0 for hour in self.course.hours), self.course.levels)


def battery_detour(traits: BatteryTraits, level_pct: float, start_h: float, curve: Iterator[float]) -> Detour:
    """Lead a battery back to its curve: one straight line, as steep as 80 % of its rating allows.

    Args:
        traits: What stays the same about it.
        level_pct: Level at the start. [%]
        start_h: When. [h since 1970]
        curve: Levels of its own curve from a quarter of an hour after the start on, one each quarter of an hour.

    Returns:
        The way back; whatever the level, it is short of a day.
    """
    up = RATE_SHARE * traits.max_charge_w / traits.capacity_wh * 100.0 * _STEP_H
    down = RATE_SHARE * traits.max_discharge_w / traits.capacity_wh * 100.0 * _STEP_H
    for steps, level in enumerate(curve, start=1):
        if -down * steps <= level - level_pct <= up * steps:
            end = start_h + steps * _STEP_H
            return Detour(start_h, end, Course((start_h, end), (level_pct, level)))
    raise ValueError("the curve ended before the battery was back on it")


def car_detour(traits: VehicleTraits, level_pct: float, start_h: float, days: Iterator[tuple[int, CarDay]]) -> Detour:
    """Lead a car back to its days, charging and driving only where these do.

    Args:
        traits: What stays the same about it.
        level_pct: Level at the start. [%]
        start_h: When. [h since 1970]
        days: Its days in order, the first holding the start, each with its number.

    Returns:
        The way back; a night or two.
    """
    rate = RATE_SHARE * traits.max_charge_w / traits.capacity_wh * 100.0
    hours, levels = [start_h], [level_pct]
    for x0, x1, y0, y1 in _pieces(days):
        begins = max(x0, start_h)
        if x1 <= begins:
            continue
        share = (x1 - begins) / (x1 - x0)
        level = _after(levels[-1], y0 + (y1 - y0) * (1.0 - share), y1, rate * (x1 - begins))
        hours.append(x1)
        levels.append(y1 if abs(level - y1) < _MET_PCT else level)
        if levels[-1] == y1 or x1 - start_h > _LONGEST_H:
            break
    return Detour(start_h, hours[-1], Course(tuple(hours), tuple(levels)))


def _after(level: float, y0: float, y1: float, most: float) -> float:
    """Tell the level after a piece in which the car itself would have gone from y0 to y1."""
    if y1 > y0:  # plugged in and charging: go where it would have been, as far as the rating allows
        return scalar.most(level, scalar.least(y1, level + most))
    if y1 < y0:  # a trip: a fixed demand, but nobody drives below the floor
        return level - (y0 - y1) if level - (y0 - y1) >= TRIP_FLOOR_PCT else (level + TRIP_FLOOR_PCT) / 2.0
    return level


def _pieces(days: Iterator[tuple[int, CarDay]]) -> Iterator[tuple[float, float, float, float]]:
    for number, day in days:
        hours = [number * 24.0 + hour for hour in day.hours]
        for piece in range(len(hours) - 1):
            if hours[piece + 1] > hours[piece]:
                yield hours[piece], hours[piece + 1], day.levels[piece], day.levels[piece + 1]
