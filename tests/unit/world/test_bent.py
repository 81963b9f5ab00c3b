"""A battery that was told what to do: level and power agree, nothing jumps, it comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.bend import Bend
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import BatteryReading
from replaysandbox.world.bending import bend, unbend
from replaysandbox.world.bent import Bent
from replaysandbox.world.reading import home_at, reading_at
from tests.unit.worlds import amps

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BATTERY = DeviceRef("battery", 0)
WORLD = amps().world


def after(**passed: float) -> datetime:
    return AT + timedelta(**passed)


def told(*bends: Bend) -> Bent:
    bent = Bent()
    for each in bends:
        bent = bend(WORLD, BATTERY, bent, each)
    return bent


def read(bent: Bent, at: datetime) -> BatteryReading:
    reading = reading_at(WORLD, BATTERY, at, {BATTERY: bent})
    assert isinstance(reading, BatteryReading)
    return reading


CAPACITY = read(Bent(), AT).capacity_wh
RATED = read(Bent(), AT).max_charge_w


def test_charging_raises_the_level_by_power_times_hours_over_capacity() -> None:
    bent = told(Bend(AT, "charge", after(hours=1), {"power_w": 1000.0}, 1))
    before, done = read(bent, AT), read(bent, after(minutes=59, seconds=59.999))
    assert before.power_w == -1000
    assert done.level_pct - before.level_pct == pytest.approx(1000.0 / CAPACITY * 100.0, abs=0.02)
    assert read(Bent(), AT).level_pct == before.level_pct


def test_power_is_never_above_the_rating() -> None:
    assert read(told(Bend(AT, "charge", after(hours=1), {"power_w": 1e6})), AT).power_w == -RATED


def test_a_reached_target_is_held_until_the_windows_end_and_given_up_without_one() -> None:
    level = read(Bent(), AT).level_pct
    window = told(Bend(AT, "charge", after(hours=5), {"power_w": RATED, "target_pct": level + 5.0}))
    assert read(window, after(hours=3)).level_pct == pytest.approx(level + 5.0, abs=0.01)
    assert read(window, after(hours=3)).power_w == 0
    free = told(Bend(AT, "charge", None, {"power_w": RATED, "target_pct": level + 5.0}))
    assert read(free, after(days=2)) == read(Bent(), after(days=2))


def test_discharging_stops_at_reserve_and_floor() -> None:
    bent = told(Bend(AT, "discharge", after(hours=20), {"reserve_pct": 30.0}))
    assert read(bent, after(hours=19)).level_pct == 30.0
    empty = told(Bend(AT, "discharge", after(hours=20)))
    assert read(empty, after(hours=19)).level_pct == read(empty, AT).floor_pct


def test_idle_holds_until_the_next_bend_and_follow_leads_back() -> None:
    bent = told(Bend(AT, "idle", number=1), Bend(after(hours=30), "follow", number=2))
    assert read(bent, after(hours=29)).level_pct == read(bent, AT).level_pct
    assert read(bent, after(days=4)) == read(Bent(), after(days=4))


def test_taking_a_bend_out_makes_it_never_have_been() -> None:
    first, second = Bend(after(hours=1), "charge", number=1), Bend(after(hours=2), "idle", number=2)
    whole = told(first, second)
    assert unbend(WORLD, BATTERY, whole, frozenset({1})) == told(second)
    assert unbend(WORLD, BATTERY, whole, frozenset({1, 2})) == Bent()
    assert told(second, first) == whole


def test_the_home_balances_around_a_commanded_battery() -> None:
    bent = {BATTERY: told(Bend(AT, "discharge", after(hours=1), {"power_w": 2000.0}))}
    home, plain = home_at(WORLD, 0, AT, bent), home_at(WORLD, 0, AT)
    assert home.battery_w == 2000
    assert home.grid_w != plain.grid_w
    loads = home.vehicle_w + home.hvac_w + home.load_w + home.losses_w
    assert abs(home.solar_w + home.battery_w + home.grid_w + loads) <= 1


BENDS = st.lists(
    st.tuples(
        st.sampled_from(["charge", "discharge", "idle", "follow", "reserve", "export"]),
        st.integers(0, 3 * 24 * 60),
        st.none() | st.integers(1, 12 * 60),
        st.fixed_dictionaries(
            {},
            optional={
                "power_w": st.floats(0, 20_000),
                "target_pct": st.floats(10, 100),
                "reserve_pct": st.floats(0, 100),
                "ceiling_pct": st.floats(50, 100),
            },
        ),
    ),
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(BENDS, st.lists(st.integers(0, 5 * 24 * 60), min_size=2, max_size=8))
def test_laws_hold_under_any_commands(
    bends: list[tuple[str, int, int | None, dict[str, float]]], minutes: list[int]
) -> None:
    bent = told(
        *(
            Bend(after(minutes=at), does, None if length is None else after(minutes=at + length), values, number)  # type: ignore[arg-type]
            for number, (does, at, length, values) in enumerate(bends, start=1)
        )
    )
    for minute in minutes:
        here, soon = read(bent, after(minutes=minute)), read(bent, after(minutes=minute, seconds=1))
        assert here == read(bent, after(minutes=minute))
        assert 0.0 <= here.level_pct <= 100.0
        assert -here.max_charge_w <= here.power_w <= here.max_discharge_w
        most = max(here.max_charge_w, here.max_discharge_w) / CAPACITY * 100.0 / 3600.0
        assert abs(soon.level_pct - here.level_pct) <= most + 0.011


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 600), st.integers(1, 600), st.floats(100, 2800))
def test_level_changes_by_the_integral_of_power(begin: int, length: int, power_w: float) -> None:
    bent = told(Bend(after(minutes=begin), "charge", after(minutes=begin + length), {"power_w": power_w}))
    seen = [read(bent, after(minutes=begin, seconds=30 * step)) for step in range(2 * length + 1)]
    energy_wh = sum(-each.power_w * 30 / 3600 for each in seen[:-1])
    gained_wh = (seen[-1].level_pct - seen[0].level_pct) / 100.0 * CAPACITY
    assert gained_wh == pytest.approx(energy_wh, abs=power_w * 60 / 3600 + 2)
