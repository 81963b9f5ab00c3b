from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.noise import mix
from replaysandbox.world import scalar
from replaysandbox.world.feasible import NIGHT_PACE
from replaysandbox.world.vehicle import LIMITS_PCT, CarDay, VehicleTraits, car_at, car_day, vehicle_traits
from tests.unit.world.made import profiles

PROFILE = profiles().vehicle
_DAYS = st.integers(-1000, 3_000_000)


def made(key: int, day: int, charger_w: float = 7400.0) -> tuple[VehicleTraits, CarDay]:
    traits = vehicle_traits(scalar, PROFILE, key, charger_w)
    return traits, car_day(scalar, PROFILE, traits, day)


@given(st.integers(0, 2**64 - 1), _DAYS, st.sampled_from([7400.0, 11_000.0, 22_000.0]))
@settings(max_examples=33, deadline=None)
def test_a_day_breaks_no_law(key: int, day: int, charger_w: float) -> None:
    traits, drawn = made(key, day, charger_w)
    assert [*drawn.hours] == sorted(drawn.hours)
    assert (drawn.hours[0], drawn.hours[-1]) == (6.0, 30.0)
    assert all(10 <= level <= 100 for level in drawn.levels)
    for (x0, x1), (y0, y1) in zip(pairwise(drawn.hours), pairwise(drawn.levels), strict=True):
        middle = (x0 + x1) / 2
        _, power, plugged, _ = car_at(scalar, traits, drawn, middle, 1.0)
        assert power * (NIGHT_PACE if x1 > 21 else 1.0) <= traits.max_charge_w + 1e-6
        if y1 > y0:
            assert plugged
            assert y1 <= traits.limit_pct
        if y1 < y0:
            assert not plugged
            assert x1 - x0 > 1 / 3


@given(st.integers(0, 2**64 - 1), _DAYS)
@settings(max_examples=20, deadline=None)
def test_two_days_agree_at_six(key: int, day: int) -> None:
    _, today = made(key, day)
    traits, tomorrow = made(key, day + 1)
    assert today.levels[-1] == tomorrow.levels[0]
    plugged_before = car_at(scalar, traits, today, 30 - 1e-9, 1.0)[2]
    assert plugged_before == car_at(scalar, traits, tomorrow, 6.0, 1.0)[2]
    if day > traits.since:
        assert abs(today.odometer_km + today.km - tomorrow.odometer_km) < 1e-6
        assert today.km > 0


def test_every_car_drives_by_day_and_in_the_evening() -> None:
    for home in range(80):
        _, drawn = made(mix(1, home), 20_000)
        trips = [
            (x0, x1)
            for (x0, x1), (y0, y1) in zip(pairwise(drawn.hours), pairwise(drawn.levels), strict=True)
            if y1 < y0
        ]
        assert len(trips) == 4
        assert trips[2][1] < 17 < trips[3][0]
        assert trips[3][1] < 21


@pytest.mark.slow
def test_nights_elsewhere_are_rare_and_never_two_in_a_row() -> None:
    out = [[made(mix(1, home), day)[1].plugs_h > 30 for day in range(20_000, 20_020)] for home in range(50)]
    share = sum(map(sum, out)) / 1000
    assert 0.001 < share < 0.02
    assert not any(one and other for nights in out for one, other in pairwise(nights))


def test_after_a_night_elsewhere_the_car_has_not_charged() -> None:
    home, day = next(
        (home, day) for home in range(300) for day in range(20_000, 20_010) if made(mix(1, home), day)[1].plugs_h > 30
    )
    _, before = made(mix(1, home), day)
    traits, after = made(mix(1, home), day + 1)
    assert after.levels[0] == after.levels[1] == before.levels[-2]
    assert not car_at(scalar, traits, after, 7.0, 1.0)[2]
    assert min(after.levels) >= 10


def test_limits_are_what_drivers_choose() -> None:
    limits = [made(mix(1, home), 20_000)[0].limit_pct for home in range(300)]
    assert {*limits} == {*LIMITS_PCT}
    assert sorted(limits)[150] == 95.0


def test_the_odometer_rises_while_driving_only() -> None:
    traits, drawn = made(mix(1, 5), 21_000)
    steps = [6 + minute / 60 for minute in range(24 * 60)]
    read = [car_at(scalar, traits, drawn, hour, 1.0) for hour in steps]
    for (_, power, _, one), (_, after, _, other) in pairwise(read):
        assert other >= one - 1e-9
        if power >= 0 and after >= 0:
            assert abs(other - one) < 1e-6
    assert abs(read[-1][3] - read[0][3] - drawn.km) < 1e-6
