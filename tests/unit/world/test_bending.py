from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.bend import Bend
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import Reading
from replaysandbox.core.scenario import NamedHome
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.world.bending import bend
from replaysandbox.world.dates import HOUR_MS
from replaysandbox.world.laws import broken_between, broken_laws
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import World, build_world, shifted
from tests.unit.world.made import START, profiles


def started(family: str, level: float, start: datetime, seed: int = 1, zone: str | None = None) -> World:
    scenario = replace(read_scenario("people"), named=(NamedHome("zoe", {family: level}),), homes=1)
    return build_world(profiles(), scenario, start=start, seed=seed, zone=zone)


@pytest.mark.slow
@given(
    st.sampled_from(["battery", "vehicle"]),
    st.floats(11, 100),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 10_000),
    st.sampled_from([None, "Europe/Berlin"]),
)
@settings(max_examples=12, deadline=None)
def test_a_device_starts_where_it_is_told_and_goes_back_by_the_laws(
    family: str, level: float, minute: int, seed: int, zone: str | None
) -> None:
    start = datetime(2026, 3, 28, tzinfo=UTC) + timedelta(minutes=minute)
    made, usual = started(family, level, start, seed, zone), started("nothing", 0, start, seed, zone)
    device = DeviceRef(family, 0)
    steps = [start + timedelta(minutes=10 * step) for step in range(4 * 144)]
    readings = [reading_at(made, device, at) for at in steps]
    assert readings[0].level_pct == pytest.approx(level, abs=0.0051)  # type: ignore[union-attr]
    for one, other in pairwise(readings):
        assert broken_laws(family, other) == []
        assert broken_between(family, one, other, 1 / 6) == []
    assert readings[-1] == reading_at(usual, device, steps[-1])
    before = start - timedelta(hours=1)
    assert reading_at(made, device, before) == reading_at(usual, device, before)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 24 * 60 - 1), st.floats(11, 100))
def test_level_follows_power_on_the_way(minute: int, level: float) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute)
    for family in ("battery", "vehicle"):
        made = started(family, level, start)
        readings = [reading_at(made, DeviceRef(family, 0), start + timedelta(minutes=step)) for step in range(180)]
        for one, other in pairwise(readings):
            assert broken_between(family, one, other, 1 / 60) == []


def test_an_empty_battery_is_back_within_hours() -> None:
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)
    made = started("battery", 12.0, start)
    device = DeviceRef("battery", 0)
    first = reading_at(made, device, start)
    assert first.charge_w == pytest.approx(first.max_charge_w, rel=0.12)  # type: ignore[union-attr]
    assert reading_at(made, device, start + timedelta(hours=4)) == reading_at(
        started("nothing", 0, start), device, start + timedelta(hours=4)
    )


def test_a_car_with_little_left_waits_for_the_night() -> None:
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)
    made, device = started("vehicle", 21.0, start), DeviceRef("vehicle", 0)
    day = [reading_at(made, device, start + timedelta(minutes=minute)) for minute in range(0, 8 * 60, 5)]
    assert all(not each.charging for each in day)  # type: ignore[union-attr]
    assert min(each.level_pct for each in day) >= 10  # type: ignore[union-attr]
    night = reading_at(made, device, start + timedelta(hours=16))
    assert night.charge_w > 0.95 * night.max_charge_w  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        Bend(START, "set", values={"level_pct": 40.0}, number=1),
        Bend(START, "charge", values={"target_pct": 60.0}, number=1),
        Bend(START, "limits", values={"limit_pct": 70.0}, number=1, source="a setting"),
    ],
    ids=lambda change: change.does,
)
def test_at_another_hour_nothing_is_left_of_the_courses_of_this_one(change: Bend) -> None:
    car = DeviceRef("vehicle", 0)

    def day_in(made: World) -> list[Reading]:
        told = {car: bend(made, car, None, change)}
        return [reading_at(made, car, START + timedelta(hours=hour), told) for hour in range(30)]

    here = build_world(profiles(), read_scenario("default"), start=START)
    alone = shifted(build_world(profiles(), read_scenario("default"), start=START), 6 * HOUR_MS)
    day_in(here)
    assert day_in(shifted(here, 6 * HOUR_MS)) == day_in(alone)


def test_a_level_to_start_with_is_another_course_at_another_hour() -> None:
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)
    made, device = started("vehicle", 40.0, start), DeviceRef("vehicle", 0)
    for hour in range(30):
        reading_at(made, device, start + timedelta(hours=hour))
    moved, alone = shifted(made, 6 * HOUR_MS), shifted(started("vehicle", 40.0, start), 6 * HOUR_MS)
    for hour in range(30):
        at = start + timedelta(hours=hour)
        assert reading_at(moved, device, at) == reading_at(alone, device, at)
