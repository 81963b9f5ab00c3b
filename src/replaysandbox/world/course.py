"""A device's level over time: a line through points."""

from __future__ import annotations

from dataclasses import dataclass

from replaysandbox.world.ops import Ops, Real, line


@dataclass(frozen=True, slots=True)
class Course:
    """The level of one device over a day and a little more.

    Attributes:
        hours: Hours of world time since the day's midnight, never falling. [h]
        levels: Level at each. [%]
    """

    hours: tuple[Real, ...]
    levels: tuple[Real, ...]


def follow(ops: Ops, course: Course, hour: Real) -> tuple[Real, Real]:
    """Read level [%] and slope [%/h] off a course at an hour."""
    return line(ops, course.hours, course.levels, hour)
