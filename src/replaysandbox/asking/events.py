"""Events that an API tells apps by itself: each kind for each family, and for each action that was accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from replaysandbox.answer import Loaded
from replaysandbox.core.action import Action, Failure
from replaysandbox.core.agenda import Event
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session
from replaysandbox.core.webhooks import EventKind, Message
from replaysandbox.notify import messages_of
from replaysandbox.world.world import total

_FAILURE = Failure("DEVICE_OFFLINE", "The device cannot be reached.", 32.0)


def messages(loaded: Loaded, pack: Pack, session: Session, at: datetime) -> Iterator[Message]:
    """Put all that a pack may tell into its words.

    Args:
        loaded: Packs and world.
        pack: The pack.
        session: What was written: its actions end well, or badly.
        at: Sandbox instant.
    """
    for kind in pack.webhooks.events if pack.webhooks else ():
        for event, there in _events(loaded, pack, kind, session, at):
            yield from messages_of(pack, loaded.templates[pack.name], loaded.world, there, event)


def _events(
    loaded: Loaded, pack: Pack, kind: EventKind, session: Session, at: datetime
) -> Iterator[tuple[Event, Session]]:
    if kind.startswith("action_"):
        yield from (_end(kind, action, session) for action in session.log.actions.values() if action.pack == pack.name)
        return
    if kind == "record_written":
        yield from ((event, session) for event in _written(pack, session))
        return
    for family in dict.fromkeys(route.family for route in pack.routes if route.family):
        if total(loaded.world, family):
            yield Event(kind, at, 1, pack.name, DeviceRef(family, 0)), session


def _written(pack: Pack, session: Session) -> Iterator[Event]:
    for (name, collection), members in session.log.records.items():
        for text, versions in members.items() if name == pack.name else ():
            yield Event("record_written", versions[-1].at, versions[-1].number, name, None, collection, text)


def _end(kind: EventKind, action: Action, session: Session) -> tuple[Event, Session]:
    ended = replace(action, cancelled=None, failure=_FAILURE if kind == "action_failed" else None)
    log = replace(session.log, actions={**session.log.actions, action.number: ended})
    event = Event(kind, ended.ended_at, ended.number, ended.pack, ended.device)
    return event, replace(session, log=log)
