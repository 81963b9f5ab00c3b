"""Devices and actions as templates see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from replaysandbox.core.action import Action, Failure, Stage, changed_at, stage_at
from replaysandbox.core.command_log import CommandLog, actions_at, reachable_at, settings_at
from replaysandbox.core.controls import Command, CommandParameter, Controls, Setting
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.pack import Pack
from replaysandbox.core.profile import Model
from replaysandbox.core.quick import quick
from replaysandbox.core.reading import Reading
from replaysandbox.core.scenario import Outage, Place
from replaysandbox.core.units import outside
from replaysandbox.faults.apply import device_outage
from replaysandbox.operations.call import Call
from replaysandbox.operations.facts import device_facts
from replaysandbox.operations.freshness import is_asleep, shown_at
from replaysandbox.operations.ids import action_id, device_id, home_id, other_ids, user_id
from replaysandbox.operations.place import place_of
from replaysandbox.world.outages import outage_at
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import (
    World,
    model_of,
    number_of_device,
)


@quick
@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device at an instant.

    Attributes:
        id: Its id in this API.
        user_id: Id of the person whose home it is in.
        home_id: Id of its home.
        number: Number that names it in every API: what an API shows of a device that our world does not know (a serial
            number) is made from it.
        place: Where it is.
        family: battery, ev_charger, hvac, solar_inverter, vehicle.
        model: Make, model and ratings.
        reading: What it measures; during an outage, what it last measured.
        online: Whether the vendor's cloud reaches it.
        pulled_at: Instant of the reading.
        cached: Whether the vendor's cloud shows what it had, with `--realism vendor`.
        asleep: Whether it is out of reach because it sleeps, with `--realism vendor`.
        commands: Command → its parameters (unit, min, max) and how it may be timed.
        strategies: Ways a new command may deal with one at work.
        settings: Setting → value, unit, min, max.
        last_action: Its newest action, or None.
        ids: Its other ids, by the pack's names for them.
    """

    id: str
    user_id: str
    home_id: str
    number: int
    place: Place
    family: str
    model: Model
    reading: Reading
    online: bool
    pulled_at: datetime
    commands: Mapping[str, Any]
    strategies: tuple[str, ...]
    settings: Mapping[str, Any]
    last_action: ActionView | None
    ids: Mapping[str, str]
    cached: bool = False
    asleep: bool = False


