"""The range and steps of a time series, read from a query, in the home's local time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_LENGTH = re.compile(r"(\d{1,4})([mhd])")
UNITS = ("year", "month", "day")
"""Parts of a date that say a range, the longest first."""

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Span:
    """One step of a series: its first instant, and the first after it."""

    at: datetime
    until: datetime


def read_instant(text: str, zone: tzinfo, *, end: bool = False) -> datetime | None:
    """Read an instant of a query.

    Args:
        text: `2026-06-01`, `2026-06-01 12:00:00`, `2026-06-01T12:00:00Z`, or seconds since 1970.
        zone: Zone of texts that name none.
        end: A date alone then means the end of that day.

    Returns:
        The instant, or None where the text is none.
    """
    try:
        if text.isascii() and text.isdigit() and len(text) == 10:
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text.strip())
        if end and len(text.strip()) == 10:
            at += timedelta(days=1)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def calendar_range(numbers: Sequence[int], zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Tell the first instant of a local year, month or day, and the first after it; None where there is none.

    Args:
        numbers: Year; year and month; or year, month and day.
        zone: Zone in which it begins.
    """
    if not numbers:
        return None
    try:
        year, month, day = (*numbers, 1, 1)[: len(UNITS)]
        begin = datetime(year, month, day)  # noqa: DTZ001 - local, made an instant below
        end = _next(begin, "1d" if len(numbers) == len(UNITS) else UNITS[len(numbers) - 1])
    except (ValueError, OverflowError):
        return None
    return _utc(begin, zone), _utc(end, zone)


def length_of(step: str) -> timedelta | None:
    """Tell how long a step is; None for months and years, which differ."""
    if step == "week":
        return timedelta(days=7)
    found = _LENGTH.fullmatch(step)
    return int(found[1]) * _UNITS[found[2]] if found else None


def spans(start: datetime, end: datetime, step: str, zone: tzinfo, *, whole: bool) -> Iterator[Span]:
    """Cut a range into steps.

    Args:
        start: First instant.
        end: First instant after the range.
        step: `15m`, `1h`, `1d`, `week`, `month`, `year`.
        zone: Zone in which days begin.
        whole: Whether the first step begins where its hour, day or month does, or at `start`.
    """
    local = start.astimezone(zone).replace(tzinfo=None)
    if whole:
        local = _floored(local, step)
    at, length = _utc(local, zone), length_of(step)
    while at < end:
        try:
            local, until = _after(at, local, step, length, zone)
        except (ValueError, OverflowError):  # the last year there is
            until = end
        if until > at:  # false for hours that a change to summer time skips
            yield Span(at, until)
        at = max(at, until)


def _after(
    at: datetime, local: datetime, step: str, length: timedelta | None, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Tell when a step ends, in local time and as an instant: one of an hour or less lasts as long as it says."""
    if length is None or length > _UNITS["h"]:
        local = _next(local, step)
        return local, _utc(local, zone)
    until = at + length
    floored = _utc(_floored(until.astimezone(zone).replace(tzinfo=None), step), zone)
    return local, floored if at < floored else until


def begin_of(at: datetime, step: str, zone: tzinfo) -> datetime:
    """Tell when the day, week, month or year began that ends at an instant, or that an instant lies in."""
    before = at - timedelta(microseconds=1)
    return _utc(_floored(before.astimezone(zone).replace(tzinfo=None), step), zone)


def _utc(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _floored(local: datetime, step: str) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if step == "week":
        return midnight - timedelta(days=midnight.weekday())
    if step == "month":
        return midnight.replace(day=1)
    if step == "year":
        return midnight.replace(month=1, day=1)
    length = length_of(step) or timedelta(days=1)
    if length >= timedelta(days=1):
        return midnight
    return (midnight + (local - midnight) // length * length).replace(fold=local.fold)  # which of two equal hours


def _next(local: datetime, step: str) -> datetime:
    if step == "month":
        return local.replace(year=local.year + local.month // 12, month=local.month % 12 + 1, day=1)
    if step == "year":
        return local.replace(year=local.year + 1, day=1)
    return local + (length_of(step) or timedelta(days=1))
