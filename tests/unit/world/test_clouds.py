from __future__ import annotations

from collections import Counter
from statistics import median

import pytest

from replaysandbox.world.clouds import lean, month_clouds, quantiles, years_of_kind
from replaysandbox.world.dates import is_leap
from tests.unit.world.made import profiles

CURVE = profiles().solar_inverter.habits.cloud_curve


@pytest.mark.parametrize("days", [28, 29, 30, 31])
def test_each_month_has_the_same_days_in_another_order(days: int) -> None:
    months = [month_clouds(seed, region, 2026, 5, days, CURVE) for seed in (1, 2) for region in range(4)]
    assert {tuple(sorted(each)) for each in months} == {tuple(sorted(quantiles(CURVE, days)))}
    assert len(set(months)) == len(months)


def test_half_of_all_days_are_nearly_clear() -> None:
    assert median(quantiles(CURVE, 31)) >= 0.8
    assert all(0 < each <= 1 for each in quantiles(CURVE, 31))


def test_leans_go_both_ways_and_stay_small() -> None:
    drawn = [lean(1, 3, day) for day in range(200)]
    assert min(drawn) < -0.5
    assert max(drawn) > 0.5
    assert all(-1 <= each < 1 for each in drawn)


@pytest.mark.parametrize("year", [2, 9, 17, 101, 401, 2026, 9999])
def test_years_are_counted_by_kind(year: int) -> None:
    counted = {(kind, leap): count for kind, leap, count in years_of_kind(year)}
    assert counted == dict(Counter((each % 8, is_leap(each)) for each in range(1, year)))
