"""A fleet on arrays must read what each device reads alone, to the last bit."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.world.dates import DAY_MS, instant, instant_ms
from replaysandbox.world.fleet import fleet_of, fleet_readings
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import World
from tests.unit.world.made import START, instants, world, worlds

HOMES = (0, 7, 42)


def check(made: World, family: str, homes: tuple[int, ...], slot: int, ats: list[int]) -> None:
    block = fleet_readings(fleet_of(made, homes), family, slot, ats)
    for each in fields(block):
        if each.name == "at":
            assert block.at[0].tolist() == ats
            continue
        values = np.broadcast_to(getattr(block, each.name), (len(homes), len(ats))).tolist()
        alone = [
            [getattr(reading_at(made, DeviceRef(family, home, slot), instant(at)), each.name) for at in ats]
            for home in homes
        ]
        assert values == alone, each.name


@pytest.mark.slow
@given(worlds(), instants(), st.lists(st.integers(0, 2 * DAY_MS), min_size=1, max_size=3))
@settings(max_examples=5, deadline=None)
def test_a_fleet_reads_what_each_device_reads(made: World, at: datetime, later: list[int]) -> None:
    for family in FAMILIES:
        check(made, family, HOMES, 0, sorted(instant_ms(at) + each for each in later))


def test_devices_that_start_elsewhere_do_so_in_a_fleet_too() -> None:
    ats = [instant_ms(START) + hour * 3_600_000 for hour in range(-2, 30, 5)]
    for family in ("battery", "vehicle", "ev_charger", "meter"):
        check(world("people"), family, (0, 1, 2, 3), 0, ats)


def test_slots_are_devices_of_their_own() -> None:
    check(world("full-house"), "vehicle", (0, 4), 1, [instant_ms(START)])
