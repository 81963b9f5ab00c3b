"""What accepted, cancelled and dropped commands do to the course of their device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from replaysandbox.core.action import Action
from replaysandbox.core.bend import Bend
from replaysandbox.core.command_log import CommandLog, wound_back
from replaysandbox.world.bent import Bent
from replaysandbox.world.reading import bend_battery, unbend_battery
from replaysandbox.world.world import World


def bent_by(world: World, log: CommandLog, action: Action) -> CommandLog:
    """Let an action that was just accepted work; one that is bound to fail does nothing."""
    if action.failure is not None:
        return log
    bend = Bend(action.begin, action.does, action.end, action.values, action.number)
    bent = bend_battery(world, action.device, log.bents.get(action.device, Bent()), bend)
    return replace(log, bents={**log.bents, action.device: bent})


def unbent_by(world: World, log: CommandLog, actions: Iterable[Action]) -> CommandLog:
    """Take back what actions were going to do."""
    bents = dict(log.bents)
    for action in actions:
        if action.device in bents:
            bents[action.device] = unbend_battery(
                world, action.device, bents[action.device], frozenset({action.number})
            )
    return replace(log, bents=bents)


def rewound(world: World, log: CommandLog, at: datetime) -> CommandLog:
    """Drop what was accepted after an instant, and what it did; what was cancelled after it works again."""
    back = wound_back(log, at)
    if back is log:
        return log
    gone = [action for number, action in log.actions.items() if number not in back.actions]
    again = [back.actions[n] for n in back.actions if log.actions[n].cancelled and not back.actions[n].cancelled]
    back = unbent_by(world, back, gone)
    for action in again:
        back = bent_by(world, back, action)
    return back
