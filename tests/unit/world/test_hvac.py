from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.noise import mix
from replaysandbox.world import scalar
from replaysandbox.world.dates import DAY_MS, date_of, day_of
from replaysandbox.world.hvac import (
    AUTO,
    COOL,
    HEAT,
    hvac_power,
    hvac_traits,
    mode_of,
    outdoor_at,
    room_at,
    room_day,
    setpoints,
)
from replaysandbox.world.ops import day_line
from tests.unit.world.made import profiles

PROFILE = profiles().hvac
HABITS = PROFILE.habits


@pytest.mark.parametrize(("month", "mode"), [(0, HEAT), (11, HEAT), (3, AUTO), (6, COOL), (9, AUTO)])
def test_months_say_what_a_zone_does(month: int, mode: int) -> None:
    assert mode_of(HABITS, date_of(day_of(2026, month, 10))) == mode


@given(st.integers(0, 2**64 - 1), st.integers(0, 3_000_000))
@settings(max_examples=20, deadline=None)
def test_rooms_stay_livable_and_two_days_agree_at_midnight(key: int, day: int) -> None:
    traits = hvac_traits(scalar, PROFILE, key)
    one, other = (room_day(scalar, PROFILE, traits, each, date_of(each - 1), date_of(each)) for each in (day, day + 1))
    assert all(15 < room < 30 for room in one.rooms)
    before, _ = room_at(scalar, traits, one, 24.0, (day + 1) * DAY_MS)
    after, _ = room_at(scalar, traits, other, 0.0, (day + 1) * DAY_MS)
    assert before == pytest.approx(after, abs=1e-9)


def test_setpoints_fall_back_at_night_unless_held() -> None:
    traits = replace(hvac_traits(scalar, PROFILE, 1), permanent=False, off_c=0.5)
    assert setpoints(scalar, HABITS, traits, 12.0) == (21.5, 25.5)
    assert setpoints(scalar, HABITS, traits, 3.0) == (18.5, 28.5)
    assert setpoints(scalar, HABITS, replace(traits, permanent=True), 3.0) == (21.5, 25.5)


@pytest.mark.parametrize(
    ("mode", "outdoor", "runs"),
    [
        (HEAT, -5, True),
        (HEAT, 30, False),
        (COOL, 33, True),
        (COOL, 0, False),
        (AUTO, 0, True),
        (AUTO, 33, False),
        (AUTO, 17, False),
    ],
)
def test_power_follows_the_weather(mode: int, outdoor: float, runs: bool) -> None:
    for home in range(30):
        traits = hvac_traits(scalar, PROFILE, mix(1, home))
        power = hvac_power(scalar, HABITS, traits, mode, 21.0, 0.0, outdoor)
        assert (power > 0) == runs
        assert power <= traits.rated_w


def test_a_falling_room_needs_no_heat_and_a_rising_one_more() -> None:
    traits = hvac_traits(scalar, PROFILE, 1)
    falling, steady, rising = (hvac_power(scalar, HABITS, traits, HEAT, 20.0, each, 5.0) for each in (-6.0, 0.0, 1.0))
    assert falling == 0 < steady < rising


def test_it_is_coldest_before_dawn_and_warmest_in_the_afternoon() -> None:
    daily = day_line(HABITS.outdoor_day_c)
    read = [outdoor_at(scalar, daily, 10.0, 10.0, hour / 4) for hour in range(96)]
    assert read.index(min(read)) == 5 * 4
    assert read.index(max(read)) == 15 * 4
    assert outdoor_at(scalar, daily, 8.0, 12.0, 24.0) == outdoor_at(scalar, daily, 12.0, 0.0, 0.0)
