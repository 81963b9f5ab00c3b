"""Ids of devices, people and actions, as each API writes them."""

from __future__ import annotations

from datetime import datetime

from replaysandbox.core.action import Action
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.ids import IdStyle, decode, encode, numbers
from replaysandbox.core.pack import Pack
from replaysandbox.world.world import (
    DEVICE_BITS,
    HOME_BITS,
    NUMBERS_PER_HOME,
    World,
    device_of_number,
    home_key,
    home_of_key,
    number_of_device,
)


def homes_of_devices(style: IdStyle) -> int | None:
    """Tell of how many homes the devices can be told apart by ids of a style; None for all there may be."""
    held = numbers(style)
    return None if held >> DEVICE_BITS else held // NUMBERS_PER_HOME


def homes_apart(style: IdStyle) -> int | None:
    """Tell how many homes can be told apart by ids of a style; None for all there may be."""
    held = numbers(style)
    return None if held >> HOME_BITS else held


def device_id(pack: Pack, world: World, device: DeviceRef) -> str:
    """Write a device's id as this API does."""
    style = pack.ids["device"]
    return encode(style, "device", number_of_device(world, device, homes_of_devices(style)))


def find_device(pack: Pack, world: World, family: str, text: str) -> DeviceRef | None:
    """Find the device of a family by any of its ids in this API; None where there is none."""
    for realm, style in (("device", pack.ids["device"]), *pack.other_ids.get(family, {}).items()):
        number = decode(style, realm, text)
        device = device_of_number(world, number, homes_of_devices(style)) if number is not None else None
        if device is not None and device.family == family:
            return device
    return None


def other_ids(pack: Pack, world: World, device: DeviceRef) -> dict[str, str]:
    """Write a device's other ids: name → id. An id of one name and style is the same in every API that has it."""
    styles = pack.other_ids.get(device.family, {})
    return {
        name: encode(style, name, number_of_device(world, device, homes_of_devices(style)))
        for name, style in styles.items()
    }


def user_id(pack: Pack, world: World, home: int) -> str:
    """Write the id of the person a home belongs to as this API does."""
    style = pack.ids["user"]
    return encode(style, "user", home_key(world, home, homes_apart(style)))


def find_home(pack: Pack, world: World, user: str) -> int | None:
    """Find a person's home by their id in this API; None where there is none."""
    return _home(world, pack.ids["user"], "user", user)


def home_id(pack: Pack, world: World, home: int) -> str:
    """Write the id of a home as this API does; where it has no ids for homes, the id of the person it belongs to."""
    style = pack.ids.get("home")
    if style is None:
        return user_id(pack, world, home)
    return encode(style, "home", home_key(world, home, homes_apart(style)))


def find_home_by_id(pack: Pack, world: World, text: str) -> int | None:
    """Find a home by its id in this API; None where there is none."""
    style = pack.ids.get("home")
    if style is None:
        return find_home(pack, world, text)
    return _home(world, style, "home", text)


def _home(world: World, style: IdStyle, realm: str, text: str) -> int | None:
    key = decode(style, realm, text)
    return home_of_key(world, key, homes_apart(style)) if key is not None else None


def action_id(pack: Pack, action: Action) -> str:
    """Write an action's id as this API does."""
    return encode(pack.ids["action"], "action", action.number)


def find_action(pack: Pack, log: CommandLog, text: str, at: datetime, family: str = "") -> Action | None:
    """Find an action that came by this API, by its id; None where there is none by that instant, or of that family."""
    number = decode(pack.ids["action"], "action", text)
    action = log.actions.get(number) if number is not None else None
    if action is None or action.pack != pack.name or action.created > at:
        return None
    return action if family in ("", action.device.family) else None
