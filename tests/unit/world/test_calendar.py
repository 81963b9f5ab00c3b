from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.world.calendar import Calendar, shift_to_hour
from replaysandbox.world.dates import DAY_MS, HOUR_MS, instant, instant_ms
from tests.unit.world.made import ZONES, instants

FASTEST = 8.0 / 6.5
ALL = (*ZONES, "Pacific/Apia", "Pacific/Auckland", "Antarctica/Casey", "Asia/Kathmandu", "Pacific/Norfolk")


def test_utc_is_itself() -> None:
    assert Calendar().local(123_456_789) == (123_456_789, 1.0)


@given(st.sampled_from(ALL), instants(), st.integers(1, 30 * 60_000))
@settings(max_examples=50, deadline=None)
def test_world_time_never_jumps_nor_runs_too_fast(zone: str, at: datetime, later_ms: int) -> None:
    calendar = Calendar(ZoneInfo(zone))
    ms = instant_ms(at)
    (one, _), (other, _) = calendar.local(ms), calendar.local(ms + later_ms)
    assert later_ms / FASTEST * 0.9 - 1 <= other - one <= later_ms * FASTEST + 1


@pytest.mark.parametrize("zone", [each for each in ALL if not each.startswith("Antarctica")])
def test_by_daylight_it_is_the_zones_own_time(zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone))
    for day in range(0, 366, 3):
        noon = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
        local, pace = calendar.local(instant_ms(noon))
        assert local % DAY_MS == 12 * HOUR_MS
        assert pace == 1.0


def test_a_night_of_change_gains_its_hour_evenly() -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"))
    evening = instant_ms(datetime(2026, 3, 28, 20, tzinfo=UTC))  # 21:00 there
    assert calendar.local(evening) == (evening + HOUR_MS, 8 / 7)
    assert calendar.local(evening + 7 * HOUR_MS) == (evening + 9 * HOUR_MS, 1.0)
    assert calendar.local(evening + 7 * HOUR_MS // 2)[0] == evening + HOUR_MS + 4 * HOUR_MS
    autumn = instant_ms(datetime(2026, 10, 24, 19, tzinfo=UTC))
    assert calendar.local(autumn)[1] == 8 / 9


@given(st.sampled_from(ALL), instants(), st.integers(0, 23))
@settings(max_examples=20, deadline=None)
def test_pace_is_how_fast_it_runs(zone: str, at: datetime, hours: int) -> None:
    calendar = Calendar(ZoneInfo(zone))
    ms = instant_ms(at) + hours * HOUR_MS
    (one, pace), (other, after) = calendar.local(ms), calendar.local(ms + 1000)
    assert min(pace, after) * 1000 - 2 <= other - one <= max(pace, after) * 1000 + 2


@pytest.mark.parametrize("zone", [None, *ALL])
def test_the_instant_of_a_world_time_by_day(zone: str | None) -> None:
    calendar = Calendar(ZoneInfo(zone) if zone else None, shift_ms=3 * HOUR_MS)
    for day in range(20_400, 20_800, 7):
        local = day * DAY_MS + 9 * HOUR_MS
        assert calendar.local(calendar.instant_ms(local))[0] == local


@pytest.mark.parametrize(
    ("start", "world_at", "hours"),
    [("03:12", "03:12", 0), ("01:00", "23:00", -2), ("23:00", "01:00", 2), ("00:00", "12:00", -12)],
)
def test_the_shift_to_an_hour_is_the_shorter_one(start: str, world_at: str, hours: int) -> None:
    at = datetime.fromisoformat(f"2026-06-01T{start}:00+00:00")
    shift = shift_to_hour(instant_ms(at), world_at)
    assert shift == hours * HOUR_MS
    assert instant(instant_ms(at) + shift).strftime("%H:%M") == world_at


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replaysandbox.world.calendar._CACHE", 50)
    calendar = Calendar(ZoneInfo("Europe/Berlin"))
    for day in range(200):
        calendar.offset_ms(day)
    assert len(calendar._offsets) < 60
