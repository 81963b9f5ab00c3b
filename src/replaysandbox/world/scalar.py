"""The world's operations on plain numbers: one device, one instant. See `world/ops.py`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import floor
from typing import Any

from replaysandbox.core.noise import normal, step, unit

__all__ = ["least", "most", "normal", "pick", "segment", "step", "trunc", "unit", "where", "whole"]

least = min
most = max
trunc = int


def where(test: Any, yes: Any, no: Any) -> Any:
    """Take `yes` where the test holds, else `no`."""
    return yes if test else no


def whole(value: float) -> int:
    """Round to the nearest integer, halves up."""
    return floor(value + 0.5)


def pick(table: Sequence[Any], index: int) -> Any:
    """Look up a table."""
    return table[index]


def segment(xs: Sequence[float], ys: Sequence[float], x: float) -> tuple[float, float, float, float]:
    """Find the segment that holds x."""
    after = bisect_right(xs, x)
    return xs[after - 1], xs[after], ys[after - 1], ys[after]
