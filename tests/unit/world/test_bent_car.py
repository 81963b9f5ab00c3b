"""A car that was told what to do, by its charger or by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.core.bend import Bend, Does
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import EvChargerReading, VehicleReading
from replaysandbox.world.bending import bend
from replaysandbox.world.bent import Bent
from replaysandbox.world.reading import reading_at
from tests.unit.worlds import amps

WORLD = amps().world
CAR, CHARGER = DeviceRef("vehicle", 0), DeviceRef("ev_charger", 0)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 22, tzinfo=UTC)


def told(*bends: Bend) -> Bent:
    bent: Bent | None = None
    for each in bends:
        bent = bend(WORLD, CAR, bent, each)
    return bent or Bent()


def read(bent: Bent, at: datetime) -> VehicleReading:
    reading = reading_at(WORLD, CAR, at, {CAR: bent})
    assert isinstance(reading, VehicleReading)
    return reading


def limits(at: datetime, **values: float) -> Bend:
    return Bend(at, "limits", None, values, 1, "a setting")


def test_it_charges_at_once_where_it_is_plugged_in_and_its_charger_shows_it() -> None:
    bent = told(Bend(NIGHT, "charge", None, {"power_w": 6000.0}))
    later = read(bent, NIGHT + timedelta(hours=1))
    assert (later.charge_w, later.plugged) == (6000, True)
    gained = 6000.0 / later.capacity_wh * 100.0
    assert later.level_pct - read(bent, NIGHT).level_pct == pytest.approx(gained, abs=0.02)
    charger = reading_at(WORLD, CHARGER, NIGHT + timedelta(hours=1), {CAR: bent})
    assert isinstance(charger, EvChargerReading)
    assert (charger.power_w, charger.status) == (6000, "charging")


def test_without_a_power_it_charges_as_fast_as_it_can_up_to_its_limit() -> None:
    bent = told(Bend(NIGHT, "charge"))
    assert read(bent, NIGHT).charge_w == read(bent, NIGHT).max_charge_w
    full = read(bent, NIGHT + timedelta(hours=9))
    assert full.level_pct == full.charge_limit_pct
    assert full.charge_w == 0


def test_unplugged_it_waits_for_the_next_time_it_is_plugged_in() -> None:
    plain, bent = Bent(), told(Bend(NOON, "charge"))
    seen = [read(bent, NOON + timedelta(minutes=minute)) for minute in range(0, 12 * 60, 5)]
    first = next(each for each in seen if each.plugged)
    assert first.charging
    assert read(plain, first.at).charging is False
    assert all(each.plugged for each in seen if each.charging)
    assert [each.odometer_km for each in seen] == [read(plain, each.at).odometer_km for each in seen]


def test_idle_pauses_until_it_leaves_or_the_next_command() -> None:
    bent = told(Bend(NIGHT, "idle", number=1))
    seen = [read(bent, NIGHT + timedelta(minutes=minute)) for minute in range(0, 9 * 60, 10)]
    assert {each.level_pct for each in seen} == {seen[0].level_pct}
    assert not any(each.charging for each in seen)
    assert all(each.plugged for each in seen)
    woken = told(Bend(NIGHT, "idle", number=1), Bend(NIGHT + timedelta(hours=1), "follow", number=2))
    assert read(woken, NIGHT + timedelta(hours=4)).charging


def test_what_is_missing_is_caught_up_and_what_is_too_much_is_driven_off() -> None:
    for does in ("idle", "charge"):
        bent = told(Bend(NIGHT, does))
        assert read(bent, NIGHT + timedelta(days=4)) == read(Bent(), NIGHT + timedelta(days=4))


@pytest.mark.parametrize("cap_w", [0.0, 1000.0, 1500.0, 2300.0, 3600.0])
def test_a_capped_car_never_takes_more_and_a_freed_one_comes_back(cap_w: float) -> None:
    bent = told(limits(NOON, max_charge_w=cap_w))
    seen = [read(bent, NOON + timedelta(minutes=20 * step)) for step in range(72 * 4)]
    assert max(each.charge_w for each in seen) <= cap_w
    assert any(each.charging for each in seen) == (cap_w >= 1380.0)
    assert min(each.level_pct for each in seen) >= 10.0
    assert all(each.drive_w > 0 for each in seen if read(Bent(), each.at).drive_w > 0)
    freed = bend(
        WORLD, CAR, bent, Bend(NOON + timedelta(days=3), "limits", None, {"max_charge_w": 1e9}, 2, "a setting")
    )
    assert read(freed, NOON + timedelta(days=12)).charge_w == read(Bent(), NOON + timedelta(days=12)).charge_w


@pytest.mark.parametrize("limit_pct", [10.0, 50.0, 80.0, 100.0])
def test_a_charge_limit_is_kept_once_the_rest_is_driven_off(limit_pct: float) -> None:
    bent = told(limits(NIGHT, limit_pct=limit_pct))
    seen = [read(bent, NIGHT + timedelta(days=20, minutes=30 * step)) for step in range(48)]
    assert max(each.level_pct for each in seen) <= max(limit_pct, 20.0) + 0.005
    assert seen[0].charge_limit_pct == max(limit_pct, 20.0)
    for does in ("charge", "idle"):
        assert told(limits(NIGHT, limit_pct=limit_pct), Bend(NIGHT, does, number=2)).checks


@pytest.mark.parametrize("does", ["discharge", "reserve", "heat"])
def test_what_a_car_cannot_do_leaves_it_as_it_is(does: Does) -> None:
    at = NIGHT + timedelta(hours=2)
    assert read(told(Bend(NIGHT, does)), at).level_pct == read(Bent(), at).level_pct
