from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.redact.place import moved, moved_pair

_M_PER_DEG = 111_320.0
"""Length of a degree of latitude. Source: WGS 84, mean. [m]"""


def degrees(least: int, most: int) -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=6).map(lambda value: f"{value:f}")


@given(degrees(-90, 90), degrees(-180, 180))
def test_a_place_moves_by_less_than_five_kilometres(latitude: str, longitude: str) -> None:
    north = (float(moved(latitude)) - float(latitude)) * _M_PER_DEG
    east = (float(moved(longitude)) - float(longitude)) * _M_PER_DEG * math.cos(math.radians(float(latitude)))
    assert math.hypot(north, east) < 5000


@given(st.decimals(-180, 180, places=5).map(lambda value: f"{value:f}"))
def test_moving_twice_is_moving_once_and_digits_stay_as_many(text: str) -> None:
    once = moved(text)
    assert moved(once) == once
    assert len(once.partition(".")[2]) == 5


def test_neighbours_cannot_be_told_apart() -> None:
    assert moved("52.520008") == moved("52.521999")


def test_what_is_coarse_already_stays() -> None:
    assert [moved(text) for text in ("52", "52.5", "", "x", "1e5")] == ["52", "52.5", "", "x", "1e5"]


def test_pairs() -> None:
    made = moved_pair("52.5200, 13.4050")
    assert made == f"{moved('52.5200')}, {moved('13.4050')}"
    assert moved_pair("no pair 1,2") == "no pair 1,2"
