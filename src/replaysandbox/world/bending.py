"""Telling devices what to do: which course a bend is for, and how it begins."""

from __future__ import annotations

from dataclasses import replace

from replaysandbox.core.bend import Bend
from replaysandbox.core.device import DeviceRef
from replaysandbox.world import scalar
from replaysandbox.world.bent import Bent, Family, bent_with, bent_without
from replaysandbox.world.bent_battery import BentBattery
from replaysandbox.world.bent_car import BentCar
from replaysandbox.world.bent_room import BentRoom
from replaysandbox.world.dates import instant, instant_ms
from replaysandbox.world.hvac import swing_at
from replaysandbox.world.world import World

BENDABLE = ("battery", "vehicle", "ev_charger", "hvac")
"""Families that can be told what to do; a charger is told for its car."""


def moved_by(device: DeviceRef) -> DeviceRef:
    """Tell which device moves when one is told what to do: a charger's car, else itself."""
    return replace(device, family="vehicle") if device.family == "ev_charger" else device


def family_of(world: World, device: DeviceRef) -> Family:
    """Tell how a device moves."""
    if device.family == "battery":
        return BentBattery(world, device)
    return BentCar(world, device) if device.family == "vehicle" else BentRoom(world, device)


def bent_of(world: World, device: DeviceRef) -> Bent:
    """Tell what a device is told by its scenario alone: the first of a named home may start at a level of its own."""
    if device.home >= len(world.scenario.named) or device.slot:
        return Bent()
    level = world.scenario.named[device.home].level_pct.get(device.family)
    if level is None:
        return Bent()
    start = Bend(instant(world.start_ms), "set", values={"level_pct": level})
    return world.kept(("begun", device.family, device.home), lambda: bent_with(family_of(world, device), Bent(), start))


def bend(world: World, device: DeviceRef, bent: Bent | None, change: Bend) -> Bent:
    """Add to what a device was told; None where nobody told it anything."""
    if change.does == "set" and "room_c" in change.values:  # a reading shows the thermostat's swing on top
        local, _ = world.calendar.local(instant_ms(change.at))
        room = change.values["room_c"] - swing_at(scalar, world.traits.of(device), local)
        change = replace(change, values={"room_c": room})
    return bent_with(family_of(world, device), bent or bent_of(world, device), change)


def unbend(world: World, device: DeviceRef, bent: Bent, numbers: frozenset[int]) -> Bent:
    """Take back what a device was told, by the numbers of its bends."""
    return bent_without(family_of(world, device), bent, numbers)
