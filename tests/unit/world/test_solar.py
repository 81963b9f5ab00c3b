from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.noise import mix
from replaysandbox.world import scalar
from replaysandbox.world.solar import BELL_HOURS, COUNTS_PER_HOUR, SolarTraits, SunDay, solar_at, solar_traits
from tests.unit.world.made import profiles

PROFILE = profiles().solar_inverter
TRAITS = SolarTraits(0, 5000.0, 1.0, 0)
CLEAR = SunDay(0, round(0.88 * COUNTS_PER_HOUR * BELL_HOURS), 0.0)


def power(hour: float, sun: SunDay = CLEAR) -> float:
    return float(solar_at(scalar, TRAITS, sun, 0, hour, 1.0)[0])


def energy(hour: float, sun: SunDay = CLEAR) -> float:
    return float(solar_at(scalar, TRAITS, sun, 0, hour, 1.0)[1])


@pytest.mark.parametrize(("hour", "share"), [(0, 0), (6, 0), (9, 0.75), (12, 1), (15, 0.75), (18, 0), (23.9, 0)])
def test_the_bell(hour: float, share: float) -> None:
    assert power(hour) == pytest.approx(share * 0.88 * 5000, abs=1)


@given(st.floats(-0.06, 0.06), st.floats(6, 17.9))
@settings(max_examples=20, deadline=None)
def test_energy_is_the_integral_of_power(leaning: float, hour: float) -> None:
    sun = SunDay(0, CLEAR.total, leaning)
    steps = [hour + 0.1 * (step + 0.5) / 200 for step in range(200)]
    area = sum(power(step, sun) for step in steps) * 0.1 / 200
    assert energy(hour + 0.1, sun) - energy(hour, sun) == pytest.approx(area, abs=0.01)
    assert 0 <= power(hour, sun) <= 5000


def test_a_day_gives_its_whole_yield_exactly() -> None:
    sun = SunDay(1000, 5_000_001, 0.05)
    assert energy(18.0, sun) == energy(24.0, sun) == pytest.approx(5000 * 5_001_001 / COUNTS_PER_HOUR, rel=1e-14)
    assert energy(24.0, sun) == energy(0.0, SunDay(5_001_001, 1, 0.0))


def test_before_it_was_installed_the_counter_rests() -> None:
    assert solar_at(scalar, TRAITS, CLEAR, 10**9, 12.0, 1.0)[1] == 0


def test_counters_begin_within_the_years_of_installation() -> None:
    drawn = [solar_traits(scalar, PROFILE, mix(1, home)) for home in range(300)]
    years = {1970 + int(each.since / 365.2425 + 0.01) for each in drawn}
    assert years == {*range(PROFILE.habits.install_first, PROFILE.habits.install_last + 1)}
    assert all(1 - PROFILE.habits.roof_spread <= each.roof <= 1 for each in drawn)
