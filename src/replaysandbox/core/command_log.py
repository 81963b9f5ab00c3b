"""What a session was told to do, in order. Frozen: a write makes a new log from the old one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from replaysandbox.core.action import TERMINAL, Action, stage_at
from replaysandbox.core.device import DeviceRef


@dataclass(frozen=True, slots=True)
class Write:
    """A setting that was written.

    Attributes:
        number: Position in the log.
        at: Instant of acceptance.
        pack: API it came by.
        device: Device it is for.
        name: The API's word for the setting.
        value: In the API's unit.
    """

    number: int
    at: datetime
    pack: str
    device: DeviceRef
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class CommandLog:
    """Accepted commands and settings of one session.

    Attributes:
        count: How many entries were ever numbered; numbers are never used twice.
        actions: Number → action, oldest first.
        by_device: Device → numbers of its actions, oldest first.
        writes: Device → settings written, oldest first.
        bents: Device → its course, as `world/bent.py` works it out.
        latest: Instant of the last entry, or None while there is none.
    """

    count: int = 0
    actions: Mapping[int, Action] = field(default_factory=dict)
    by_device: Mapping[DeviceRef, tuple[int, ...]] = field(default_factory=dict)
    writes: Mapping[DeviceRef, tuple[Write, ...]] = field(default_factory=dict)
    bents: Mapping[DeviceRef, Any] = field(default_factory=dict)
    latest: datetime | None = None


def with_action(log: CommandLog, action: Action) -> CommandLog:
    """Add an action, numbered by the caller as `log.count + 1`."""
    numbers = (*log.by_device.get(action.device, ()), action.number)
    return replace(
        log,
        count=max(log.count, action.number),
        actions={**log.actions, action.number: action},
        by_device={**log.by_device, action.device: numbers},
        latest=action.created,
    )


def with_cancelled(log: CommandLog, numbers: Iterable[int], at: datetime) -> CommandLog:
    """Mark actions as cancelled at an instant."""
    changed = {number: replace(log.actions[number], cancelled=at) for number in numbers}
    return replace(log, actions={**log.actions, **changed}, latest=at)


def with_write(log: CommandLog, write: Write) -> CommandLog:
    """Add a setting, numbered by the caller as `log.count + 1`."""
    written = (*log.writes.get(write.device, ()), write)
    writes = {**log.writes, write.device: written}
    return replace(log, count=max(log.count, write.number), writes=writes, latest=write.at)


def actions_at(log: CommandLog, device: DeviceRef, at: datetime) -> Iterator[Action]:
    """List a device's actions accepted by an instant, newest first."""
    for number in reversed(log.by_device.get(device, ())):
        action = log.actions[number]
        if action.created <= at:
            yield action


def active_at(log: CommandLog, device: DeviceRef, at: datetime) -> list[Action]:
    """List a device's actions that are neither over nor cancelled at an instant, oldest first."""
    return [action for action in actions_at(log, device, at) if stage_at(action, at) not in TERMINAL][::-1]


def settings_at(log: CommandLog, device: DeviceRef, at: datetime) -> dict[str, float]:
    """Tell the settings written to a device by an instant: API's word → value."""
    return {write.name: write.value for write in log.writes.get(device, ()) if write.at <= at}


def wound_back(log: CommandLog, at: datetime) -> CommandLog:
    """Drop what was accepted after an instant: a write in the past makes another future."""
    if log.latest is None or log.latest <= at:
        return log
    kept = {number: _uncancelled(action, at) for number, action in log.actions.items() if action.created <= at}
    return replace(
        log,
        actions=kept,
        by_device={
            device: tuple(number for number in numbers if number in kept) for device, numbers in log.by_device.items()
        },
        writes={device: tuple(write for write in written if write.at <= at) for device, written in log.writes.items()},
        latest=at,
    )


def _uncancelled(action: Action, at: datetime) -> Action:
    late = action.cancelled is not None and action.cancelled > at
    return replace(action, cancelled=None) if late else action
