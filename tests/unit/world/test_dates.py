from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.world.dates import (
    Date,
    date_of,
    day_of,
    days_in_month,
    instant,
    instant_ms,
    is_leap,
    weekday,
)

_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)
_EPOCH = date(1970, 1, 1).toordinal()


@given(st.dates(_FIRST, _LAST))
@settings(max_examples=50, deadline=None)
def test_dates_are_those_of_the_calendar(day: date) -> None:
    number = day.toordinal() - _EPOCH
    days = calendar.monthrange(day.year, day.month)[1]
    assert date_of(number) == Date(day.year, day.month - 1, day.day - 1, days)
    assert day_of(day.year, day.month - 1, day.day - 1) == number
    assert weekday(number) == day.weekday()


def test_beyond_the_year_9999_they_go_on() -> None:
    assert date_of(day_of(12_345, 1, 28)) == Date(12_345, 2, 0, 31)


def test_arrays_are_dates_too() -> None:
    days = np.arange(-800, 40_000, 13)
    dates = date_of(days)
    for position in range(0, len(days), 97):
        alone = date_of(int(days[position]))
        assert (dates.year[position], dates.month[position], dates.day[position], dates.days[position]) == (
            alone.year,
            alone.month,
            alone.day,
            alone.days,
        )


@pytest.mark.parametrize("year", [1900, 1970, 2000, 2023, 2024, 2100, 2400, 9996])
def test_leap_years(year: int) -> None:
    assert is_leap(year) == calendar.isleap(year)
    assert [days_in_month(year, month) for month in range(12)] == [
        calendar.monthrange(year, each)[1] for each in range(1, 13)
    ]


@pytest.mark.parametrize(
    "at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 29, 3, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=2))),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
    ],
)
def test_instants_are_exact_to_the_millisecond(at: datetime) -> None:
    ms = instant_ms(at)
    assert timedelta(0) <= at - instant(ms) < timedelta(milliseconds=1)
