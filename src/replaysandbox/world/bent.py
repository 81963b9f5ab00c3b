"""The course of a battery that was told what to do: worked out piece by piece in closed form, with a checkpoint a bend.

A command works from its instant on at its power until its target, its end, a floor or a ceiling; then it holds, or the
battery goes back to its own curve at most at its rated power. Whatever came before a bend is in its checkpoint, so a
reading looks at one bend only, however many there were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from replaysandbox.core.bend import Bend
from replaysandbox.world.battery import BatteryTraits
from replaysandbox.world.dates import HOUR_MS, instant_ms
from replaysandbox.world.detour import Detour, battery_detour

_NO_END: Final = frozenset({"idle", "reserve", "export"})
"""What holds until the next bend where it has no end of its own."""


@dataclass(frozen=True, slots=True)
class Bent:
    """What one battery was told, in order.

    Attributes:
        bends: By the instant from which they work.
        levels: Level at each bend's instant: its checkpoint. [%]
    """

    bends: tuple[Bend, ...] = ()
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """A battery's own course, which it comes from and goes back to.

    Attributes:
        traits: What stays the same about it.
        level: Instant → level on its own curve. [ms since 1970] → [%]
        levels: Instant → levels of its own curve each quarter of an hour after it. [ms since 1970] → [%]
        local_h: Instant → hour of world time. [ms since 1970] → [h since 1970]
        pace: Instant → hours of world time an hour. [ms since 1970] → [1]
        floor_pct: Level it never goes below. [%]
        ceiling_pct: Level it never goes above. [%]
        kept: Remembers the way back for a while: key, and how to find it.
    """

    traits: BatteryTraits
    level: Callable[[int], float]
    levels: Callable[[int], Iterator[float]]
    local_h: Callable[[int], float]
    pace: Callable[[int], float]
    floor_pct: float
    ceiling_pct: float
    kept: Callable[[Any, Callable[[], Detour]], Detour]


def bent_with(own: Own, bent: Bent, bend: Bend) -> Bent:
    """Add a bend; the checkpoints of those after it are worked out anew."""
    place = bisect_right([_order(each) for each in bent.bends], _order(bend))
    return _checked(own, Bent(bent.bends[:place], bent.levels[:place]), (bend, *bent.bends[place:]))


def bent_without(own: Own, bent: Bent, numbers: frozenset[int]) -> Bent:
    """Take bends out by their numbers; the checkpoints of those after them are worked out anew."""
    places = [place for place, each in enumerate(bent.bends) if each.number in numbers]
    if not places:
        return bent
    kept = tuple(each for each in bent.bends[places[0] :] if each.number not in numbers)
    return _checked(own, Bent(bent.bends[: places[0]], bent.levels[: places[0]]), kept)


def _order(bend: Bend) -> tuple[int, int]:
    return instant_ms(bend.at), bend.number


def _checked(own: Own, bent: Bent, more: tuple[Bend, ...]) -> Bent:
    for bend in more:
        at = instant_ms(bend.at)
        found = bent_level(own, bent, at)
        level = own.level(at) if found is None else found[0]
        bent = Bent((*bent.bends, bend), (*bent.levels, level))
    return bent


def bent_level(own: Own, bent: Bent, at_ms: int) -> tuple[float, float] | None:
    """Tell level and slope at an instant.

    Args:
        own: The battery's own course.
        bent: What it was told.
        at_ms: Instant. [ms since 1970]

    Returns:
        Level [%] and slope [%/h]; None where it is on its own curve.
    """
    place = bisect_right(bent.bends, at_ms, key=lambda each: instant_ms(each.at)) - 1
    if place < 0:
        return None
    bend, level = bent.bends[place], bent.levels[place]
    begin_ms = instant_ms(bend.at)
    end_ms = None if bend.until is None else instant_ms(bend.until)
    target, rate = _aim(own, bend, level)
    reach_ms = begin_ms + _hours_ms((target - level) / rate) if rate else begin_ms
    if end_ms is None and bend.does not in _NO_END:
        end_ms = reach_ms
    if end_ms is None or at_ms < end_ms:
        return (level + rate * (at_ms - begin_ms) / HOUR_MS, rate) if at_ms < reach_ms else (target, 0.0)
    left = target if reach_ms <= end_ms else level + rate * (end_ms - begin_ms) / HOUR_MS
    return _back(own, left, end_ms, at_ms)


def _hours_ms(hours: float) -> int:
    return max(0, round(hours * HOUR_MS))


def _aim(own: Own, bend: Bend, level: float) -> tuple[float, float]:
    """Tell the level a command goes for, and how fast: 0 where there is nothing to do."""
    values, traits = bend.values, own.traits
    floor = max(own.floor_pct, values.get("floor_pct", 0.0), values.get("reserve_pct", 0.0))
    ceiling = min(own.ceiling_pct, values.get("ceiling_pct", 100.0))
    if bend.does in ("charge", "reserve"):
        target = min(values.get("target_pct", 100.0), ceiling)
        power_w = min(values.get("power_w", traits.max_charge_w), traits.max_charge_w)
        return (target, power_w / traits.capacity_wh * 100.0) if target > level and power_w else (level, 0.0)
    if bend.does in ("discharge", "export"):
        target = max(values.get("target_pct", 0.0), floor)
        power_w = min(values.get("power_w", traits.max_discharge_w), traits.max_discharge_w)
        return (target, -power_w / traits.capacity_wh * 100.0) if target < level and power_w else (level, 0.0)
    return level, 0.0


def _back(own: Own, level: float, end_ms: int, at_ms: int) -> tuple[float, float] | None:
    """Tell where it is on the way back to its own curve; None where it has arrived."""
    detour = own.kept(
        ("back", end_ms, level),
        lambda: battery_detour(own.traits, level, own.local_h(end_ms), own.levels(end_ms)),
    )
    hour = own.local_h(at_ms)
    if hour >= detour.end_h:
        return None
    (h0, h1), (y0, y1) = detour.course.hours, detour.course.levels
    slope = (y1 - y0) / (h1 - h0)
    return y0 + slope * (hour - h0), slope * own.pace(at_ms)
