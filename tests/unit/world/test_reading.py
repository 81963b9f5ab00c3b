from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.world.dates import instant
from replaysandbox.world.laws import broken_between, broken_laws
from replaysandbox.world.reading import home_at, reading_at
from replaysandbox.world.world import World
from tests.unit.world.made import START, instants, world, worlds


def readings(made: World, at: datetime) -> list[str]:
    return [str(reading_at(made, DeviceRef(family, home), at)) for family in FAMILIES for home in (0, 1, 2)]


@pytest.mark.slow
@given(worlds(), st.integers(0, 999), instants(), st.integers(1, 20 * 60_000))
@settings(max_examples=20, deadline=None)
def test_no_device_ever_breaks_a_law(made: World, home: int, at: datetime, later_ms: int) -> None:
    later = at + timedelta(milliseconds=later_ms)
    for family in FAMILIES:
        one, other = (reading_at(made, DeviceRef(family, home), each) for each in (at, later))
        assert broken_laws(family, one) == []
        assert broken_between(family, one, other, later_ms / 3_600_000) == []


@pytest.mark.slow
@given(worlds(), st.integers(0, 999), instants())
@settings(max_examples=13, deadline=None)
def test_homes_balance_and_chargers_follow_their_cars(made: World, home: int, at: datetime) -> None:
    charger, car = (reading_at(made, DeviceRef(family, home), at) for family in ("ev_charger", "vehicle"))
    assert (charger.connected, charger.power_w) == (car.plugged, car.charge_w)  # type: ignore[union-attr]
    balance = home_at(made, home, at)
    assert sum(value for name, value in asdict(balance).items() if name != "at") == 0
    assert balance == reading_at(made, DeviceRef("meter", home), at)


def test_order_does_not_matter() -> None:
    ats = [START + timedelta(hours=hours) for hours in (0, 5, -40, 9000, 13)]
    forwards = [readings(world("default", 5), at) for at in ats]
    backwards = [readings(world.__wrapped__("default", 5), at) for at in reversed(ats)]
    assert forwards == backwards[::-1]


def test_seeds_and_homes_differ() -> None:
    assert readings(world(seed=1), START) != readings(world(seed=2), START)
    assert len({str(reading_at(world(), DeviceRef("battery", home), START)) for home in range(3)}) == 3


_OTHER_PROCESS = """
import sys, json
from datetime import datetime
from tests.unit.world.made import world
from tests.unit.world.test_reading import readings
print(json.dumps(readings(world("default", 9), datetime.fromisoformat(sys.argv[1]))))
"""


@pytest.mark.slow
def test_another_process_says_the_same() -> None:
    environment = os.environ | {"PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", _OTHER_PROCESS, START.isoformat()], env=environment, check=True, capture_output=True
    )
    assert json.loads(run.stdout) == readings(world("default", 9), START)


def test_parts_of_a_millisecond_do_not_count() -> None:
    at = START + timedelta(microseconds=999)
    assert str(reading_at(world(), DeviceRef("battery", 0), at)).replace(str(at.microsecond), "") == str(
        reading_at(world(), DeviceRef("battery", 0), at.replace(microsecond=998))
    ).replace("998", "")


def test_a_world_at_noon_has_noons_sun_at_midnight() -> None:
    midnight = datetime(2026, 6, 1, tzinfo=UTC)
    noon = world(start=midnight, world_at="12:00")
    sun = reading_at(noon, DeviceRef("solar_inverter", 0), midnight)
    assert sun.producing  # type: ignore[union-attr]
    assert sun.at == midnight
    assert reading_at(world(), DeviceRef("solar_inverter", 0), midnight).power_w == 0


def test_a_zone_reads_the_curves_in_its_own_time() -> None:
    ten_there = datetime(2026, 6, 1, 17, tzinfo=UTC)
    device = DeviceRef("solar_inverter", 0)
    assert reading_at(world(zone="America/Los_Angeles"), device, ten_there).power_w > 0
    assert reading_at(world(zone="America/Los_Angeles"), device, ten_there - timedelta(hours=12)).power_w == 0


def test_a_place_follows_the_sun_there() -> None:
    device = DeviceRef("solar_inverter", 0)
    sunny = [
        reading_at(world("los-angeles"), device, instant(1_780_272_000_000 + hour * 3_600_000)).power_w
        for hour in range(24)
    ]
    assert [hour for hour, power in enumerate(sunny) if not power] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_winter_is_dark_and_heated() -> None:
    noons = [datetime(2026, month, day, 12, tzinfo=UTC) for month in (1, 6) for day in range(1, 29)]
    sun = [sum(reading_at(world(), DeviceRef("solar_inverter", home), at).power_w for home in range(3)) for at in noons]
    assert sum(sun[:28]) < 0.5 * sum(sun[28:])
    zones = [reading_at(world(), DeviceRef("hvac", home), noons[5]) for home in range(3)]
    assert all(zone.active and zone.mode == "heat" for zone in zones)  # type: ignore[union-attr]


def test_an_unknown_family_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        reading_at(world(), DeviceRef("toaster", 0), START)
