from __future__ import annotations

from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.noise import MASK, NORMAL_BOUND, mix, normal, signal, step, unit

KEYS = [mix(7, number) for number in range(4000)]


def test_it_is_splitmix64() -> None:
    # First outputs of the reference implementation for the state 1234567 (S. Vigna, splitmix64.c).
    assert [step(1234567, part) for part in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(st.integers(0, MASK), st.integers(-(2**70), 2**70), st.integers(-(2**70), 2**70))
@settings(max_examples=13, deadline=None)
def test_keys_are_64_bits_and_order_counts(seed: int, first: int, second: int) -> None:
    key = mix(seed, first, second)
    assert 0 <= key <= MASK
    assert key == step(step(seed, first), second)
    if (first - second) % 2**64:
        assert key != mix(seed, second, first)


def test_units_are_even() -> None:
    drawn = [unit(key) for key in KEYS]
    assert all(0 <= each < 1 for each in drawn)
    assert fmean(drawn) == pytest.approx(0.5, abs=0.02)
    assert [sum(low <= each < low + 0.25 for each in drawn) / 4000 for low in (0, 0.25, 0.5, 0.75)] == pytest.approx(
        [0.25] * 4, abs=0.03
    )


def test_normals_are_bounded_with_mean_0_and_spread_1() -> None:
    drawn = [normal(key) for key in KEYS]
    assert fmean(drawn) == pytest.approx(0, abs=0.05)
    assert pstdev(drawn) == pytest.approx(1, abs=0.05)
    assert normal(MASK) == pytest.approx(NORMAL_BOUND)
    assert normal(0) == pytest.approx(-NORMAL_BOUND)


def test_neighbours_do_not_look_alike() -> None:
    flips = [(step(5, day) ^ step(5, day + 1)).bit_count() for day in range(500)]
    assert 28 < fmean(flips) < 36


def test_signals_are_fnv() -> None:
    assert signal("") == 0xCBF29CE484222325
    assert signal("a") == 0xAF63DC4C8601EC8C
