"""Devices and actions as templates see them, and their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from replaysandbox.core.action import Action, Failure, Stage, changed_at, stage_at
from replaysandbox.core.command_log import CommandLog, actions_at, settings_at
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.ids import decode, encode
from replaysandbox.core.pack import Command, CommandParameter, Controls, Pack, Setting
from replaysandbox.core.profile import Model
from replaysandbox.core.reading import Reading
from replaysandbox.core.scenario import Outage
from replaysandbox.core.units import outside
from replaysandbox.world.outages import outage_at
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import (
    World,
    device_of_number,
    home_key,
    home_of_key,
    model_of,
    number_of_device,
)


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device at an instant.

    Attributes:
        id: Its id in this API.
        user_id: Id of the person whose home it is in.
        family: battery, ev_charger, hvac, solar_inverter, vehicle.
        model: Make, model and ratings.
        reading: What it measures; during an outage, what it last measured.
        online: Whether the vendor's cloud reaches it.
        pulled_at: Instant of the reading.
        commands: Command → its parameters (unit, min, max) and how it may be timed.
        strategies: Ways a new command may deal with one at work.
        settings: Setting → value, unit, min, max.
        last_action: Its newest action, or None.
    """

    id: str
    user_id: str
    family: str
    model: Model
    reading: Reading
    online: bool
    pulled_at: datetime
    commands: Mapping[str, Any]
    strategies: tuple[str, ...]
    settings: Mapping[str, Any]
    last_action: ActionView | None


def view_device(
    pack: Pack, world: World, log: CommandLog, device: DeviceRef, at: datetime
) -> tuple[DeviceView, Outage | None]:
    """Look at a device, and at the outage it is in."""
    outage = outage_at(world, device, at)
    seen_at = outage.since if outage else at
    reading, model = reading_at(world, device, seen_at), model_of(world, device)
    controls = pack.controls.get(device.family, _NONE)
    last = next((action for action in actions_at(log, device, at) if action.pack == pack.name), None)
    view = DeviceView(
        id=device_id(pack, world, device),
        user_id=user_id(pack, world, device.home),
        family=device.family,
        model=model,
        reading=reading,
        online=outage is None,
        pulled_at=seen_at,
        commands={name: _view_command(command, model) for name, command in controls.commands.items()},
        strategies=controls.strategies,
        settings=_view_settings(controls, settings_at(log, device, at), reading, model),
        last_action=view_action(pack, world, last, at) if last else None,
    )
    return view, outage


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


def device_id(pack: Pack, world: World, device: DeviceRef) -> str:
    """Write a device's id as this API does."""
    return encode(pack.ids["device"], "device", number_of_device(world, device))


def find_device(pack: Pack, world: World, family: str, text: str) -> DeviceRef | None:
    """Find the device of a family by its id in this API; None where there is none."""
    number = decode(pack.ids["device"], "device", text)
    device = device_of_number(world, number) if number is not None else None
    return device if device is not None and device.family == family else None


def user_id(pack: Pack, world: World, home: int) -> str:
    """Write the id of the person a home belongs to as this API does."""
    return encode(pack.ids["user"], "user", home_key(world, home))


def find_home(pack: Pack, world: World, user: str) -> int | None:
    """Find a person's home by their id in this API; None where there is none."""
    key = decode(pack.ids["user"], "user", user)
    return home_of_key(world, key) if key is not None else None


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action at an instant.

    Attributes:
        id: Its id in this API.
        device_id: Id of its device.
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


def action_id(pack: Pack, action: Action) -> str:
    """Write an action's id as this API does."""
    return encode(pack.ids["action"], "action", action.number)


def find_action(pack: Pack, log: CommandLog, text: str, at: datetime) -> Action | None:
    """Find an action that came by this API, by its id; None where there is none by that instant."""
    number = decode(pack.ids["action"], "action", text)
    action = log.actions.get(number) if number is not None else None
    return action if action is not None and action.pack == pack.name and action.created <= at else None
