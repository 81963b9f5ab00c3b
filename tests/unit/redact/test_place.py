from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tzfpy import get_tz

from replaysandbox.redact.place import axis_of, in_order, moved, moved_pair, moved_together

_M_PER_DEG = 111_320.0
"""Length of a degree of latitude. Source: WGS 84, mean. [m]"""


def degrees(least: int, most: int) -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=6).map(lambda value: f"{value:f}")


def zone(place: tuple[str, str]) -> str:
    return get_tz(float(place[1]), float(place[0]))


BORDER = "32.333000"
"""Half way over the Chattahoochee: west of it Alabama's central, east of it Georgia's eastern time. [°]"""


@pytest.mark.slow  # the map of time zones takes its time to load
@given(degrees(-90, 90), degrees(-180, 180))
@example("0.000000", "180.000000")
@example("90.000000", "-180.000000")
def test_a_place_moves_by_less_than_five_kilometres_within_its_time_zone(latitude: str, longitude: str) -> None:
    made = moved_together(latitude, longitude)
    north = (float(made[0]) - float(latitude)) * _M_PER_DEG
    east = (float(made[1]) - float(longitude)) * _M_PER_DEG * math.cos(math.radians(float(latitude)))
    assert math.hypot(north, east) < 5000
    assert zone(made) == zone((latitude, longitude))
    assert moved_together(*made) == made
    assert [len(each.partition(".")[2]) for each in made] == [6, 6]


@pytest.mark.slow  # the map of time zones takes its time to load
def test_along_a_border_each_coordinate_by_itself_would_cross_it() -> None:
    homes = [(BORDER, f"{-85.2 + step / 500:.6f}") for step in range(150)]
    assert {zone(home) for home in homes} == {"America/Chicago", "America/New_York"}
    assert any(zone((moved(home[0]), moved(home[1]))) != zone(home) for home in homes)
    made = [moved_together(*home) for home in homes]
    assert [zone(each) for each in made] == [zone(home) for home in homes]
    assert len(set(made)) < 20  # still nobody can tell neighbours apart


@pytest.mark.slow  # the map of time zones takes its time to load
@pytest.mark.parametrize(
    ("first", "second", "latitude_first", "is_first"),
    [
        ("52.5200", "13.4050", True, True),
        ("13.4050", "52.5200", False, False),
        ("151.2093", "-33.8688", True, False),
        ("-33.8688", "151.2093", False, True),
    ],
)
def test_what_is_beyond_90_degrees_is_no_latitude(
    first: str, second: str, *, latitude_first: bool, is_first: bool
) -> None:
    made = in_order(first, second, latitude_first=latitude_first)
    assert made == (moved_together(first, second) if is_first else moved_together(second, first)[::-1])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("latitude", ((), "latitude")),
        ("lng", ((), "longitude")),
        ("startLat", (("start",), "latitude")),
        ("home_longitude", (("home",), "longitude")),
        ("latlng", None),
        ("coordinates", None),
    ],
)
def test_names_of_coordinates(name: str, found: object) -> None:
    assert axis_of(name) == found


@given(st.decimals(-180, 180, places=5).map(lambda value: f"{value:f}"))
def test_moving_twice_is_moving_once_and_digits_stay_as_many(text: str) -> None:
    once = moved(text)
    assert moved(once) == once
    assert len(once.partition(".")[2]) == 5


def test_neighbours_cannot_be_told_apart() -> None:
    assert moved("52.520008") == moved("52.521999")


def test_what_is_coarse_already_stays() -> None:
    assert [moved(text) for text in ("52", "52.5", "", "x", "1e5")] == ["52", "52.5", "", "x", "1e5"]


@pytest.mark.slow  # the map of time zones takes its time to load
def test_pairs() -> None:
    made = moved_pair("52.5200, 13.4050")
    assert made == f"{moved('52.5200')}, {moved('13.4050')}"
    assert moved_pair("no pair 1,2") == "no pair 1,2"
