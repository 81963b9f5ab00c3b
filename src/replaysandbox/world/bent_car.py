"""A car that was told what to do: charges only plugged in, cannot give back, drives what its day demands.

A command is for one stay at the charger, the present one or the next; with an end of its own it works at every stay up
to there. What is then missing is caught up where the car itself would charge; what is too much waits to be driven off.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from math import ceil, floor
from typing import Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.world import scalar
from replaysandbox.world.bent import Check, Path, Plan
from replaysandbox.world.dates import DAY_MS, HOUR_MS
from replaysandbox.world.feasible import CAR_RATE
from replaysandbox.world.ops import line
from replaysandbox.world.vehicle import DAY_STARTS_H, CarDay, VehicleTraits, car_day
from replaysandbox.world.world import TRIP_FLOOR_PCT, World

LEAST_CHARGE_W: Final = 6.0 * 230.0
"""A charger that may give less gives nothing. Source: IEC 61851-1, lowest current 6 A, here of one phase. [W]"""

LEAST_LIMIT_PCT: Final = 20.0
"""Lower charge limits count as this: a car needs some charge for its day. Ours. [%]"""

LONGEST_MS: Final = 7 * DAY_MS
"""A command to a car is over after a week. Ours."""

_SHIFT_MS: Final = int(DAY_STARTS_H * HOUR_MS)
_LOWEST_PCT: Final = 26.0  # below every level of a car's own days: 50 - 7, then a night elsewhere
_MET_PCT: Final = 1e-9
_LONGEST_DAYS: Final = 400
_DRY_DAYS: Final = 14  # without charge a car is at the end of what it drives


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a car's day.

    Attributes:
        begin_ms: From. [ms since 1970]
        end_ms: Until. [ms since 1970]
        begin_pct: Level there by its own course. [%]
        end_pct: Level there by its own course. [%]
        plugged: Whether it is plugged in.
    """

    begin_ms: int
    end_ms: int
    begin_pct: float
    end_pct: float
    plugged: bool

    def own(self, at_ms: float) -> float:
        """Tell the level of its own course. [%]"""
        share = (at_ms - self.begin_ms) / (self.end_ms - self.begin_ms)
        return self.begin_pct + (self.end_pct - self.begin_pct) * share


@dataclass(frozen=True, slots=True)
class Shape:
    """What a plan makes of a car's own course.

    Attributes:
        limit_pct: It is not charged above. [%]
        max_charge_w: Most it takes. [W]
        share: Share of its own swing below the limit that it keeps. [1]
        charges: Whether it may charge at all.
    """

    limit_pct: float
    max_charge_w: float
    share: float
    charges: bool


