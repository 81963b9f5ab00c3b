from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.clock import LATEST
from replaysandbox.operations.timing import BadTiming, Timing, read_timing

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def after(**passed: float) -> datetime:
    return AT + timedelta(**passed)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, Timing("immediate")),
        ("30m", None, Timing("scheduled", after(minutes=30))),
        ("1.5h", "2h", Timing("windowed", after(hours=1.5), after(hours=3.5))),
        ("2026-06-10T22:00:00", None, Timing("scheduled", datetime(2026, 6, 10, 21, tzinfo=UTC))),
        ("2026-06-10T22:00:00", "2026-06-11T02:00:00", Timing("windowed", after(hours=9), after(hours=13))),
        ("720h", None, Timing("scheduled", after(days=30))),
    ],
)
def test_times_are_read_in_the_plants_zone(start: str | None, end: str | None, expected: Timing) -> None:
    assert read_timing(start, end, AT, LONDON) == expected


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (None, "2h", "invalid_time_window"),
        ("2h", "0h", "invalid_time_window"),
        ("2026-06-11T00:00:00", "2026-06-10T23:00:00", "invalid_time_window"),
        ("0m", None, "start_in_past"),
        ("2026-06-10T13:00:00", None, "start_in_past"),
        ("2025-06-10T13:00:00", None, "start_in_past"),
        ("721h", None, "start_out_of_range"),
        ("999999h", None, "start_out_of_range"),
        ("2026-06-10T22:00:00Z", None, "bad_body"),
        ("2026-06-10T22:00:00+01:00", None, "bad_body"),
        ("2026-02-30T22:00:00", None, "bad_body"),
        ("tomorrow", None, "bad_body"),
        ("", None, "bad_body"),
        ("1h", "later", "bad_body"),
    ],
)
def test_times_that_cannot_be_are_told(start: str | None, end: str | None, error: str) -> None:
    timing = read_timing(start, end, AT, LONDON)
    assert isinstance(timing, BadTiming)
    assert timing.error == error


@given(st.text(max_size=30), st.none() | st.text(max_size=30))
def test_any_words_get_an_answer(start: str, end: str | None) -> None:
    assert isinstance(read_timing(start, end, AT, UTC), Timing | BadTiming)


def test_the_last_days_there_are_have_a_later_too() -> None:
    assert read_timing("1h", None, LATEST, LONDON) == Timing("scheduled", LATEST + timedelta(hours=1))
