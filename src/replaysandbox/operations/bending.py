"""What entries of the log do to it, and to the course of their device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import reduce

from replaysandbox.core.action import Action
from replaysandbox.core.bend import Bend
from replaysandbox.core.command_log import (
    CommandLog,
    with_action,
    with_cancelled,
    with_link,
    with_record,
    with_steer,
    with_write,
    wound_back,
)
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.world.bending import BENDABLE, bend, moved_by, unbend
from replaysandbox.world.world import World


def told(world: World, log: CommandLog, entry: Entry) -> CommandLog:
    """Add an entry to a log: what was accepted after its instant is dropped first.

    Args:
        world: The world whose devices it is about.
        log: The log.
        entry: The entry; its number is `log.count + 1`, or, where a log is worked out anew, what it was then.
    """
    log = rewound(world, log, entry.at)
    match entry:
        case Pushed():
            return _bent_by(world, with_action(log, entry.action), entry.action)
        case Cancelled():
            log = with_cancelled(log, entry.actions, entry.at)
            return _unbent_by(world, log, [log.actions[number] for number in entry.actions])
        case Write():
            return _written(world, with_write(log, entry), entry)
        case Steer():
            return _steered(world, with_steer(log, entry), entry)
        case Link():
            return with_link(log, entry)
        case Record():
            return with_record(log, entry)


def told_all(world: World, entries: Iterable[Entry]) -> CommandLog:
    """Work out a log from its entries alone, in the order in which they were accepted."""
    return reduce(lambda log, entry: told(world, log, entry), entries, CommandLog())


def rewound(world: World, log: CommandLog, at: datetime) -> CommandLog:
    """Drop what was accepted after an instant, and what it did; what was cancelled after it works again."""
    back = wound_back(log, at)
    if back is log:
        return log
    gone = {number for number in log.actions if number not in back.actions}
    again = [back.actions[n] for n in back.actions if log.actions[n].cancelled and not back.actions[n].cancelled]
    bents = dict(log.bents)
    for device, bent in log.bents.items():
        late = {check.number for check in bent.checks if check.bend.does in _AT_ONCE and check.bend.at > at}
        bents[device] = unbend(world, device, bent, frozenset((gone | late) - {0}))
    back = replace(back, bents={device: bent for device, bent in bents.items() if any(c.number for c in bent.checks)})
    for action in again:
        back = _bent_by(world, back, action)
    return back


_AT_ONCE = frozenset({"limits", "set", "pin", "unpin"})
"""Bends that work from the instant of their entry on."""


def _bent_by(world: World, log: CommandLog, action: Action) -> CommandLog:
    """Let an action that was just accepted work; one that is bound to fail does nothing."""
    if action.failure is not None:
        return log
    # of what a device is limited to by command, the newest counts, whichever API it came by
    source = f"{action.device.family} {' '.join(sorted(action.values))}" if action.does == "limits" else ""
    change = Bend(action.begin, action.does, action.end, action.values, action.number, source)
    return _bent(world, log, action.device, change)


def _written(world: World, log: CommandLog, write: Write) -> CommandLog:
    """Let a setting limit its device; one that is only shown does nothing."""
    if not write.limits:
        return log
    source = f"{write.pack} {write.device.family} {write.name}"
    return _bent(world, log, write.device, Bend(write.at, "limits", None, write.limits, write.number, source))


def _steered(world: World, log: CommandLog, steer: Steer) -> CommandLog:
    """Let a hand set or hold values; whether a device is in reach changes nothing about its course."""
    if steer.does == "online" or steer.does == "offline":  # noqa: PLR1714 - mypy narrows by this form alone
        return log
    return _bent(world, log, steer.device, Bend(steer.at, steer.does, None, steer.values, steer.number))


def _bent(world: World, log: CommandLog, device: DeviceRef, change: Bend) -> CommandLog:
    moved = moved_by(device)
    if moved.family not in BENDABLE:
        return log
    return replace(log, bents={**log.bents, moved: bend(world, moved, log.bents.get(moved), change)})


def _unbent_by(world: World, log: CommandLog, actions: Iterable[Action]) -> CommandLog:
    """Take back what actions were going to do."""
    bents = dict(log.bents)
    for action in actions:
        moved = moved_by(action.device)
        if moved in bents:
            bents[moved] = unbend(world, moved, bents[moved], frozenset({action.number}))
    return replace(log, bents=bents)