@dataclass(frozen=True, slots=True)
class BentCar:
    """One car; see `bent.Family`."""

    world: World
    device: DeviceRef

    @property
    def traits(self) -> VehicleTraits:
        """What stays the same about it."""
        traits: VehicleTraits = self.world.traits.of(self.device)
        return traits

    def shape(self, plan: Plan) -> Shape:
        """Tell what a plan makes of its own course."""
        traits = self.traits
        limit = max(min(plan.limit("limit_pct", traits.limit_pct), 100.0), LEAST_LIMIT_PCT)
        cap_w = min(traits.max_charge_w, plan.limit("max_charge_w", traits.max_charge_w))
        charges = cap_w >= min(LEAST_CHARGE_W, traits.max_charge_w)
        share = (limit - TRIP_FLOOR_PCT - 2.0) / (traits.limit_pct - _LOWEST_PCT)
        share = min(1.0, share, cap_w / self._needed_w() if charges else 1.0)
        return Shape(limit, cap_w, share, charges)

    def _needed_w(self) -> float:
        """Tell the charge power a car's own days cannot do without. [W]"""
        share = self.world.profiles.vehicle.habits.rate_share
        return float(min(CAR_RATE * self.traits.capacity_wh / 100.0 / share, self.traits.max_charge_w))

    def day(self, day: int) -> CarDay:
        """Draw one of its own days."""
        return self.world.traits.kept(
            ("vehicle", self.device.home, self.device.slot, day),
            lambda: car_day(scalar, self.world.profiles.vehicle, self.traits, day),
        )

    def own(self, at_ms: int, plan: Plan) -> tuple[float, float]:
        """Read level and slope off the course that a plan makes of its day."""
        local, pace = self.world.calendar.local(at_ms)
        day = (local - _SHIFT_MS) // DAY_MS
        if not plan.limits:
            drawn = self.day(day)
            level, slope = line(scalar, drawn.hours, drawn.levels, (local - day * DAY_MS) / HOUR_MS)
            return level, slope * pace
        pieces = self._pieces(day, plan)
        piece = pieces[max(bisect_right(pieces, at_ms, key=lambda each: each.begin_ms) - 1, 0)]
        return piece.own(at_ms), (piece.end_pct - piece.begin_pct) / (piece.end_ms - piece.begin_ms) * HOUR_MS

    def work(self, check: Check) -> Path:
        """Charge, or rest, while plugged in."""
        if check.does not in ("charge", "idle"):
            return Path((check.at_ms,), (check.value,))
        told = (check.at_ms, check.value, check.since_ms, check.until_ms, check.plan)
        key = ("car work", self.device.home, self.device.slot, *told)
        return self.world.kept(key, lambda: self._work(check))

    def back(self, value: float, at_ms: int, plan: Plan) -> Path:
        """Lead it to the course that a plan makes of its day, charging and driving only where that does."""
        key = ("car back", self.device.home, self.device.slot, value, at_ms, plan)
        return self.world.kept(key, lambda: self._back(value, at_ms, plan))

    def _work(self, check: Check) -> Path:
        plan, shape = check.plan, self.shape(check.plan)
        target = min(plan.value("target_pct", 100.0), shape.limit_pct)
        power_w = min(plan.value("power_w", shape.max_charge_w), shape.max_charge_w)
        charges = check.does == "charge" and shape.charges and power_w > 0.0
        rate = power_w / self.traits.capacity_wh * 100.0 / HOUR_MS  # %/ms
        end = min(check.since_ms + LONGEST_MS, check.until_ms or check.since_ms + LONGEST_MS)
        ms, levels, stayed = [float(check.at_ms)], [check.value], False
        for piece in self._from(check.at_ms, plan):
            begins, ends, level = max(piece.begin_ms, check.at_ms), min(piece.end_ms, end), levels[-1]
            if ends <= begins or (stayed and not piece.plugged and check.until_ms is None):
                break
            stayed = stayed or piece.plugged
            if not piece.plugged:
                level = _driven(level, piece.own(begins) - piece.own(ends))
            elif charges and level < target:
                reached = begins + (target - level) / rate
                if reached < ends:
                    ms.append(reached)
                    levels.append(target)
                level = min(target, level + rate * (ends - begins))
            if check.does == "charge" and stayed and level >= target and check.until_ms is None:
                if levels[-1] != level:  # reached with the piece's end
                    ms.append(float(ends))
                    levels.append(level)
                break
            ms.append(float(ends))
            levels.append(level)
        return Path(tuple(ms), tuple(levels))

    def _back(self, value: float, at_ms: int, plan: Plan) -> Path:
        shape = self.shape(plan)
        if shape.charges and value == self.own(at_ms, plan)[0]:
            return Path((at_ms,), (value,))
        rate = shape.max_charge_w / self.traits.capacity_wh * 100.0 / HOUR_MS if shape.charges else 0.0
        longest = at_ms + (_LONGEST_DAYS if shape.charges else _DRY_DAYS) * DAY_MS
        ms, levels = [float(at_ms)], [value]
        for piece in self._from(at_ms, plan):
            begins, level = max(piece.begin_ms, at_ms), levels[-1]
            if piece.end_pct > piece.begin_pct:
                level = max(level, min(piece.end_pct, level + rate * (piece.end_ms - begins)))
            elif piece.end_pct < piece.begin_pct:
                level = _driven(level, piece.own(begins) - piece.end_pct)
            met = shape.charges and abs(level - piece.end_pct) < _MET_PCT
            ms.append(float(piece.end_ms))
            levels.append(piece.end_pct if met else level)
            if met or piece.end_ms > longest:
                return Path(tuple(ms), tuple(levels), over=met)
        raise ValueError("the days of a car came to an end")

    def _from(self, at_ms: int, plan: Plan) -> Iterator[Piece]:
        local, _ = self.world.calendar.local(at_ms)
        for day in count((local - _SHIFT_MS) // DAY_MS):
            yield from (piece for piece in self._pieces(day, plan) if piece.end_ms > at_ms)

    def _pieces(self, day: int, plan: Plan) -> tuple[Piece, ...]:
        key = ("car pieces", self.device.home, self.device.slot, day, plan.limits)
        return self.world.kept(key, lambda: tuple(self._cut(day, plan)))

    def _cut(self, day: int, plan: Plan) -> Iterator[Piece]:
        """Cut a day where its level bends and where it is plugged in or out."""
        shape, traits = self.shape(plan), self.traits
        able_w = max(shape.max_charge_w, self._needed_w()) if shape.charges else traits.max_charge_w
        drawn = self.day(day)
        if able_w < traits.max_charge_w:
            able = replace(traits, max_charge_w=able_w)
            drawn = car_day(scalar, self.world.profiles.vehicle, able, day)
        edges = {*drawn.hours, drawn.leaves_h, *drawn.parked, drawn.plugs_h}
        hours = sorted(hour for hour in edges if DAY_STARTS_H <= hour <= drawn.hours[-1])
        plugged = [_plugged(drawn, (one + two) / 2.0) for one, two in pairwise(hours)]
        sides = zip([plugged[0], *plugged], [*plugged, plugged[-1]], strict=True)
        instants = [self._instant(day * 24.0 + hour, *side) for hour, side in zip(hours, sides, strict=True)]
        levels = [shape.limit_pct - (traits.limit_pct - _level(drawn, hour)) * shape.share for hour in hours]
        for place, held in enumerate(plugged):
            if instants[place + 1] > instants[place]:
                yield Piece(instants[place], instants[place + 1], levels[place], levels[place + 1], held)

    def _instant(self, local_h: float, before: bool, after: bool) -> int:
        """Find the instant of an hour of world time, on the side of it where the car is plugged in. [ms since 1970]"""
        wanted, calendar = local_h * HOUR_MS, self.world.calendar
        whole = round(wanted) if before == after else floor(wanted) if before else ceil(wanted)
        ms = calendar.instant_ms(whole)
        for _ in range(3):  # exact at once, but in nights of a zone's change
            local, pace = calendar.local(ms)
            ms += round((whole - local) / pace)
        return ms


def _level(day: CarDay, hour: float) -> float:
    """Read a day's level at one of its hours, the last included. [%]"""
    return float(day.levels[-1] if hour >= day.hours[-1] else line(scalar, day.hours, day.levels, hour)[0])


def _plugged(day: CarDay, hour: float) -> bool:
    first_from, first_until, second_from, second_until = day.parked
    by_day = first_from <= hour < first_until or second_from <= hour < second_until
    return bool(hour < day.leaves_h or hour >= day.plugs_h or by_day)


def _driven(level: float, takes: float) -> float:
    """Tell the level after a trip: a fixed demand, but nobody drives below the floor, and less where little is left."""
    if takes <= 0.0 or level - takes >= TRIP_FLOOR_PCT:
        return level - max(takes, 0.0)
    return (level + (TRIP_FLOOR_PCT if level > TRIP_FLOOR_PCT else level / 2.0)) / 2.0
