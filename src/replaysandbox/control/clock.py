"""`/v1/clock`: where a session's clock stands, and setting it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.control import asked
from replaysandbox.control.views import clock_view
from replaysandbox.core.clock import EARLIEST, LATEST, Clock, at_wall, moved, paced
from replaysandbox.world.calendar import shift_to_hour
from replaysandbox.world.dates import instant_ms

FASTEST = 1_000_000
"""Most sandbox seconds per wall second; as `--speed` allows. Ours."""

_YEARS = f"{EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}"
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


async def read_clock(request: Request) -> JSONResponse:
    """Say where the clock stands."""
    asked.known(request)
    return _shown(request)


async def set_clock(request: Request) -> JSONResponse:
    """Set instant, speed, whether it stands still, or the devices' hour; what is left out stays."""
    asked.known(request)
    change = await asked.body(request, "at", "speed", "frozen", "world_at")
    session = asked.session_of(request)
    wall = asked.wall_of(request)
    clock: Clock = paced(session.clock, wall, speed=_speed(change), frozen=_frozen(change))
    if "at" in change:
        clock = replace(clock, at=asked.parsed_instant(change["at"], "at"))
    if "world_at" in change:
        clock = replace(clock, shift_ms=_shift_ms(change["world_at"], clock.at))
    asked.subject_of(request).set_clock(session, clock)
    await asked.notifier_of(request).settled(session.name)
    return _shown(request)


async def advance_clock(request: Request) -> JSONResponse:
    """Move the clock, backwards where the length of time begins with a minus."""
    asked.known(request)
    change = await asked.body(request, "by")
    session = asked.session_of(request)
    by, wall = asked.span(change.get("by", ""), "by"), asked.wall_of(request)
    clock, stood = moved(session.clock, wall, by), at_wall(session.clock, wall)
    if clock.at - stood != by:
        raise asked.wrong(f"by leads from {stood:%Y-%m-%d} out of the years the clock has: {_YEARS}")
    asked.subject_of(request).set_clock(session, clock)
    await asked.notifier_of(request).settled(session.name)
    return _shown(request)


def _shown(request: Request) -> JSONResponse:
    clock = asked.session_of(request).clock
    return JSONResponse(clock_view(clock, asked.wall_of(request)))


def _speed(change: dict[str, Any]) -> float | None:
    if "speed" not in change:
        return None
    speed = change["speed"]
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= FASTEST:
        raise asked.wrong(f"speed takes a number above 0, at most {FASTEST}; frozen stops the clock")
    return speed


def _frozen(change: dict[str, Any]) -> bool | None:
    if "frozen" not in change:
        return None
    frozen = change["frozen"]
    if not isinstance(frozen, bool):
        raise asked.wrong("frozen takes true or false")
    return frozen


def _shift_ms(world_at: object, at: datetime) -> int | None:
    """Tell what the devices' hour is to be ahead of an instant; None where it is to be the instant's own. [ms]"""
    if world_at is None:
        return None
    if not isinstance(world_at, str) or not _HOUR.fullmatch(world_at):
        raise asked.wrong("world_at takes an hour of the day such as 03:12, or null for that of the clock")
    return shift_to_hour(instant_ms(at), world_at)
