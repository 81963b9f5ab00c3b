"""A day drawn with block characters. Pure."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], low: float | None = None, high: float | None = None) -> str:
    """Draw values in one line, one character each.

    Args:
        values: The series.
        low: Value of the lowest mark; the least of the series unless given.
        high: Value of the highest mark; the greatest of the series unless given.
    """
    return "".join(_EIGHTHS[max(1, level)] for level in _levels(values, low, high, 8))


def chart(values: Sequence[float], height: int, low: float | None = None, high: float | None = None) -> list[str]:
    """Draw values as columns on a common floor, the highest line first.

    Args:
        values: The series, one character wide each.
        height: Number of lines.
        low: Value of the floor; the least of the series unless given.
        high: Value of the top; the greatest of the series unless given.
    """
    levels = _levels(values, low, high, 8 * height)
    return ["".join(_EIGHTHS[min(8, max(0, level - 8 * line))] for level in levels) for line in reversed(range(height))]


def strip(flags: Sequence[bool]) -> str:
    """Draw when something was so, one character each."""
    return "".join("━" if flag else "·" for flag in flags)


def hours(width: int, step: int = 3) -> str:
    """Write the hours of a day under a drawing of this width."""
    line = [" "] * (width + 2)
    for hour in range(0, 25, step):
        place = min(round(hour * width / 24), width)
        line[place : place + 2] = f"{hour:02d}"
    return "".join(line).rstrip()


def _levels(values: Sequence[float], low: float | None, high: float | None, steps: int) -> list[int]:
    floor = min(values, default=0.0) if low is None else low
    top = max(values, default=0.0) if high is None else high
    span = top - floor
    if span <= 0:
        return [0 for _ in values]
    return [round(steps * min(1.0, max(0.0, (value - floor) / span))) for value in values]
