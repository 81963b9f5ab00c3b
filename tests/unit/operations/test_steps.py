from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.operations.steps import length_of, read_instant, spans

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-06-01T12:00:00Z", "2026-06-01 14:00:00", "2026-06-01T14:00:00+02:00", "1780315200"]
)
def test_instants_are_read_in_the_homes_zone(text: str) -> None:
    assert read_instant(text, OSLO) == NOON


def test_a_date_alone_is_its_whole_day() -> None:
    assert read_instant("2026-06-01", UTC) == datetime(2026, 6, 1, tzinfo=UTC)
    assert read_instant("2026-06-01", UTC, end=True) == datetime(2026, 6, 2, tzinfo=UTC)
    for text in ("", "soon", "2026-13-01", "99999999999999999999"):
        assert read_instant(text, UTC) is None


def test_lengths() -> None:
    assert length_of("15m") == timedelta(minutes=15)
    assert length_of("week") == timedelta(days=7)
    assert length_of("month") is None


@given(
    st.timedeltas(timedelta(), timedelta(days=3650)),
    st.integers(1, 200),
    st.sampled_from(["15m", "1h", "1d", "week", "month", "year"]),
    st.booleans(),
)
def test_steps_join_and_cover_the_range(since: timedelta, hours: int, step: str, whole: bool) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC) + since
    end = start + timedelta(hours=hours)
    found = list(spans(start, end, step, OSLO, whole=whole))
    assert found[0].at <= start
    assert found[-1].until >= end
    assert all(one.until == two.at for one, two in pairwise(found))
    assert all(span.at < end for span in found)


@pytest.mark.parametrize(("step", "minutes"), [("15m", 15), ("1h", 60)])
@pytest.mark.parametrize("whole", [True, False])
def test_steps_of_an_hour_or_less_are_as_long_where_clocks_are_put_back_and_forward(
    step: str, minutes: int, whole: bool
) -> None:
    for day in (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)):
        found = list(spans(day, day + timedelta(hours=5), step, OSLO, whole=whole))
        assert {span.until - span.at for span in found} == {timedelta(minutes=minutes)}
        assert (found[0].at, len(found)) == (day, 5 * 60 // minutes)
    again = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 02:00 for the second time
    assert next(spans(again, again + timedelta(hours=1), step, OSLO, whole=whole)).at == again


def test_days_are_local_days_where_clocks_are_put_back_and_forward() -> None:
    for day, hours in ((datetime(2026, 10, 24, 22, tzinfo=UTC), 25), (datetime(2026, 3, 28, 23, tzinfo=UTC), 23)):
        (span,) = spans(day, day + timedelta(hours=1), "1d", OSLO, whole=True)
        assert span.until - span.at == timedelta(hours=hours)


@pytest.mark.parametrize("step", ["1d", "week", "month", "year"])
def test_steps_end_with_the_last_year_there_is(step: str) -> None:
    start, end = datetime(9999, 12, 30, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC)
    assert list(spans(start, end, step, OSLO, whole=True))[-1].until == end
