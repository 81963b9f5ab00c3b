"""A zone that was told what to do: setpoints and mode change at once, the room follows with lag.

Held, the room stays between its setpoints where the weather would take it out of them, and floats where it would not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.reading import MODES
from replaysandbox.world import scalar
from replaysandbox.world.bent import Check, Path, Plan, straight
from replaysandbox.world.dates import DAY_MS, HOUR_MS
from replaysandbox.world.hvac import HvacTraits, RoomDay, room_day
from replaysandbox.world.measure import Today, today_of
from replaysandbox.world.ops import line
from replaysandbox.world.sky import Weather
from replaysandbox.world.world import World, region_of

RISES_C: Final = 1.5
"""Fastest a room warms on its way: what its own mornings show, and less than any rated heat allows. Ours. [°C/h]"""

FALLS_C: Final = 1.0
"""Fastest it cools. Ours. [°C/h]"""

_ALWAYS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Hold:
    """What a zone is held at.

    Attributes:
        mode_code: Position in `MODES`.
        heat_c: Heats below it. [°C]
        cool_c: Cools above it. [°C]
    """

    mode_code: int
    heat_c: float
    cool_c: float

    @property
    def band(self) -> tuple[float, float]:
        """Temperatures below and above which it does something; out of reach for what its mode leaves alone."""
        mode = MODES[self.mode_code]
        low = self.heat_c if mode in ("heat", "auto") else -_ALWAYS
        return low, self.cool_c if mode in ("cool", "auto") else _ALWAYS


@dataclass(frozen=True, slots=True)
class BentRoom:
    """One zone; see `bent.Family`."""

    world: World
    device: DeviceRef

    @property
    def traits(self) -> HvacTraits:
        """What stays the same about it."""
        traits: HvacTraits = self.world.traits.of(self.device)
        return traits

    def hold(self, plan: Plan) -> Hold | None:
        """Tell what a plan holds the zone at; None where it follows its schedule."""
        if plan.does not in MODES:
            return None
        habits, off = self.world.profiles.hvac.habits, self.traits.off_c
        cool = plan.value("cool_c", habits.cool_setpoint_c + off)
        heat = plan.value("heat_c", min(habits.heat_setpoint_c + off, cool))
        return Hold(MODES.index(plan.does), heat, max(heat, cool))

    def today(self, local_ms: int) -> Today:
        """Look up a day of world time."""
        day = local_ms // DAY_MS
        return self.world.traits.kept(("today", day), lambda: today_of(self.world.profiles, day))

    def weather(self, today: Today) -> Weather:
        """Tell a day's weather."""
        region = region_of(self.world, self.device.home)
        return self.world.traits.kept(("weather", region, today.day), lambda: self.world.sky.weather(region, today.day))

    def day(self, today: Today) -> RoomDay:
        """Draw its own day."""
        return self.world.traits.kept(
            ("hvac", self.device.home, self.device.slot, today.day),
            lambda: room_day(scalar, self.world.profiles.hvac, self.traits, today.day, today.yesterday, today.date),
        )

    def own(self, at_ms: int, plan: Plan) -> tuple[float, float]:
        """Read room temperature and slope off the course that a plan makes of its day, without a thermostat's swing."""
        local, pace = self.world.calendar.local(at_ms)
        today = self.today(local)
        hour = (local - today.day * DAY_MS) / HOUR_MS
        hold = self.hold(plan)
        if hold is None:
            day = self.day(today)
            room, slope = line(scalar, day.hours, day.rooms, hour)
            return room, slope * pace
        weather, (low, high) = self.weather(today), hold.band
        drift = weather.ends_c - weather.begins_c
        floats = weather.begins_c + drift * hour / 24.0 + self.world.profiles.hvac.habits.gain_c
        room = min(max(floats, low), high)
        return room, drift / 24.0 * pace if room == floats else 0.0

    def work(self, check: Check) -> Path:
        """Nothing: what a zone is told is a course of its own."""
        return Path((check.at_ms,), (check.value,))

    def back(self, value: float, at_ms: int, plan: Plan) -> Path:
        """Lead the room to the course that a plan makes of its day."""
        key = ("room back", self.device.home, self.device.slot, value, at_ms, plan)
        return self.world.kept(key, lambda: straight(value, at_ms, RISES_C, FALLS_C, lambda ms: self.own(ms, plan)[0]))
