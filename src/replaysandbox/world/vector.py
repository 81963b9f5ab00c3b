"""The world's operations on numpy arrays: many devices, many instants. See `world/ops.py`.

Only the fleet's code imports this, so that answering a request needs no numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from replaysandbox.core.noise import FIRST, GOLDEN, LANE, LANES_MEAN, SECOND, TO_NORMAL, TO_UNIT

_U64 = np.uint64


def step(key: Any, part: Any) -> Any:
    """Make a new key; integers wrap at 2^64 as in `core.noise.step`."""
    parts = np.asarray(part).astype(np.int64).astype(_U64)
    z = np.atleast_1d(np.asarray(key, dtype=_U64)) + (parts + _U64(1)) * np.atleast_1d(_U64(GOLDEN))
    z = (z ^ (z >> _U64(30))) * _U64(FIRST)
    z = (z ^ (z >> _U64(27))) * _U64(SECOND)
    return z ^ (z >> _U64(31))


def unit(key: Any) -> Any:
    """Read a number in [0, 1) off a key."""
    return (key >> _U64(11)).astype(np.float64) * TO_UNIT


def normal(key: Any) -> Any:
    """Read a bounded normal number off a key."""
    lane = _U64(LANE)
    lanes = (key & lane) + ((key >> _U64(16)) & lane) + ((key >> _U64(32)) & lane) + (key >> _U64(48))
    return (lanes.astype(np.int64) - LANES_MEAN) * TO_NORMAL


where = np.where
least = np.minimum
most = np.maximum


def whole(value: Any) -> Any:
    """Round to the nearest integer, halves up."""
    return np.floor(np.asarray(value) + 0.5).astype(np.int64)


def trunc(value: Any) -> Any:
    """Cut a number >= 0 down to an integer."""
    return np.asarray(value).astype(np.int64)


def pick(table: Sequence[Any], index: Any) -> Any:
    """Look up a table."""
    return np.asarray(table)[index]


def segment(xs: Sequence[Any], ys: Sequence[Any], x: Any) -> tuple[Any, Any, Any, Any]:
    """Find the segment that holds each x.

    Points are columns (one row per device), x a row (one column per instant), or anything that broadcasts alike.
    """
    shape = np.broadcast_shapes(*(np.shape(each) for each in (*xs, *ys)))
    rows = shape or (1, 1)
    points = np.stack([np.broadcast_to(np.asarray(each, dtype=np.float64), rows) for each in xs], axis=-1)
    values = np.stack([np.broadcast_to(np.asarray(each, dtype=np.float64), rows) for each in ys], axis=-1)
    passed = np.zeros(np.broadcast_shapes(rows, np.shape(x)), dtype=np.int8)
    for each in xs[1:-1]:
        passed += np.asarray(each <= x)
    device = np.broadcast_to(np.arange(rows[0])[:, None], passed.shape)
    points, values = points.reshape(rows[0], -1), values.reshape(rows[0], -1)
    return (
        points[device, passed],
        points[device, passed + 1],
        values[device, passed],
        values[device, passed + 1],
    )
