"""A battery's modes and settings: other courses, approached as its rating allows, once reached never left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from replaysandbox.core.bend import Bend
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import BatteryReading
from replaysandbox.world.bending import bend
from replaysandbox.world.bent import Bent
from replaysandbox.world.bent_battery import EXPORT_SHARE, RESERVE_PCT
from replaysandbox.world.laws import broken_between, broken_laws
from replaysandbox.world.reading import reading_at
from tests.unit.worlds import amps

WORLD, BATTERY = amps().world, DeviceRef("battery", 0)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(*bends: Bend) -> Bent:
    bent: Bent | None = None
    for each in bends:
        bent = bend(WORLD, BATTERY, bent, each)
    return bent or Bent()


def read(bent: Bent, at: datetime) -> BatteryReading:
    reading = reading_at(WORLD, BATTERY, at, {BATTERY: bent})
    assert isinstance(reading, BatteryReading)
    return reading


def over(bent: Bent, start: datetime, days: int = 2) -> list[BatteryReading]:
    seen = [read(bent, start + timedelta(minutes=15 * step)) for step in range(days * 96)]
    for one, other in pairwise(seen):
        assert broken_laws("battery", other) == []
        assert broken_between("battery", one, other, 0.25) == []
    return seen


def test_reserve_keeps_most_of_it_and_lets_the_sun_move_the_rest() -> None:
    seen = over(told(Bend(AT, "reserve")), AT + timedelta(days=1))
    levels = [each.level_pct for each in seen]
    assert min(levels) >= RESERVE_PCT
    assert max(levels) - min(levels) > 5.0


def test_export_gives_most_of_it_away_and_balanced_brings_it_back() -> None:
    seen = over(told(Bend(AT, "export")), AT + timedelta(days=1))
    plain = over(Bent(), AT + timedelta(days=1))
    for one, other in zip(seen, plain, strict=True):
        kept = one.floor_pct + EXPORT_SHARE * (other.level_pct - one.floor_pct)
        assert one.level_pct == pytest.approx(kept, abs=0.02)
    back = told(Bend(AT, "export", number=1), Bend(AT + timedelta(days=1), "follow", number=2))
    assert read(back, AT + timedelta(days=2)) == read(Bent(), AT + timedelta(days=2))


@pytest.mark.parametrize(("floor", "ceiling"), [(60.0, 100.0), (10.0, 50.0), (50.0, 50.0), (80.0, 40.0), (0.0, 100.0)])
def test_floor_and_ceiling_hold_once_reached_whoever_commands(floor: float, ceiling: float) -> None:
    limits = Bend(AT, "limits", None, {"floor_pct": floor, "ceiling_pct": ceiling}, 1, "a setting")
    low, high = min(max(floor, 10.0), ceiling), ceiling
    for does in ("follow", "reserve", "export", "charge", "discharge"):
        seen = over(told(limits, Bend(AT + timedelta(days=1), does, number=2)), AT, 3)
        assert all(low - 0.005 <= each.level_pct <= high + 0.005 for each in seen[64:])
        assert (seen[0].floor_pct, seen[0].ceiling_pct) == (low, high)


@pytest.mark.parametrize("cap_w", [0.0, 100.0, 400.0, 1500.0])
def test_a_capped_rate_is_kept_by_commands_and_by_its_own_course(cap_w: float) -> None:
    limits = Bend(AT, "limits", None, {"max_charge_w": cap_w}, 1, "a setting")
    for does in ("follow", "charge"):
        seen = over(told(limits, Bend(AT, does, number=2)), AT, 4)
        assert max(each.charge_w for each in seen) <= cap_w
        assert any(each.charging for each in seen) == (cap_w > 0)


def test_of_several_settings_the_strictest_counts_and_a_new_write_replaces_the_old() -> None:
    bends = [
        Bend(AT, "limits", None, {"floor_pct": 40.0}, 1, "one"),
        Bend(AT, "limits", None, {"floor_pct": 60.0}, 2, "other"),
        Bend(AT, "limits", None, {"floor_pct": 20.0}, 3, "other"),
    ]
    assert [read(told(*bends[:count]), AT).floor_pct for count in (1, 2, 3)] == [40.0, 60.0, 40.0]


def test_a_command_goes_on_through_a_setting_and_a_set_value_and_is_not_begun_again() -> None:
    level = read(Bent(), AT).level_pct
    charge = Bend(AT, "charge", None, {"power_w": 1000.0, "target_pct": level + 5.0}, 1)
    later, late = AT + timedelta(minutes=6), AT + timedelta(days=3)
    capped = Bend(later, "limits", None, {"max_charge_w": 500.0}, 2, "a setting")
    assert read(told(charge, capped), later).charge_w == 500
    over_again = told(charge, Bend(late, "set", None, {"level_pct": 20.0}, 2))
    assert read(over_again, late).level_pct == 20.0
    assert read(over_again, late + timedelta(days=1)) == read(Bent(), late + timedelta(days=1))
