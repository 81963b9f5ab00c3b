from __future__ import annotations

import subprocess
import sys
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.ids import NUMBER_BITS
from replaysandbox.core.scenario import NamedHome
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.world.dates import HOUR_MS
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import (
    HOMES_LIMIT,
    build_world,
    device_of_number,
    home_by_name,
    home_devices,
    home_key,
    home_of_key,
    model_of,
    nth,
    number_of_device,
    region_of,
    total,
)
from tests.unit.world.made import START, profiles, world


def test_devices_are_counted_by_arithmetic() -> None:
    made = world("full-house", homes=7)
    assert {family: total(made, family) for family in FAMILIES} == {
        "battery": 14,
        "ev_charger": 14,
        "hvac": 21,
        "solar_inverter": 14,
        "vehicle": 14,
        "meter": 7,
    }
    assert [nth(made, "hvac", k) for k in (0, 2, 3, 20)] == [
        DeviceRef("hvac", 0, 0),
        DeviceRef("hvac", 0, 2),
        DeviceRef("hvac", 1, 0),
        DeviceRef("hvac", 6, 2),
    ]
    assert home_devices(made, 3, "battery") == [DeviceRef("battery", 3, 0), DeviceRef("battery", 3, 1)]
    for k in (-1, 21):
        with pytest.raises(IndexError, match="hvac"):
            nth(made, "hvac", k)


@given(st.integers(0, HOMES_LIMIT - 1), st.sampled_from(FAMILIES), st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_numbers_come_back(home: int, family: str, slot: int) -> None:
    made = replace(world(homes=HOMES_LIMIT), counts=dict.fromkeys(FAMILIES, 8))
    device = DeviceRef(family, home, slot)
    assert 0 <= number_of_device(made, device) < 2**NUMBER_BITS
    assert device_of_number(made, number_of_device(made, device)) == device


@given(st.integers(0, 2**NUMBER_BITS - 1))
@settings(max_examples=60, deadline=None)
def test_a_strange_number_is_nobody_or_itself(number: int) -> None:
    device = device_of_number(world("people", homes=50), number)
    assert device is None or number_of_device(world("people", homes=50), device) == number


def test_named_homes_keep_their_ids_whatever_the_order() -> None:
    scenario = read_scenario("people")
    other = build_world(profiles(), replace(scenario, named=scenario.named[::-1]), start=START)
    made = world("people")
    for name in ("alice", "bob", "erin"):
        here, there = home_by_name(made, name), home_by_name(other, name)
        assert here is not None
        assert there is not None
        assert here != there
        assert home_key(made, here) == home_key(other, there)
        assert home_of_key(made, home_key(made, here)) == here
        assert model_of(made, DeviceRef("battery", here)) == model_of(other, DeviceRef("battery", there))
    assert home_by_name(made, "mallory") is None


def test_numbered_homes_are_the_same_in_every_scenario() -> None:
    people = world("people", homes=8)
    assert [home_key(people, home) for home in range(5, 8)] == [home_key(world(), home) for home in range(3)]
    assert home_of_key(people, 3) is None
    assert reading_at(people, DeviceRef("hvac", 5), START) == reading_at(world(), DeviceRef("hvac", 0), START)
    assert region_of(people, 6) == region_of(world(), 1)


def test_no_home_with_a_name_is_left_out() -> None:
    assert world("people", homes=2).homes == 5


def test_a_million_homes_cost_nothing() -> None:
    tracemalloc.start()
    try:
        made = world.__wrapped__(homes=10**12)
        last = nth(made, "vehicle", total(made, "vehicle") - 1)
        assert reading_at(made, last, START).at == START
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_memory_stays_flat_over_many_devices_and_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replaysandbox.world.traits.CACHE_SIZE", 100)
    made = world.__wrapped__(homes=10**6)
    for home in range(0, 600, 2):
        reading_at(made, DeviceRef("battery", home), START)
    assert len(made.traits._kept) <= 100


@pytest.mark.parametrize(("family", "level"), [("battery", 5.0), ("vehicle", 9.0), ("vehicle", 101.0)])
def test_a_level_no_law_allows_is_refused(family: str, level: float) -> None:
    scenario = replace(read_scenario("people"), named=(NamedHome("zoe", {family: level}),))
    with pytest.raises(SandboxError, match=f"homes.zoe.{family}.level_pct"):
        build_world(profiles(), scenario, start=START)


def test_scenarios_place_and_clock_are_heeded() -> None:
    assert world("los-angeles").calendar.shift_ms == round(-118.24 / 15 * HOUR_MS)
    assert world("los-angeles", zone="Europe/Berlin").calendar.zone is None
    assert str(world(zone="Europe/Berlin").calendar.zone) == "Europe/Berlin"
    assert world(zone="UTC").calendar.zone is None
    clocked = replace(
        read_scenario("default"), clock=replace(read_scenario("default").clock, world_at="15:00", zone="Asia/Tokyo")
    )
    made = build_world(profiles(), clocked, start=START)
    assert (made.calendar.shift_ms, str(made.calendar.zone)) == (3 * HOUR_MS, "Asia/Tokyo")


@pytest.mark.slow
def test_one_device_needs_no_numpy() -> None:
    program = "import sys, replaysandbox.world.reading; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
