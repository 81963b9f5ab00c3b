"""The few operations on which the world's formulas are written, so that each formula stands once.

`world/scalar.py` gives them for plain numbers (one device, one instant: the path of a request), `world/vector.py` for
numpy arrays (a fleet over a year: fidelity, laws, exports). Both give the same result to the last bit, because only
+ - * / on doubles, comparisons, `floor` and integer arithmetic are used: these are exact or rounded the same way
everywhere, which sine or power are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Real = Any
"""A float (or int, or bool), or a numpy array of them."""

Key = Any
"""A 64-bit key of `core/noise.py`, or a numpy array of them."""


class Ops(Protocol):
    """One way to carry out the world's formulas."""

    def step(self, key: Key, part: Real) -> Key:
        """Make a new key: `core.noise.step`."""

    def unit(self, key: Key) -> Real:
        """Read a number in [0, 1) off a key: `core.noise.unit`."""

    def normal(self, key: Key) -> Real:
        """Read a bounded normal number off a key: `core.noise.normal`."""

    def where(self, test: Real, yes: Real, no: Real) -> Real:
        """Take `yes` where the test holds, else `no`."""

    def least(self, first: Real, second: Real) -> Real:
        """Take the smaller."""

    def most(self, first: Real, second: Real) -> Real:
        """Take the larger."""

    def whole(self, value: Real) -> Real:
        """Round to the nearest integer, halves up."""

    def trunc(self, value: Real) -> Real:
        """Cut a number >= 0 down to an integer."""

    def pick(self, table: Sequence[Any], index: Real) -> Real:
        """Look up a table."""

    def segment(self, xs: Sequence[Real], ys: Sequence[Real], x: Real) -> tuple[Real, Real, Real, Real]:
        """Find the segment of a line through (xs, ys) that holds x: x0, x1, y0, y1."""


def line(ops: Ops, xs: Sequence[Real], ys: Sequence[Real], x: Real) -> tuple[Real, Real]:
    """Read a line through points, and its slope.

    Args:
        ops: How to calculate.
        xs: Positions, never falling; two equal ones are a jump that takes the second's value.
        ys: Values.
        x: Where to read; at least xs[0] and below xs[-1].

    Returns:
        Value at x, and slope of the segment that begins at or before x.
    """
    x0, x1, y0, y1 = ops.segment(xs, ys, x)
    slope = (y1 - y0) / (x1 - x0)
    return y0 + slope * (x - x0), slope


Line = tuple[tuple[float, ...], tuple[float, ...]]
"""Positions and values of a line over a day, long enough to be read at any hour."""


def day_line(curve: Sequence[tuple[float, float]]) -> Line:
    """Make a curve of the day a line from midnight to midnight, and from the last point over to the first."""
    hours, values = tuple(hour for hour, _ in curve), tuple(value for _, value in curve)
    return (hours[-1] - 24.0, *hours, hours[0] + 24.0), (values[-1], *values, values[0])


def clamp(ops: Ops, value: Real, low: Real, high: Real) -> Real:
    """Hold a value between two bounds."""
    return ops.least(ops.most(value, low), high)


def level(ops: Ops, value: Real) -> Real:
    """Round a level to the 2 decimals that readings carry."""
    return ops.whole(value * 100.0) / 100
