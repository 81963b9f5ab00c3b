"""A battery that was told what to do: charges, discharges and rests as told, follows the course its settings allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.world import scalar
from replaysandbox.world.battery import BatteryTraits, battery_course
from replaysandbox.world.bent import Check, Path, Plan, straight
from replaysandbox.world.course import follow
from replaysandbox.world.dates import DAY_MS, HOUR_MS
from replaysandbox.world.feasible import steepest
from replaysandbox.world.world import World

RESERVE_PCT: Final = 80.0
"""What `reserve` keeps back; the sun of the day moves the rest. Ours. [%]"""

EXPORT_SHARE: Final = 0.3
"""Share of its usual swing that `export` leaves above the floor; the rest went to the grid. Ours. [1]"""

_HEADROOM: Final = 0.98  # of a capped rate, so that a rounded slope stays below it
_LEAST_SHARE: Final = 0.05  # a rate that allows less of the usual swing than this allows none


@dataclass(frozen=True, slots=True)
class Shape:
    """What a plan makes of a battery's own course: level = `base` + `share` x own level, within floor and ceiling.

    Attributes:
        base: [%]
        share: 0 to 1. [1]
        floor_pct: It is not discharged below. [%]
        ceiling_pct: It is not charged above. [%]
        max_charge_w: Most it takes. [W]
        max_discharge_w: Most it gives. [W]
    """

    base: float
    share: float
    floor_pct: float
    ceiling_pct: float
    max_charge_w: float
    max_discharge_w: float


@dataclass(frozen=True, slots=True)
class BentBattery:
    """One battery; see `bent.Family`."""

    world: World
    device: DeviceRef

    @property
    def traits(self) -> BatteryTraits:
        """What stays the same about it."""
        traits: BatteryTraits = self.world.traits.of(self.device)
        return traits

    def shape(self, plan: Plan) -> Shape:
        """Tell what a plan makes of its own course."""
        return self.world.traits.kept(
            ("battery shape", self.device.home, self.device.slot, plan), lambda: _shape(self.world, self.traits, plan)
        )

    def own(self, at_ms: int, plan: Plan) -> tuple[float, float]:
        """Read level and slope off the course that a plan makes of its day."""
        device, world = self.device, self.world
        local, pace = world.calendar.local(at_ms)
        day = local // DAY_MS
        course = world.traits.kept(
            ("battery", device.home, device.slot, day),
            lambda: battery_course(scalar, world.profiles.battery, self.traits, day),
        )
        level, slope = follow(scalar, course, (local - day * DAY_MS) / HOUR_MS)
        if plan == Plan():
            return level, slope * pace
        shape = self.shape(plan)
        wanted = shape.base + shape.share * level
        kept = min(max(wanted, shape.floor_pct), shape.ceiling_pct)
        return kept, slope * pace * shape.share if kept == wanted else 0.0

    def work(self, check: Check) -> Path:
        """Charge, discharge or rest up to target, end, floor or ceiling; with an end, hold what was reached."""
        begin, level, until = check.at_ms, check.value, check.until_ms
        target, rate = self._aim(check)
        reach = begin + (target - level) / rate * HOUR_MS if rate else float(begin)
        if until is None and check.does == "idle":
            return Path((begin,), (level,), over=False)
        if until is None:
            return Path((begin, reach), (level, target))
        until = max(until, begin)
        if until <= reach:
            return Path((begin, until), (level, level + rate * (until - begin) / HOUR_MS))
        return Path((begin, reach, until), (level, target, target))

    def back(self, value: float, at_ms: int, plan: Plan) -> Path:
        """Lead it to the course that a plan makes of its day, as fast as its rating allows."""
        key = ("battery back", self.device.home, self.device.slot, value, at_ms, plan)
        return self.world.kept(key, lambda: self._back(value, at_ms, plan))

    def _back(self, value: float, at_ms: int, plan: Plan) -> Path:
        shape = self.shape(plan)
        up, down = (_rate(self.traits, power) for power in (shape.max_charge_w, shape.max_discharge_w))
        if shape.share:
            return straight(value, at_ms, up, down, lambda ms: self.own(ms, plan)[0])
        target, _ = self.own(at_ms, plan)
        rate = up if target > value else -down
        if not rate and target != value:
            return Path((at_ms,), (value,), over=False)
        return Path((at_ms, at_ms + (target - value) / rate * HOUR_MS if rate else at_ms), (value, target))

    def _aim(self, check: Check) -> tuple[float, float]:
        """Tell the level a command goes for, and how fast: 0 where there is nothing to do. [%], [%/h]"""
        plan, level, shape = check.plan, check.value, self.shape(check.plan)
        if check.does == "charge":
            target = min(plan.value("target_pct", 100.0), shape.ceiling_pct)
            rate = _rate(self.traits, min(plan.value("power_w", shape.max_charge_w), shape.max_charge_w))
            return (target, rate) if target > level and rate else (level, 0.0)
        if check.does == "discharge":
            target = max(plan.value("target_pct", 0.0), plan.value("reserve_pct", 0.0), shape.floor_pct)
            rate = _rate(self.traits, min(plan.value("power_w", shape.max_discharge_w), shape.max_discharge_w))
            return (target, -rate) if target < level and rate else (level, 0.0)
        return level, 0.0


def _rate(traits: BatteryTraits, power_w: float) -> float:
    return float(power_w / traits.capacity_wh * 100.0)


def _shape(world: World, traits: BatteryTraits, plan: Plan) -> Shape:
    habits = world.profiles.battery.habits
    ceiling = min(habits.ceiling_pct, plan.limit("ceiling_pct", 100.0))
    floor = min(max(habits.floor_pct, plan.limit("floor_pct", 0.0)), ceiling)
    charge_w = min(traits.max_charge_w, plan.limit("max_charge_w", traits.max_charge_w))
    discharge_w = min(traits.max_discharge_w, plan.limit("max_discharge_w", traits.max_discharge_w))
    middle, swing = _swing(world, traits, charge_w, discharge_w)
    base, share = {
        "reserve": (RESERVE_PCT, 1.0 - RESERVE_PCT / 100.0),
        "export": (floor * (1.0 - EXPORT_SHARE), EXPORT_SHARE),
    }.get(plan.does, (0.0, 1.0))
    return Shape(base + share * middle * (1.0 - swing), share * swing, floor, ceiling, charge_w, discharge_w)


def _swing(world: World, traits: BatteryTraits, charge_w: float, discharge_w: float) -> tuple[float, float]:
    """Tell around which level a battery swings whose rates are capped, and the share of its swing they leave it."""
    curve = world.profiles.battery.curve
    middle = sum(level for _, level in curve) / len(curve)
    if charge_w == traits.max_charge_w and discharge_w == traits.max_discharge_w:
        return middle, 1.0
    up, down = steepest(world.profiles)
    share = min(1.0, _HEADROOM * _rate(traits, charge_w) / up, _HEADROOM * _rate(traits, discharge_w) / down)
    return middle, share if share >= _LEAST_SHARE else 0.0
