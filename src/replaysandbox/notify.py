"""What an API tells apps by itself, and when: a session's log → the events due, each in the API's own words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from replaysandbox.core.command_log import Account, CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Entry, Link, Pushed
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.session import Session
from replaysandbox.core.webhooks import EventKind, Message
from replaysandbox.operations.call import Call
from replaysandbox.operations.ids import action_id, device_id, user_id
from replaysandbox.operations.view import view_action, view_device
from replaysandbox.render.render import RenderError, Templates, render
from replaysandbox.world.world import World


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that may be told: the end of an action, or a change of a link."""

    at: datetime
    number: int
    link: Account | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a session may still have to tell. Its size is that of what is to come, not of what has been.

    Attributes:
        waiting: By instant, then number.
        latest: Instant of the newest entry noted, or None.
        stale: Whether time went back in the log, so that all of it has to be looked at again.
    """

    waiting: tuple[_Due, ...] = ()
    latest: datetime | None = None
    stale: bool = False

    @property
    def next_at(self) -> datetime | None:
        """Instant of the next thing to be told, or None."""
        return self.waiting[0].at if self.waiting else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is to be told.

    Attributes:
        kind: What.
        at: Sandbox instant.
        number: Number of the action, or of the link's entry.
        pack: API it happened in.
        device: Device it happened to.
    """

    kind: EventKind
    at: datetime
    number: int
    pack: str
    device: DeviceRef


def agenda_of(log: CommandLog) -> Agenda:
    """Work out the agenda of a log from all of it, what was told before included."""
    actions = [_Due(action.ended_at, number) for number, action in log.actions.items()]
    links = [_Due(link.at, link.number, account) for account, some in log.links.items() for link in some]
    return Agenda(tuple(sorted((*actions, *links), key=_order)), log.latest)


def noted(agenda: Agenda, entries: Iterable[Entry]) -> Agenda:
    """Take note of new entries of a log. One before the last means that later ones were dropped."""
    for entry in entries:
        back = agenda.latest is not None and entry.at < agenda.latest
        due = _due_of(entry)
        waiting = agenda.waiting
        if due is not None:
            place = bisect_right(waiting, _order(due), key=_order)
            waiting = (*waiting[:place], due, *waiting[place:])
        agenda = Agenda(waiting, entry.at, agenda.stale or back)
    return agenda


def _due_of(entry: Entry) -> _Due | None:
    if isinstance(entry, Pushed):
        return _Due(entry.action.ended_at, entry.number)
    return _Due(entry.at, entry.number, (entry.pack, entry.device)) if isinstance(entry, Link) else None


def _order(due: _Due) -> tuple[datetime, int]:
    return due.at, due.number


def due_by(agenda: Agenda, log: CommandLog, at: datetime) -> tuple[list[Event], Agenda]:
    """Take from an agenda what has happened by an instant.

    Args:
        agenda: The agenda.
        log: The log it is of, as it is now: what was cancelled or dropped meanwhile does not happen.
        at: Instant the session's clock has come to.

    Returns:
        The events, in order of instant, then number, and the rest of the agenda. After a way back in time events
        may come once more; their messages have the ids they had before.
    """
    if agenda.stale:
        agenda = agenda_of(log)
    place = bisect_right(agenda.waiting, at, key=lambda due: due.at)
    found = (_event(log, due) for due in agenda.waiting[:place])
    return [event for event in found if event is not None], replace(agenda, waiting=agenda.waiting[place:])


def _event(log: CommandLog, due: _Due) -> Event | None:
    if due.link is not None:
        return _link_event(log, due, *due.link)
    action = log.actions.get(due.number)
    if action is None or action.cancelled is not None:
        return None
    kind: EventKind = "action_failed" if action.failure else "action_completed"
    return Event(kind, due.at, due.number, action.pack, action.device)


def _link_event(log: CommandLog, due: _Due, pack: str, device: DeviceRef) -> Event | None:
    """Tell a change of a link; a first connection by hand is one, though all devices are linked from the start."""
    links = [link for link in log.links.get((pack, device), ()) if link.number <= due.number]
    if not links or links[-1].number != due.number:
        return None
    linked, before = links[-1].linked, links[-2].linked if len(links) > 1 else None
    if linked is before:
        return None
    kind: EventKind = "device_disconnected"
    if linked:
        kind = "device_connected" if before is None else "device_reconnected"
    return Event(kind, due.at, due.number, pack, device)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as templates see it.

    Attributes:
        id: Id of the message.
        name: The API's word for it.
        at: Sandbox instant.
        device_id: Id of its device in this API.
        family: Family of its device.
        user_id: Id of the person whose home the device is in.
        token: A text made of the event, for links that hold one.
    """

    id: str
    name: str
    at: datetime
    device_id: str
    family: str
    user_id: str
    token: str


def message_of(pack: Pack, templates: Templates, world: World, session: Session, event: Event) -> Message | None:
    """Put an event into the words of its API; None where the API does not tell it.

    Args:
        pack: The API it happened in.
        templates: Its templates.
        world: The world.
        session: The session it happened in.
        event: The event.
    """
    told = pack.webhooks.events.get(event.kind) if pack.webhooks else None
    if told is None:
        return None
    number = message_id(world.seed, session.name, event)
    device = device_id(pack, world, event.device)
    action = session.log.actions.get(event.number) if event.kind.startswith("action_") else None
    message = Message(
        id=number,
        session=session.name,
        pack=pack.name,
        kind=event.kind,
        event=told.name,
        at=event.at,
        device=device,
        action=action_id(pack, action) if action else "",
    )
    try:
        return replace(message, body=render(templates, told.template, _seen(pack, world, session, event, message)))
    except RenderError as error:
        return replace(message, problem=f"the pack {pack.name} cannot render it: {error}")


def message_id(seed: int, session: str, event: Event) -> str:
    """Make the id of an event's message: the same however often it comes, and in every process.

    Source: ours; shaped like Svix's, `msg_` and 27 letters or digits.
    """
    parts = (seed, session, event.pack, event.kind, event.number, event.at.isoformat())
    return f"msg_{sha256(' '.join(map(str, parts)).encode()).hexdigest()[:27]}"


def _seen(pack: Pack, world: World, session: Session, event: Event, message: Message) -> Mapping[str, Any]:
    """Give what a template sees: the event, its device as it was, and its action."""
    route = Route(pack.name, "POST", "", "read", event.device.family, "")
    call = Call(pack, route, {}, {}, None, world, session, event.at)
    view = EventView(
        id=message.id,
        name=message.event,
        at=event.at,
        device_id=message.device,
        family=event.device.family,
        user_id=user_id(pack, world, event.device.home),
        token=sha256(f"token {message.id}".encode()).hexdigest()[:32],
    )
    action = session.log.actions.get(event.number) if message.action else None
    seen: dict[str, Any] = {"at": event.at, "event": view, "device": view_device(call, event.device)[0]}
    return seen | ({"action": view_action(pack, world, action, event.at)} if action else {})
