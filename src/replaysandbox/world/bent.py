"""The course of a device that was told what to do: worked out in closed form from one checkpoint a bend.

A checkpoint holds all that is in force from its bend on: the value the device has there, the command at work, what
settings limit, what a hand pins. So a reading looks at one checkpoint only, however many bends there were. What a
family does with a command, and how it comes back to its own course, is its own file: `bent_battery`, `bent_car`,
`bent_room`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, NamedTuple, Protocol

from replaysandbox.core.bend import Bend, Does
from replaysandbox.world.dates import HOUR_MS, instant_ms

Numbers = tuple[tuple[str, float], ...]
"""Numbers by name, in a form that can be a key."""

HOLDS: Final = frozenset({"reserve", "export", "heat", "cool", "auto", "off"})
"""Commands that are another course rather than a task: followed until the next command, or their end."""

_BESIDE: Final = frozenset({"limits", "set", "pin", "unpin"})
"""Bends that leave the command at work as it is."""

_QUARTER_MS: Final = HOUR_MS // 4

_STRICTEST: Final = {"floor_pct": max}
"""Of several settings that limit the same the strictest counts: the highest floor, of all else the lowest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What shapes the course a device follows by itself.

    Attributes:
        does: `follow` for its own, or one of `HOLDS`.
        values: Numbers of that command.
        limits: What settings limit, the strictest of each.
    """

    does: Does = "follow"
    values: Numbers = ()
    limits: Numbers = ()

    def limit(self, name: str, otherwise: float) -> float:
        """Give a limit, or what holds where there is none."""
        return next((value for known, value in self.limits if known == name), otherwise)

    def value(self, name: str, otherwise: float) -> float:
        """Give a number of the command, or what holds where there is none."""
        return next((value for known, value in self.values if known == name), otherwise)


@dataclass(frozen=True, slots=True)
class Check:
    """What holds from a bend on.

    Attributes:
        at_ms: Instant of the bend. [ms since 1970]
        number: Its number; decides between equal instants.
        bend: The bend.
        value: Level or room temperature there. [%] or [°C]
        does: Command at work; `follow` for none.
        since_ms: Instant from which it works. [ms since 1970]
        until_ms: Instant at which it ends by itself, or None. [ms since 1970]
        plan: Its numbers, and what settings limit.
        sources: Setting → what it limits.
        pinned: Whether a hand holds the value.
    """

    at_ms: int
    number: int
    bend: Bend
    value: float
    does: Does
    since_ms: int
    until_ms: int | None
    plan: Plan
    sources: tuple[tuple[str, Numbers], ...]
    pinned: bool


@dataclass(frozen=True, slots=True)
class Bent:
    """What one device was told, by the instant from which it works: its checkpoints."""

    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A line in real time.

    Attributes:
        ms: Instants, never falling. [ms since 1970]
        values: Value at each.
        over: Whether its end is the end of what it is about; if not, the last value holds on and on.
    """

    ms: tuple[float, ...]
    values: tuple[float, ...]
    over: bool = True

    def at(self, at_ms: int) -> tuple[float, float]:
        """Read value and slope, per hour, at an instant not before its begin."""
        after = bisect_right(self.ms, at_ms)
        if after >= len(self.ms):
            return self.values[-1], 0.0
        x0, x1, y0, y1 = self.ms[after - 1], self.ms[after], self.values[after - 1], self.values[after]
        return y0 + (y1 - y0) * ((at_ms - x0) / (x1 - x0)), (y1 - y0) / (x1 - x0) * HOUR_MS


class Turn(NamedTuple):
    """Where a bent device is at an instant.

    Attributes:
        value: Level or room temperature. [%] or [°C]
        slope: How fast it changes. [per h]
        plan: What is in force.
        pinned: Whether a hand holds the value.
        working: Whether a command is at work.
        own: Whether it is on a course of its own shape: its day's, or a plan's.
    """

    value: float
    slope: float
    plan: Plan
    pinned: bool = False
    working: bool = False
    own: bool = False


def straight(value: float, begin_ms: int, up: float, down: float, course: Callable[[int], float]) -> Path:
    """Lead straight to a course: to where it is at the first quarter of an hour that can be reached.

    Args:
        value: Value at the begin.
        begin_ms: Instant. [ms since 1970]
        up: Fastest rise, > 0. [per h]
        down: Fastest fall, > 0. [per h]
        course: Instant → value there; it is bounded, so it is met. [ms since 1970]
    """
    if value == course(begin_ms):
        return Path((begin_ms,), (value,))
    for quarters in count(1):
        there = course(begin_ms + quarters * _QUARTER_MS)
        if -down * quarters / 4.0 <= there - value <= up * quarters / 4.0:
            return Path((begin_ms, begin_ms + quarters * _QUARTER_MS), (value, there))
    raise ValueError("a course came to an end")


