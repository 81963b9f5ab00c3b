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
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.world.bent import Bent
from replaysandbox.world.reading import bend_battery, unbend_battery
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
            return with_write(log, entry)
        case Steer():
            return with_steer(log, entry)
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
    gone = [action for number, action in log.actions.items() if number not in back.actions]
    again = [back.actions[n] for n in back.actions if log.actions[n].cancelled and not back.actions[n].cancelled]
    back = _unbent_by(world, back, gone)
    for action in again:
        back = _bent_by(world, back, action)
    return back


def _bent_by(world: World, log: CommandLog, action: Action) -> CommandLog:
    """Let an action that was just accepted work; one that is bound to fail does nothing."""
    if action.failure is not None:
        return log
    bend = Bend(action.begin, action.does, action.end, action.values, action.number)
    bent = bend_battery(world, action.device, log.bents.get(action.device, Bent()), bend)
    return replace(log, bents={**log.bents, action.device: bent})


def _unbent_by(world: World, log: CommandLog, actions: Iterable[Action]) -> CommandLog:
    """Take back what actions were going to do."""
    bents = dict(log.bents)
    for action in actions:
        if action.device in bents:
            bents[action.device] = unbend_battery(
                world, action.device, bents[action.device], frozenset({action.number})
            )
    return replace(log, bents=bents)
