"""Devices under any sequence of commands, settings and hands, with the clock wound both ways: the laws hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from replaysandbox.core.action import Action, stage_at
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Pushed, Steer, Write
from replaysandbox.core.reading import HomeReading
from replaysandbox.operations.bending import told, told_all
from replaysandbox.world.bending import moved_by
from replaysandbox.world.laws import broken_between, broken_laws
from replaysandbox.world.reading import NO_BENTS, reading_at
from replaysandbox.world.world import World
from tests.unit.world.made import world

pytestmark = pytest.mark.slow

DEVICES = tuple(DeviceRef(family, 0) for family in ("battery", "ev_charger", "vehicle", "hvac"))
READ = (*DEVICES, DeviceRef("meter", 0))
DOES = {
    "battery": ("charge", "discharge", "idle", "follow", "reserve", "export"),
    "ev_charger": ("charge", "idle", "follow"),
    "vehicle": ("charge", "idle", "follow"),
    "hvac": ("heat", "cool", "auto", "off", "follow"),
}
NUMBERS: dict[str, dict[str, Any]] = {
    "battery": {
        "power_w": st.floats(0, 12_000),
        "target_pct": st.floats(10, 100),
        "reserve_pct": st.floats(0, 100),
    },
    "ev_charger": {"power_w": st.floats(0, 22_000), "target_pct": st.floats(10, 100)},
    "vehicle": {"power_w": st.floats(0, 22_000), "target_pct": st.floats(10, 100)},
    "hvac": {"heat_c": st.floats(10, 35), "cool_c": st.floats(10, 35)},
}
LIMITS: dict[str, dict[str, Any]] = {
    "battery": {
        "floor_pct": st.floats(0, 100),
        "ceiling_pct": st.floats(0, 100),
        "max_charge_w": st.sampled_from([0.0, 50.0, 400.0, 2000.0, 9000.0]),
        "max_discharge_w": st.sampled_from([0.0, 50.0, 400.0, 2000.0, 9000.0]),
    },
    "ev_charger": {"max_charge_w": st.sampled_from([0.0, 1000.0, 1400.0, 3600.0, 7400.0, 50_000.0])},
    "vehicle": {"limit_pct": st.sampled_from([10.0, 50.0, 80.0, 90.0, 100.0])},
}
STEPS = st.integers(-3 * 60, 20 * 60)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Devices(RuleBasedStateMachine):
    """One home, told anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = world()
        self.log = CommandLog()
        self.entries: list[Entry] = []
        self.at = datetime(2026, 3, 27, 12, tzinfo=UTC)

    @initialize(zone=st.sampled_from([None, "Europe/Berlin"]), seed=st.integers(1, 20), hour=st.integers(0, 23))
    def begin(self, zone: str | None, seed: int, hour: int) -> None:
        self.world = world("default", seed, None, zone)
        self.at = self.at.replace(hour=hour)

    def tell(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.log = told(self.world, self.log, entry)

    @rule(minutes=STEPS, seconds=st.integers(0, 59))
    def wind(self, minutes: int, seconds: int) -> None:
        self.at += timedelta(minutes=minutes, seconds=seconds)

    @rule(
        data=st.data(),
        device=st.sampled_from(DEVICES),
        later=st.none() | st.integers(1, 9 * 60),
        length=st.none() | st.integers(1, 30 * 60),
    )
    def push(self, data: st.DataObject, device: DeviceRef, later: int | None, length: int | None) -> None:
        start = None if later is None else self.at + later * MINUTE
        action = Action(
            number=self.log.count + 1,
            pack="amps",
            device=device,
            command="",
            does=data.draw(st.sampled_from(DOES[device.family])),
            parameters=None,
            values=data.draw(st.fixed_dictionaries({}, optional=NUMBERS[device.family])),
            created=self.at,
            start=start,
            end=None if length is None else (start or self.at) + length * MINUTE,
        )
        self.tell(Pushed(action))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        waiting = [n for n, each in self.log.actions.items() if stage_at(each, self.at) == "scheduled"]
        waiting = [n for n in waiting if self.log.actions[n].created <= self.at]
        if waiting:
            self.tell(Cancelled(self.at, (data.draw(st.sampled_from(waiting)),)))

    @rule(data=st.data(), device=st.sampled_from([each for each in DEVICES if each.family in LIMITS]))
    def write(self, data: st.DataObject, device: DeviceRef) -> None:
        name = data.draw(st.sampled_from(sorted(LIMITS[device.family])))
        value = data.draw(LIMITS[device.family][name])
        self.tell(Write(self.log.count + 1, self.at, "amps", device, name, value, {name: value}))

    @rule(data=st.data(), device=st.sampled_from(DEVICES), does=st.sampled_from(["set", "pin", "unpin"]))
    def steer(self, data: st.DataObject, device: DeviceRef, does: Any) -> None:
        name, values = ("room_c", st.floats(5, 35)) if device.family == "hvac" else ("level_pct", st.floats(0, 100))
        if device.family == "ev_charger":
            return
        given = {} if does == "unpin" else {name: data.draw(values)}
        self.tell(Steer(self.log.count + 1, self.at, device, does, given))

    def read(self, device: DeviceRef, at: datetime) -> Any:
        return reading_at(self.world, device, at, self.log.bents)

    def steered(self, device: DeviceRef, begin: datetime, end: datetime) -> bool:
        """Tell whether a hand moved a device in between: a jump that was asked for."""
        steers = self.log.steers.get(moved_by(device), ())
        return any(begin < steer.at <= end for steer in steers)

    @invariant()
    def laws_hold(self) -> None:
        for device in READ:
            for hours in (0.0, 0.3, 2.0, 7.0, 26.0):
                at = self.at + timedelta(hours=hours)
                old, new = self.read(device, at), self.read(device, at + SECOND)
                assert broken_laws(device.family, old) == [], (device, at)
                if not self.steered(device, at, at + SECOND):
                    assert broken_between(device.family, old, new, 1 / 3600) == [], (device, at)
                if isinstance(old, HomeReading):
                    loads = old.vehicle_w + old.hvac_w + old.load_w + old.losses_w
                    assert old.solar_w + old.battery_w + old.grid_w + loads == 0

    @invariant()
    def level_is_the_integral_of_power(self) -> None:
        for device in (DeviceRef("battery", 0), DeviceRef("vehicle", 0)):
            begin = self.at + 11 * MINUTE
            if self.steered(device, begin, begin + MINUTE):
                continue
            seen = [self.read(device, begin + second * SECOND) for second in range(61)]
            if any(each.pinned for each in seen):
                continue
            gained = (seen[-1].level_pct - seen[0].level_pct) / 100.0 * seen[0].capacity_wh
            powers = [-each.power_w - getattr(each, "drive_w", 0) for each in seen[:-1]]
            slack = 0.0101 * seen[0].capacity_wh / 100.0 + 0.02 + 4 * (max(powers) - min(powers)) / 3600.0
            assert abs(gained - sum(powers) / 3600.0) <= slack, (device, begin)

    @invariant()
    def nothing_depends_on_what_was_asked_before(self) -> None:
        at = self.at + timedelta(hours=3)
        warm = [self.read(device, at) for device in READ]
        self.world.traits._kept.clear()  # what is kept for a while must change no answer
        assert [self.read(device, at) for device in READ] == warm

    @invariant()
    def the_log_is_its_entries(self) -> None:
        assert told_all(self.world, self.entries) == self.log

    @invariant()
    def counters_never_fall(self) -> None:
        car = DeviceRef("vehicle", 0)
        gone = [self.read(car, self.at + timedelta(hours=hours)).odometer_km for hours in range(0, 48, 6)]
        assert gone == sorted(gone)
        assert gone == [
            reading_at(self.world, car, self.at + timedelta(hours=hours), NO_BENTS).odometer_km  # type: ignore[union-attr]
            for hours in range(0, 48, 6)
        ]


TestDevices = Devices.TestCase
TestDevices.settings = settings(
    max_examples=40, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
