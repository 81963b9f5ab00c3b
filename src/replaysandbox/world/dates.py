"""Dates by integer arithmetic: any year, and the same on numpy arrays.

A day is a count of days since 1970-01-01, negative before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

Whole = Any
"""An int, or a numpy array of them: the formulas below are written once over both."""

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone(timedelta(0)))


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the Gregorian calendar; fields are ints or arrays of them.

    Attributes:
        year: Year.
        month: 0 for January to 11.
        day: Day of the month, from 0.
        days: Days in this month.
    """

    year: Whole
    month: Whole
    day: Whole
    days: Whole


def instant_ms(at: datetime) -> int:
    """Count milliseconds since 1970 up to an aware instant, exactly. [ms]"""
    since = at - EPOCH
    return since.days * DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def instant(ms: int) -> datetime:
    """Turn milliseconds since 1970 into an aware UTC instant."""
    return EPOCH + timedelta(milliseconds=ms)


def date_of(day: Whole) -> Date:
    """Find the date of a day.

    Source:
        H. Hinnant, chrono-Compatible Low-Level Date Algorithms, 2014, `civil_from_days`, with months from March.
    """
    shifted = day + 719_468
    era = shifted // 146_097
    doe = shifted - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    march = (5 * doy + 2) // 153
    january = march // 10  # 1 for January and February, which belong to the next year
    year = yoe + era * 400 + january
    return Date(
        year,
        march + 2 - 12 * january,
        doy - (153 * march + 2) // 5,
        days_in_month(year, march + 2 - 12 * january),
    )


def day_of(year: Whole, month: Whole, day: Whole = 0) -> Whole:
    """Count the days since 1970 up to a date; month and day from 0.

    Source:
        H. Hinnant, chrono-Compatible Low-Level Date Algorithms, 2014, `days_from_civil`.
    """
    early = (11 - month) // 10  # 1 for January and February
    shifted = year - early
    era = shifted // 400
    yoe = shifted - era * 400
    march = month - 2 + 12 * early
    doy = (153 * march + 2) // 5 + day
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468


def is_leap(year: Whole) -> Whole:
    """Tell whether a year has a 29 February, as 0 or 1."""
    return (year % 4 == 0) * 1 - (year % 100 == 0) * 1 + (year % 400 == 0) * 1


def days_in_month(year: Whole, month: Whole) -> Whole:
    """Count the days of a month, January being 0."""
    return 30 + (month + 1 + month // 7) % 2 - (month == 1) * (2 - is_leap(year))


def weekday(day: Whole) -> Whole:
    """Tell the day of the week, Monday being 0."""
    return (day + 3) % 7
