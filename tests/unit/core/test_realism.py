from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.realism import Limit, Spent, is_meant, spend, taken_at

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def waits(limit: Limit, *seconds: float) -> list[int]:
    """Call at these instants, one after another; give how long each has to wait."""
    spent: Spent | None = None
    told = []
    for each in seconds:
        spent, wait_s = spend(limit, spent, after(each))
        told.append(wait_s)
    return told


def test_routes_are_meant_by_name_or_beginning() -> None:
    assert is_meant(("GET /a", "POST /b/*"), "POST /b/{id}/c")
    assert not is_meant(("GET /a", "POST /b/*"), "GET /a/b")


@given(
    every_s=st.integers(1, 86_400), lag_s=st.integers(0, 3600), phase=st.integers(0, 2**64), ago_s=st.floats(0, 86_400)
)
def test_a_reading_is_from_a_fixed_instant_never_older_than_its_span_and_never_newer_than_the_lag(
    every_s: int, lag_s: int, phase: int, ago_s: float
) -> None:
    at = after(-ago_s)
    taken = taken_at(every_s, lag_s, phase, at)
    age_s = (at - taken).total_seconds()
    assert lag_s <= age_s < lag_s + every_s + 0.001
    later = taken + timedelta(seconds=lag_s + every_s, milliseconds=-1)
    assert taken_at(every_s, lag_s, phase, later) == taken
    assert taken_at(every_s, lag_s, phase, later + timedelta(milliseconds=1)) == taken + timedelta(seconds=every_s)


def test_without_a_span_a_reading_is_of_now_or_as_old_as_the_lag() -> None:
    assert taken_at(0, 0, 7, AT) == AT
    assert taken_at(0, 60, 7, AT) == after(-60)


def test_a_window_takes_so_many_calls_and_the_next_one_as_many_again() -> None:
    limit = Limit(calls=2, per_s=60)
    assert waits(limit, 10, 20, 30, 59.9, 60, 61, 62) == [0, 0, 30, 1, 0, 0, 58]


def test_a_day_begins_at_midnight_utc() -> None:
    assert waits(Limit(calls=1, per_s=86_400), 0, 1, 12 * 3600) == [0, 12 * 3600 - 1, 0]


def test_a_bucket_holds_so_many_calls_and_gets_another_one_now_and_then() -> None:
    limit = Limit(calls=3, refill_s=30)
    assert waits(limit, 0, 0, 0, 0, 29, 30, 30, 1000, 1000, 1000, 1000) == [0, 0, 0, 30, 1, 0, 30, 0, 0, 0, 30]


def test_a_clock_that_is_wound_back_makes_nobody_wait_for_tomorrow() -> None:
    assert waits(Limit(calls=1, refill_s=30), 86_400, 86_400, 0) == [0, 30, 0]
    assert waits(Limit(calls=1, per_s=60), 86_400, 86_400, 0) == [0, 60, 0]


@given(gaps=st.lists(st.floats(0, 100), max_size=40), calls=st.integers(1, 5), refill_s=st.integers(1, 60))
def test_who_waits_as_long_as_told_is_served(gaps: list[float], calls: int, refill_s: int) -> None:
    limit = Limit(calls=calls, refill_s=refill_s)
    spent: Spent | None = None
    now_s = 0.0
    for gap in gaps:
        now_s += gap
        spent, wait_s = spend(limit, spent, after(now_s))
        if wait_s:
            now_s += wait_s
            spent, wait_s = spend(limit, spent, after(now_s))
        assert wait_s == 0
