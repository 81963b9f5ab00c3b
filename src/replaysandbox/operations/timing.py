"""When a command is to work: at once, later, or in a window; as the API's words say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

HORIZON = timedelta(days=30)
"""Furthest start. Source: live-api.md, section 6 (/concepts/scheduling)."""

_RELATIVE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(m|h)")
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Timing:
    """When a command works.

    Attributes:
        execution: immediate, scheduled or windowed.
        start: Instant it is put off to; None for at once.
        end: Instant at which it ends; None for no end.
    """

    execution: Literal["immediate", "scheduled", "windowed"]
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadTiming:
    """Words for a time that cannot be.

    Attributes:
        error: Name of the error: bad_body, start_in_past, start_out_of_range, invalid_time_window.
        reason: Why, as a word for programs.
    """

    error: str
    reason: str


def read_timing(start: str | None, end: str | None, at: datetime, zone: tzinfo) -> Timing | BadTiming:
    """Read the start and end of a command.

    Args:
        start: `YYYY-MM-DDTHH:MM:SS` in the plant's local time, or relative: `30m`, `1.5h`; None for at once.
        end: The same; relative to the start.
        at: Instant of the request.
        zone: Zone of the plant.

    Source:
        live-api.md, sections 3.3 and 6.
    """
    if start is None:
        return Timing("immediate") if end is None else BadTiming("invalid_time_window", "end_without_start")
    begins = _instant(start, at, zone)
    if begins is None:
        return BadTiming("bad_body", f"has the start '{start[:40]}'; it takes local YYYY-MM-DDTHH:MM:SS, or 30m, 1.5h")
    if begins <= at:
        return BadTiming("start_in_past", "start_in_past")
    if begins - at > HORIZON:
        return BadTiming("start_out_of_range", "start_out_of_range")
    if end is None:
        return Timing("scheduled", begins)
    ends = _instant(end, begins, zone)
    if ends is None:
        return BadTiming("bad_body", f"has the end '{end[:40]}'; it takes local YYYY-MM-DDTHH:MM:SS, or 30m, 1.5h")
    if ends <= begins:
        return BadTiming("invalid_time_window", "end_not_after_start")
    return Timing("windowed", begins, ends)


def _instant(text: str, since: datetime, zone: tzinfo) -> datetime | None:
    relative = _RELATIVE.fullmatch(text)
    try:
        if relative:
            amount = float(relative[1])
            return since + (timedelta(minutes=amount) if relative[2] == "m" else timedelta(hours=amount))
        if _LOCAL.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None
