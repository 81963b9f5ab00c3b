"""A world held to the laws over a span of time: each device of each home, at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import numpy as np

from replaysandbox.core.device import FAMILIES
from replaysandbox.world.dates import DAY_MS, HOUR_MS, instant, instant_ms
from replaysandbox.world.fleet import Fleet, fleet_of, fleet_readings
from replaysandbox.world.laws import broken_between, broken_laws, night_power
from replaysandbox.world.world import World

MOST_FINDINGS: Final = 100
"""Findings that are told one by one; the others are only counted. Ours."""

FINE_DAYS: Final = 30
"""Every so many days one is looked at minute by minute. Ours."""

_FINE_STEP_MS: Final = 60_000
_DAWN_H: Final = 6
_DUSK_H: Final = 18


@dataclass(frozen=True, slots=True)
class LawFinding:
    """A law broken by one device at one instant.

    Attributes:
        law: Which law.
        family: Family.
        home: Position of the home.
        slot: Which device of it.
        at: Instant; for a law of two readings, that of the later.
    """

    law: str
    family: str
    home: int
    slot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LawReport:
    """What came of holding a world to the laws.

    Attributes:
        findings: The first findings.
        found: How many there are.
        readings: How many readings were held to the laws.
    """

    findings: tuple[LawFinding, ...]
    found: int
    readings: int


def laws_over(world: World, homes: Sequence[int], start: datetime, end: datetime, step_ms: int) -> LawReport:
    """Hold homes to the laws over a span of time.

    Args:
        world: The world.
        homes: Positions of the homes.
        start: First instant.
        end: Last instant.
        step_ms: Between two readings; laws of two readings say most up to 20 minutes. One day in thirty is looked at
            every minute, where level must follow power. [ms]

    Returns:
        What was found; nothing, if the world is right.
    """
    fleet = fleet_of(world, homes)
    findings: list[LawFinding] = []
    found = readings = 0
    for instants in _blocks(instant_ms(start), instant_ms(end), step_ms):
        for family, slot in _devices(world):
            block = fleet_readings(fleet, family, slot, instants)
            readings += len(fleet.homes) * len(instants)
            for law, where in _broken(fleet, family, block):
                found += int(where.sum())
                room = max(MOST_FINDINGS - len(findings), 0)
                findings += _findings(fleet, family, slot, law, where, block.at[0])[:room]
    return LawReport(tuple(findings), found, readings)


def _blocks(start: int, end: int, step_ms: int) -> Iterator[list[int]]:
    """Cut a span into days that share their edges, a few of them fine."""
    for number, day in enumerate(range(start, end, DAY_MS)):
        step = _FINE_STEP_MS if number % FINE_DAYS == 0 else step_ms
        until = min(day + DAY_MS, end)
        yield [*range(day, until, step), until]


def _devices(world: World) -> Iterator[tuple[str, int]]:
    for family in FAMILIES:
        for slot in range(world.counts[family]):
            yield family, slot


def _broken(fleet: Fleet, family: str, block: Any) -> Iterator[tuple[str, Any]]:
    """Tell the laws broken in a block of readings, and where, in columns of the block."""
    shape = (len(fleet.homes), block.at.shape[1])
    for law, where in broken_laws(family, block):
        yield law, np.broadcast_to(where, shape)
    if family == "solar_inverter" and fleet.world.scenario.place is None:
        yield from _at_night(fleet.world, block, shape)
    old, new = (_columns(block, shape, span) for span in (slice(None, -1), slice(1, None)))
    for law, where in broken_between(family, old, new, np.diff(block.at) / HOUR_MS):
        yield law, np.pad(np.broadcast_to(where, (shape[0], shape[1] - 1)), ((0, 0), (1, 0)))


def _at_night(world: World, block: Any, shape: tuple[int, int]) -> Iterator[tuple[str, Any]]:
    hours = np.array([world.calendar.local(int(at))[0] % DAY_MS / HOUR_MS for at in block.at[0]])
    where = np.broadcast_to(night_power(block, (hours < _DAWN_H) | (hours >= _DUSK_H)), shape)
    if where.any():
        yield "no sun at night", where


def _columns(block: Any, shape: tuple[int, int], span: slice) -> Any:
    """Take some columns of a block of readings."""
    values = []
    for each in fields(block):
        value = getattr(block, each.name)
        rows = 1 if each.name == "at" else shape[0]
        values.append(np.broadcast_to(value, (rows, shape[1]))[:, span])
    return type(block)(*values)


def _findings(fleet: Fleet, family: str, slot: int, law: str, where: Any, at: Any) -> list[LawFinding]:
    return [
        LawFinding(law, family, fleet.homes[int(row)], slot, instant(int(at[column])))
        for row, column in np.argwhere(where)[:MOST_FINDINGS]
    ]
