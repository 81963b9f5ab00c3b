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