def view_device(call: Call, device: DeviceRef) -> tuple[DeviceView, Outage | None, tuple[FaultRule, ...]]:
    """Look at a device, at the outage it is in, and at the faults that put it there."""
    pack, world, at = call.pack, call.world, call.at
    outage, hits = outage_of(call, device)
    seen_at = shown_at(call, device.home, outage.since if outage else at, device)
    reading = reading_at(world, device, seen_at, call.log.bents)
    fixed = _fixed(pack, world, device)
    last = next(actions_at(call.log, pack.name, device, at), None) if call.log.by_device else None
    written = settings_at(call.log, pack.name, device, at) if call.log.writes else {}
    view = DeviceView(
        fixed.id,
        fixed.user_id,
        fixed.home_id,
        fixed.number,
        fixed.place,
        device.family,
        fixed.model,
        reading,
        outage is None,
        seen_at,
        fixed.commands,
        fixed.controls.strategies,
        _view_settings(fixed.controls, written, reading, fixed.model),
        view_action(pack, world, last, at) if last else None,
        fixed.ids,
        seen_at != at and outage is None,
        outage is not None and is_asleep(call, device),
    )
    return view, outage, hits


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What one API shows of a device at every instant: see `DeviceView`."""

    pack: Pack
    id: str
    user_id: str
    home_id: str
    number: int
    place: Place
    model: Model
    controls: Controls
    commands: Mapping[str, Any]
    ids: Mapping[str, str]


def _fixed(pack: Pack, world: World, device: DeviceRef) -> _Fixed:
    key = ("view", pack.name, device.family, device.home, device.slot)
    fixed = world.traits.kept(key, lambda: _freshly_fixed(pack, world, device))
    # two packs of one name have one world in tests only
    return fixed if fixed.pack is pack else _freshly_fixed(pack, world, device)


def _freshly_fixed(pack: Pack, world: World, device: DeviceRef) -> _Fixed:
    controls, model = pack.controls.get(device.family, _NONE), model_of(world, device)
    return _Fixed(
        pack,
        device_id(pack, world, device),
        user_id(pack, world, device.home),
        home_id(pack, world, device.home),
        number_of_device(world, device),
        place_of(world, device.home),
        model,
        controls,
        {name: _view_command(command, model) for name, command in controls.commands.items()},
        other_ids(pack, world, device),
    )


def told_outage(world: World, log: CommandLog, device: DeviceRef, at: datetime) -> Outage | None:
    """Tell the outage a device is in by what a hand last said of it, or, where it said nothing, by the scenario."""
    said = reachable_at(log, device, at)
    if said is None:
        return outage_at(world, device, at)
    return Outage("offline", said.at) if said.does == "offline" else None


def outage_of(call: Call, device: DeviceRef) -> tuple[Outage | None, tuple[FaultRule, ...]]:
    """Tell the outage a device is in: a hand's, the scenario's, one that a fault asks for, or sleep."""
    outage = told_outage(call.world, call.log, device, call.at)
    if outage is not None:
        return outage, ()
    if call.session.rules:
        hit = device_outage(call.session.rules, device_facts(call.pack, call.world, call.session, device, call.at))
        if hit:
            return hit.effect, (hit.rule,)
    return (Outage("offline", call.at), ()) if call.pack.realism and is_asleep(call, device) else (None, ())


_NONE = Controls({})


def _view_command(command: Command, model: Model) -> dict[str, Any]:
    parameters = {}
    for name, parameter in command.parameters.items():
        least, most = bounds(parameter, model)
        parameters[name] = {"unit": parameter.unit, "min": least, "max": most}
    return {"parameters": parameters, "execution": command.execution}


def bounds(parameter: CommandParameter, model: Model) -> tuple[float, float]:
    """Tell the least and most a parameter takes, in the API's unit; ratings are the device's own."""
    if isinstance(parameter.maximum, str):
        return parameter.minimum, round(outside(float(getattr(model, parameter.maximum)), parameter.unit), 3)
    return parameter.minimum, parameter.maximum


def _view_settings(
    controls: Controls, written: Mapping[str, float], reading: Reading, model: Model
) -> dict[str, dict[str, Any]]:
    shown = {}
    for name, setting in controls.settings.items():
        value = written.get(name, _initial(setting, reading, model))
        if value is not None:
            known = {"value": value, "unit": setting.unit, "min": setting.minimum, "max": setting.maximum}
            shown[name] = {word: each for word, each in known.items() if each is not None}
    return shown


def _initial(setting: Setting, reading: Reading, model: Model) -> float | None:
    if not isinstance(setting.initial, str):
        return setting.initial
    source = reading if hasattr(reading, setting.initial) else model
    return round(outside(float(getattr(source, setting.initial)), setting.unit), 3)


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action at an instant.

    Attributes:
        id: Its id in this API.
        device_id: Id of its device.
        user_id: Id of the person whose home that is in.
        family: Family of its device.
        command: The API's word.
        parameters: As sent, or None.
        stage: scheduled, acknowledged, completed, failed, cancelled.
        created: Instant of acceptance.
        updated: Instant of its last change.
        acknowledged: Instant at which the maker took it, or None.
        ended: Instant at which it completed, failed or was cancelled, or None.
        start: Instant it was put off to, or None.
        end: Instant at which its window ends, or None.
        failure: How it failed, or None.
    """

    id: str
    device_id: str
    user_id: str
    family: str
    command: str
    parameters: Mapping[str, Any] | None
    stage: Stage
    created: datetime
    updated: datetime
    acknowledged: datetime | None
    ended: datetime | None
    start: datetime | None
    end: datetime | None
    failure: Failure | None


def view_action(pack: Pack, world: World, action: Action, at: datetime) -> ActionView:
    """Look at an action."""
    stage = stage_at(action, at)
    cancelled = action.cancelled if stage == "cancelled" else None
    acknowledged = action.acknowledged_at if not cancelled and stage != "scheduled" else None
    return ActionView(
        id=action_id(pack, action),
        device_id=device_id(pack, world, action.device),
        user_id=user_id(pack, world, action.device.home),
        family=action.device.family,
        command=action.command,
        parameters=action.parameters,
        stage=stage,
        created=action.created,
        updated=changed_at(action, at),
        acknowledged=acknowledged if acknowledged is not None and acknowledged <= at else None,
        ended=cancelled or (action.ended_at if stage in ("completed", "failed") else None),
        start=action.start,
        end=action.end,
        failure=action.failure if stage == "failed" else None,
    )
