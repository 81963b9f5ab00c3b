from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.scenario import Place
from replaysandbox.world.dates import Date, date_of, day_of
from replaysandbox.world.sky import Sky, season
from replaysandbox.world.solar import BELL_HOURS, COUNTS_PER_HOUR
from tests.unit.world.made import profiles


def sky(place: Place | None = None, seed: int = 1) -> Sky:
    return Sky(profiles().solar_inverter, profiles().hvac, place, seed)


@pytest.mark.slow
@given(st.integers(0, 15), st.integers(-719_000, 4_000_000), st.booleans())
@settings(max_examples=13, deadline=None)
def test_each_day_begins_where_the_last_one_ended(region: int, day: int, at_a_place: bool) -> None:
    over = sky(Place("x", 48.0, 11.0) if at_a_place else None)
    today, tomorrow = over.sun(region, day), over.sun(region, day + 1)
    assert today.before + today.total == tomorrow.before
    assert today.total >= 0


def test_every_january_yields_the_same() -> None:
    over = sky()
    januaries = [
        over.yield_before(region, date_of(day_of(year, 1))) - over.yield_before(region, date_of(day_of(year, 0)))
        for year in range(2020, 2040)
        for region in range(3)
    ]
    assert len(set(januaries)) == 1
    assert over.yield_before(0, date_of(day_of(2026, 5))) != over.yield_before(0, date_of(day_of(2026, 4)))


def test_a_year_9999_costs_no_more() -> None:
    over = sky()
    over.sun(3, day_of(9999, 11, 20))
    assert len(over._months) < 200


def test_no_day_beats_a_clear_one() -> None:
    over = sky()
    most = profiles().solar_inverter.habits.clear_share * BELL_HOURS * COUNTS_PER_HOUR
    assert max(over.sun(region, day_of(2026, 5, day)).total for region in range(16) for day in range(30)) <= most + 1


def test_weather_joins_at_midnight_and_follows_the_year() -> None:
    over = sky()
    year = [over.weather(2, day) for day in range(day_of(2026, 0), day_of(2027, 0))]
    assert all(one.ends_c == other.begins_c for one, other in pairwise(year))
    january, july = (sum(each.begins_c for each in year[start : start + 30]) / 30 for start in (0, 185))
    assert july - january == pytest.approx(21, abs=4)


def test_a_seasons_table_is_met_in_mid_month() -> None:
    table = tuple(float(month) for month in range(12))
    assert season(table, Date(2026, 4, 15, 31)) == pytest.approx(4.0, abs=0.02)
    assert season(table, Date(2026, 4, 30, 31)) == pytest.approx(4.5, abs=0.02)
    assert season(table, Date(2026, 0, 0, 31)) == pytest.approx(5.5, abs=0.2)
    assert season(table, Date(2026, 11, 30, 31)) == pytest.approx(5.5, abs=0.2)
