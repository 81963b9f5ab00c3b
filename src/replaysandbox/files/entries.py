"""Entries of a command log as JSON and back, for `--state`. Devices are written by the number their ids are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

import orjson

from replaysandbox.core.action import Action, Failure
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.world.world import World, device_of_number, number_of_device

_KINDS: Final[dict[str, type[Any]]] = {
    "pushed": Action,
    "cancelled": Cancelled,
    "write": Write,
    "steer": Steer,
    "link": Link,
    "record": Record,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_INSTANTS: Final = frozenset({"at", "created", "start", "end", "cancelled"})


class LostDeviceError(ValueError):
    """An entry is about a device that this world does not have."""


def entry_text(world: World, entry: Entry) -> str:
    """Write an entry as JSON."""
    noun: Any = entry.action if isinstance(entry, Pushed) else entry
    values = {field.name: getattr(noun, field.name) for field in fields(noun)}
    if "device" in values:
        values["device"] = number_of_device(world, values["device"])
    if values.get("failure") is not None:
        values["failure"] = asdict(values["failure"])
    return orjson.dumps({"kind": _NAMES[type(noun)], **values}, option=orjson.OPT_NON_STR_KEYS).decode()


def entry_from(world: World, text: str) -> Entry:
    """Read an entry back.

    Raises:
        LostDeviceError: The world does not have its device.
        ValueError: It is no entry that this version knows.
    """
    values: dict[str, Any] = orjson.loads(text)
    kind = _KINDS.get(values.pop("kind", ""))
    if kind is None:
        raise ValueError("it is of a kind that this version does not know")
    try:
        noun = kind(**{name: _read(world, name, value) for name, value in values.items()})
    except TypeError as error:
        raise ValueError(f"it was written by another version: {error}") from error
    return Pushed(noun) if isinstance(noun, Action) else noun


def _read(world: World, name: str, value: Any) -> Any:
    read = _READ.get(name)
    if value is None:
        return None
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    return read(world, value) if read else value


def _device(world: World, number: int) -> DeviceRef:
    found = device_of_number(world, number)
    if found is None:
        raise LostDeviceError("it is about a device that this world does not have")
    return found


_READ: Final[Mapping[str, Callable[[World, Any], Any]]] = {
    "device": _device,
    "failure": lambda _, value: Failure(**value),
    "actions": lambda _, value: tuple(value),
}
