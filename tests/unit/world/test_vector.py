"""Numpy and plain Python must agree to the last bit: fidelity and laws are proven on arrays, clients get numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.noise import MASK
from replaysandbox.world import scalar, vector

keys = st.lists(st.integers(0, MASK), min_size=1, max_size=8)
reals = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8)


@given(keys, st.integers(-(2**62), 2**62))
@settings(max_examples=20, deadline=None)
def test_noise_agrees(many: list[int], part: int) -> None:
    array = np.array(many, dtype=np.uint64)[:, None]
    stepped = vector.step(array, part)
    assert stepped[:, 0].tolist() == [scalar.step(each, part) for each in many]
    assert vector.unit(array)[:, 0].tolist() == [scalar.unit(each) for each in many]
    assert vector.normal(array)[:, 0].tolist() == [scalar.normal(each) for each in many]
    assert vector.step(many[0], np.array([[part]]))[0, 0] == scalar.step(many[0], part)


@given(reals)
@settings(max_examples=20, deadline=None)
def test_rounding_and_choices_agree(many: list[float]) -> None:
    array = np.array(many)
    assert vector.whole(array).tolist() == [scalar.whole(each) for each in many]
    assert vector.trunc(np.abs(array)).tolist() == [scalar.trunc(abs(each)) for each in many]
    assert vector.where(array > 0, array, 1.0).tolist() == [scalar.where(each > 0, each, 1.0) for each in many]
    assert vector.least(array, 5.0).tolist() == [scalar.least(each, 5.0) for each in many]
    assert vector.most(array, 5.0).tolist() == [scalar.most(each, 5.0) for each in many]
    assert vector.pick((1.0, 2.0), np.array([[1], [0]])).tolist() == [[2.0], [1.0]]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=6), st.lists(st.floats(0, 5.999), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_segments_agree(stops: list[int], where: list[float]) -> None:
    xs = (0.0, *(float(each) for each in sorted(stops)), 6.0)
    ys = tuple(float(position * position) for position in range(len(xs)))
    columns = [np.array([[x], [x]]) for x in xs]
    found = vector.segment(columns, ys, np.array([where]))
    for column, x in enumerate(where):
        if x < 6.0:
            assert [part[1, column] for part in found] == [*scalar.segment(xs, ys, x)]