class Family(Protocol):
    """How the devices of a family move; here one of them."""

    def own(self, at_ms: int, plan: Plan) -> tuple[float, float]:
        """Read value and slope, per hour, off the course that a plan makes of its day."""

    def work(self, check: Check) -> Path:
        """Carry out the command at work from a checkpoint on, up to where it is over."""

    def back(self, value: float, at_ms: int, plan: Plan) -> Path:
        """Lead it from a value to the course that a plan makes of its day."""


def bent_with(family: Family, bent: Bent, bend: Bend) -> Bent:
    """Add a bend; the checkpoints of those after it are worked out anew."""
    order = instant_ms(bend.at), bend.number
    place = bisect_right(bent.checks, order, key=lambda check: (check.at_ms, check.number))
    later = (check.bend for check in bent.checks[place:])
    return _checked(family, bent.checks[:place], (bend, *later))


def bent_without(family: Family, bent: Bent, numbers: frozenset[int]) -> Bent:
    """Take bends out by their numbers; the checkpoints of those after them are worked out anew."""
    first = next((place for place, check in enumerate(bent.checks) if check.number in numbers), None)
    if first is None:
        return bent
    kept = tuple(check.bend for check in bent.checks[first:] if check.number not in numbers)
    return _checked(family, bent.checks[:first], kept)


def turn_at(family: Family, bent: Bent, at_ms: int) -> Turn | None:
    """Tell where a device is at an instant; None before its first bend."""
    place = bisect_right(bent.checks, at_ms, key=lambda check: check.at_ms)
    return _turn(family, bent.checks[place - 1], at_ms) if place else None


def _checked(family: Family, checks: tuple[Check, ...], bends: tuple[Bend, ...]) -> Bent:
    done = list(checks)
    for bend in bends:
        done.append(_check(family, done[-1] if done else None, bend))
    return Bent(tuple(done))


def _check(family: Family, before: Check | None, bend: Bend) -> Check:
    """Tell what holds from a bend on, given what held before."""
    at_ms = instant_ms(bend.at)
    if before is None:
        value, _ = family.own(at_ms, Plan())
        before = Check(at_ms, bend.number, bend, value, "follow", at_ms, None, Plan(), (), False)
    here = _turn(family, before, at_ms)
    check = replace(before, at_ms=at_ms, number=bend.number, bend=bend, value=here.value)
    if bend.does in _BESIDE:
        check = _aside(check, bend)
        return check if here.working else _without_command(check)
    until_ms = None if bend.until is None else instant_ms(bend.until)
    plan = Plan(bend.does, tuple(sorted(bend.values.items())), check.plan.limits)
    return replace(check, does=bend.does, since_ms=at_ms, until_ms=until_ms, plan=plan)


def _aside(check: Check, bend: Bend) -> Check:
    """Let a hand or a setting change what it changes."""
    held = dict(bend.values)
    given = held.get("level_pct", held.get("room_c", check.value))
    match bend.does:
        case "set":
            return replace(check, value=check.value if check.pinned else given)
        case "pin":
            return replace(check, value=given, pinned=True)
        case "unpin":
            return replace(check, pinned=False)
        case _:
            sources = {**dict(check.sources), bend.source: tuple(sorted(held.items()))}
            limits: dict[str, float] = {}
            for numbers in sources.values():
                for name, value in numbers:
                    limits[name] = _STRICTEST.get(name, min)(limits.get(name, value), value)
            plan = replace(check.plan, limits=tuple(sorted(limits.items())))
            return replace(check, sources=tuple(sorted(sources.items())), plan=plan)


def _without_command(check: Check) -> Check:
    return replace(check, does="follow", until_ms=None, plan=Plan(limits=check.plan.limits))


def _turn(family: Family, check: Check, at_ms: int) -> Turn:
    plan = check.plan
    if check.pinned:
        return Turn(check.value, 0.0, plan, pinned=True, working=check.until_ms is None or at_ms < check.until_ms)
    if check.does == "follow":
        return _along(family, check.value, check.at_ms, plan, at_ms)
    if check.does in HOLDS:
        if check.until_ms is None or at_ms < check.until_ms:
            return _along(family, check.value, check.at_ms, plan, at_ms)._replace(working=True)
        end_ms: float = max(check.until_ms, check.at_ms)
        left = _along(family, check.value, check.at_ms, plan, int(end_ms)).value
    else:
        path = family.work(check)
        if not path.over or at_ms < path.ms[-1]:
            return Turn(*path.at(at_ms), plan, working=True)
        left, end_ms = path.values[-1], path.ms[-1]
    return _along(family, left, int(end_ms), Plan(limits=plan.limits), at_ms)


def _along(family: Family, value: float, begin_ms: int, plan: Plan, at_ms: int) -> Turn:
    """Follow the course that a plan makes of the day, or the way there."""
    path = family.back(value, begin_ms, plan)
    if not path.over or at_ms < path.ms[-1]:
        return Turn(*path.at(at_ms), plan)
    return Turn(*family.own(at_ms, plan), plan, own=True)
