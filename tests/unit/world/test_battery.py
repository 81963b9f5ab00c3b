from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.noise import mix
from replaysandbox.world import scalar
from replaysandbox.world.battery import battery_at, battery_course, battery_traits
from tests.unit.world.made import profiles, world

PROFILE = profiles().battery


@given(st.integers(0, 2**64 - 1), st.integers(-1000, 3_000_000))
@settings(max_examples=26, deadline=None)
def test_a_day_lies_within_floor_ceiling_and_rating(key: int, day: int) -> None:
    traits = battery_traits(scalar, PROFILE, key)
    course = battery_course(scalar, PROFILE, traits, day)
    assert [*course.hours] == sorted(course.hours)
    assert course.hours[0] < 0
    assert course.hours[-1] > 24
    assert all(PROFILE.habits.floor_pct <= level <= PROFILE.habits.ceiling_pct for level in course.levels)
    for (x0, x1), (y0, y1) in zip(pairwise(course.hours), pairwise(course.levels), strict=True):
        if x1 > x0:
            power = (y1 - y0) / (x1 - x0) * traits.capacity_wh / 100
            assert -traits.max_discharge_w <= power <= traits.max_charge_w


@given(st.integers(0, 2**64 - 1), st.integers(0, 3_000_000))
@settings(max_examples=13, deadline=None)
def test_two_days_agree_at_their_midnight(key: int, day: int) -> None:
    traits = battery_traits(scalar, PROFILE, key)
    one, other = (battery_course(scalar, PROFILE, traits, each) for each in (day, day + 1))
    (before, _), (after, _) = battery_at(scalar, traits, one, 24.0, 1.0), battery_at(scalar, traits, other, 0.0, 1.0)
    assert abs(before - after) < 1e-9


@pytest.mark.slow
def test_the_median_is_the_curve() -> None:
    homes = range(600)
    traits = [battery_traits(scalar, PROFILE, mix(3, home)) for home in homes]
    courses = [battery_course(scalar, PROFILE, each, 20_000) for each in traits]
    for hour, level in PROFILE.curve:
        found = median(battery_at(scalar, *each, hour, 1.0)[0] for each in zip(traits, courses, strict=True))
        assert abs(found - level) < 2.5


def test_a_faster_night_takes_more_power() -> None:
    traits = battery_traits(scalar, PROFILE, 1)
    course = battery_course(scalar, PROFILE, traits, 20_000)
    (_, usual), (_, fast) = (battery_at(scalar, traits, course, 3.0, pace) for pace in (1.0, 8 / 7))
    assert fast == usual * (8 / 7)


def test_some_rest_in_the_evening_and_charge_later() -> None:
    known = world().traits
    resting = [each for home in range(200) if (each := known.of(DeviceRef("battery", home))).rest_h > 0.5]
    assert 15 < len(resting) < 60
    course = battery_course(scalar, PROFILE, resting[0], 20_000)
    assert battery_at(scalar, resting[0], course, 21.0 + resting[0].phase_h + 0.25, 1.0)[1] == 0
    eager = replace(resting[0], rest_h=0.0)
    assert battery_at(scalar, eager, battery_course(scalar, PROFILE, eager, 20_000), 22.5, 1.0)[1] < 0
