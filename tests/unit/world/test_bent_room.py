"""A zone that was told what to do: setpoints at once, the room with lag, back without a jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from replaysandbox.core.bend import Bend
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import HvacReading
from replaysandbox.world.bending import bend
from replaysandbox.world.bent import Bent
from replaysandbox.world.laws import broken_between, broken_laws
from replaysandbox.world.reading import reading_at
from tests.unit.worlds import amps

WORLD, ZONE = amps().world, DeviceRef("hvac", 0)
WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


def read(bent: Bent, at: datetime) -> HvacReading:
    reading = reading_at(WORLD, ZONE, at, {ZONE: bent} if bent.checks else {})
    assert isinstance(reading, HvacReading)
    return reading


def hours(bent: Bent, start: datetime, count: float) -> list[HvacReading]:
    return [read(bent, start + timedelta(minutes=10 * step)) for step in range(int(count * 6))]


def test_heating_holds_its_setpoint_at_once_and_the_room_follows() -> None:
    bent = bend(WORLD, ZONE, None, Bend(WINTER, "heat", WINTER + timedelta(hours=6), {"heat_c": 25.0}))
    seen = hours(bent, WINTER, 6)
    assert (seen[0].mode, seen[0].hold, seen[0].heat_setpoint_c) == ("heat", "permanent", 25.0)
    assert seen[0].room_c == pytest.approx(read(Bent(), WINTER).room_c, abs=0.01)
    assert seen[0].power_w > read(Bent(), WINTER).power_w
    assert seen[-1].room_c == pytest.approx(25.0, abs=0.1)
    after = hours(bent, WINTER + timedelta(hours=6), 24)
    assert (after[0].hold, after[-1]) == ("follow_schedule", read(Bent(), after[-1].at))
    for one, other in pairwise(seen + after):
        assert broken_laws("hvac", other) == []
        assert broken_between("hvac", one, other, 1 / 6) == []


def test_off_rests_and_the_room_goes_where_the_weather_takes_it() -> None:
    seen = hours(bend(WORLD, ZONE, None, Bend(WINTER, "off")), WINTER, 30)
    assert {(each.power_w, each.mode) for each in seen} == {(0, "off")}
    assert seen[-1].room_c < 15.0


def test_cooling_cools_and_heating_below_the_weather_does_nothing() -> None:
    cooled = hours(bend(WORLD, ZONE, None, Bend(SUMMER, "cool", None, {"cool_c": 20.0})), SUMMER, 24)[-1]
    assert cooled.room_c == pytest.approx(20.0, abs=0.1)
    assert cooled.mode == "cool"
    warm = hours(bend(WORLD, ZONE, None, Bend(SUMMER, "heat", None, {"heat_c": 15.0})), SUMMER, 24)
    assert {each.power_w for each in warm[60:]} == {0}


def test_auto_keeps_the_room_between_its_setpoints_and_follow_gives_it_back() -> None:
    bent = bend(WORLD, ZONE, None, Bend(WINTER, "auto", None, {"heat_c": 19.0, "cool_c": 23.0}, 1))
    seen = read(bent, WINTER + timedelta(days=2))
    assert (seen.mode, seen.heat_setpoint_c, seen.cool_setpoint_c) == ("auto", 19.0, 23.0)
    assert seen.room_c == pytest.approx(19.0, abs=0.1)
    back = bend(WORLD, ZONE, bent, Bend(WINTER + timedelta(days=2), "follow", number=2))
    assert read(back, WINTER + timedelta(days=3)) == read(Bent(), WINTER + timedelta(days=3))


def test_a_room_is_set_and_pinned() -> None:
    bent = bend(WORLD, ZONE, None, Bend(WINTER, "set", None, {"room_c": 16.0}, 1))
    assert read(bent, WINTER).room_c == 16.0
    assert read(bent, WINTER + timedelta(days=1)) == read(Bent(), WINTER + timedelta(days=1))
    pinned = bend(WORLD, ZONE, None, Bend(WINTER, "pin", None, {"room_c": 16.0}, 1))
    seen = read(pinned, WINTER + timedelta(days=9))
    assert (seen.room_c, seen.pinned) == (16.0, True)
