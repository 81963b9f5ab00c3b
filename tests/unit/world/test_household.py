from __future__ import annotations

from itertools import pairwise
from statistics import fmean, median

from replaysandbox.core.noise import mix
from replaysandbox.world import scalar
from replaysandbox.world.dates import DAY_MS, HOUR_MS
from replaysandbox.world.household import household_traits, load_curve, load_w, losses_w
from replaysandbox.world.ops import day_line
from tests.unit.world.made import profiles

PROFILE = profiles().meter
_MONDAY = 20_605  # 2026-06-01


def load(home: int, hour: float, weekday: int = 0) -> float:
    traits = household_traits(scalar, PROFILE, mix(1, home))
    local = (_MONDAY + weekday) * DAY_MS + round(hour * HOUR_MS)
    daily = day_line(load_curve(PROFILE, weekday))
    return float(load_w(scalar, PROFILE.habits, traits, daily, hour, local))


def test_mornings_and_evenings_peak_and_nights_rest() -> None:
    night, morning, forenoon, evening = (median(load(home, hour) for home in range(200)) for hour in (4, 7, 9, 19))
    assert night < forenoon < morning < evening


def test_weekends_differ() -> None:
    assert fmean(load(home, 13, 5) for home in range(100)) > 1.2 * fmean(load(home, 13, 2) for home in range(100))


def test_nobody_draws_less_than_the_floor_and_nothing_jumps() -> None:
    for home in range(3):
        drawn = [load(home, minute / 30) for minute in range(24 * 30)]
        assert min(drawn) >= PROFILE.habits.floor_w
        assert max(abs(one - other) for one, other in pairwise(drawn)) < 200


def test_conversion_costs_a_share_either_way() -> None:
    habits = PROFILE.habits
    assert losses_w(scalar, habits, -1000, 0) == losses_w(scalar, habits, 1000, 0) == 1000 * habits.battery_loss_share
    assert losses_w(scalar, habits, 0, 7000) == 7000 * habits.vehicle_loss_share
