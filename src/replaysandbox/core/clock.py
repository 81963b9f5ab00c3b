"""The sandbox's clock: wall instant → sandbox instant. Pure; the wall instant is passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""Instants outside are held at these ends, a day from what `datetime` and epoch numbers can hold. Ours."""

_LONGEST_S = (LATEST - EARLIEST).total_seconds()


@dataclass(frozen=True, slots=True)
class Clock:
    """A straight line from wall time to sandbox time.

    Attributes:
        wall: Wall instant at which it was set.
        at: Sandbox instant at that moment.
        speed: Sandbox seconds per wall second; negative never.
        frozen: Whether it stands still.
        shift_ms: What the devices' hour is ahead of that instant (`world_at`); None where they live by it. [ms]
    """

    wall: datetime
    at: datetime
    speed: float = 1.0
    frozen: bool = False
    shift_ms: int | None = None


def at_wall(clock: Clock, wall: datetime) -> datetime:
    """Read the clock: the sandbox instant at a wall instant."""
    if clock.frozen:
        return clock.at
    if clock.speed == 1.0:
        return _held(clock.at, wall - clock.wall)
    passed_s = (wall - clock.wall).total_seconds() * clock.speed
    return _held(clock.at, timedelta(seconds=min(max(passed_s, -_LONGEST_S), _LONGEST_S)))


def wait_s(clock: Clock, wall: datetime, at: datetime) -> float | None:
    """Tell how long, from a wall instant on, until the clock shows an instant; None where it never will. [s]"""
    ahead_s = (at - at_wall(clock, wall)).total_seconds()
    if ahead_s <= 0.0:
        return 0.0
    return None if clock.frozen else ahead_s / clock.speed


def moved(clock: Clock, wall: datetime, by: timedelta) -> Clock:
    """Move the clock forwards or backwards from where it stands at a wall instant."""
    return replace(clock, wall=wall, at=_held(at_wall(clock, wall), by))


def paced(clock: Clock, wall: datetime, *, speed: float | None = None, frozen: bool | None = None) -> Clock:
    """Change pace without a jump: the clock goes on from where it stands at a wall instant."""
    return replace(
        clock,
        wall=wall,
        at=at_wall(clock, wall),
        speed=clock.speed if speed is None else speed,
        frozen=clock.frozen if frozen is None else frozen,
    )


def _held(start: datetime, by: timedelta) -> datetime:
    try:
        return min(max(start + by, EARLIEST), LATEST)
    except OverflowError:
        return LATEST if by > timedelta(0) else EARLIEST
