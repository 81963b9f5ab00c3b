"""What an API tells apps by itself: an event of a session → the messages, in each API's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from replaysandbox.core.agenda import Event
from replaysandbox.core.command_log import CommandLog, linked_at
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.record import member_of
from replaysandbox.core.session import Session
from replaysandbox.core.webhooks import Message, WebhookEvent
from replaysandbox.operations.call import Call
from replaysandbox.operations.ids import action_id, device_id, find_device, user_id
from replaysandbox.operations.view import view_action, view_device
from replaysandbox.render.render import RenderError, Templates, render
from replaysandbox.world.bending import moved_by
from replaysandbox.world.world import World


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as templates see it.

    Attributes:
        id: Id of the message.
        uuid: The same, written as a UUID.
        name: The API's word for it.
        kind: Our word for it.
        at: Sandbox instant.
        device_id: Id of its device in this API, or empty.
        family: Family of its device, or empty.
        user_id: Id of the person whose home the device is in, or empty.
        token: A text made of the event, for links that hold one.
    """

    id: str
    uuid: str
    name: str
    kind: str
    at: datetime
    device_id: str
    family: str
    user_id: str
    token: str


def messages_of(pack: Pack, templates: Templates, world: World, session: Session, event: Event) -> list[Message]:
    """Put an event into the words of an API: a message for each thing that the API tells of it, often one or none.

    Args:
        pack: The API it happened in, or one that sees the device it happened to.
        templates: Its templates.
        world: The world.
        session: The session it happened in.
        event: The event.
    """
    if pack.webhooks is None:
        return []
    return [
        _message(pack, templates, world, session, replace(event, pack=pack.name), told, device)
        for told in pack.webhooks.events.get(event.kind, ())
        for device in _meant(pack, world, session, event, told)
    ]


def _meant(pack: Pack, world: World, session: Session, event: Event, told: WebhookEvent) -> Iterator[DeviceRef | None]:
    """List the devices that an API tells an event of: those of the families it means, and can reach."""
    if event.kind == "record_written":
        record = member_of(session.log, pack.name, event.at, event.collection, event.record)
        if record is None or told.collection != event.collection:
            return
        text = record.arguments.get("id", "")
        yield next(filter(None, (find_device(pack, world, family, text) for family in told.family)), None)
    elif event.device is not None:
        changed = event.kind == "device_changed"
        if changed and told.by and _changed_by(session.log, event.device, event.number) not in told.by:
            return
        for device in dict.fromkeys((event.device, moved_by(event.device)) if changed else (event.device,)):
            reached = not changed or linked_at(session.log, pack.name, device, event.at)
            if device.family in (told.family or _families(pack)) and reached:
                yield device


def _changed_by(log: CommandLog, device: DeviceRef, number: int) -> str:
    """Tell what changed a device, by the number of its entry."""
    if number in log.actions:
        return "command"
    return "hand" if any(each.number == number for each in log.steers.get(device, ())) else "setting"


def _families(pack: Pack) -> set[str]:
    return {route.family for route in pack.routes if route.family}


def _message(
    pack: Pack,
    templates: Templates,
    world: World,
    session: Session,
    event: Event,
    told: WebhookEvent,
    device: DeviceRef | None,
) -> Message:
    action = session.log.actions.get(event.number) if event.kind.startswith("action_") else None
    event = replace(event, device=device)
    message = Message(
        id=message_id(world.seed, session.name, event, told.name),
        session=session.name,
        pack=pack.name,
        kind=event.kind,
        event=told.name,
        at=event.at,
        device=device_id(pack, world, device) if device else "",
        action=action_id(pack, action) if action else "",
        only=event.record if told.to == "record" else "",
    )
    try:
        return replace(message, body=render(templates, told.template, _seen(pack, world, session, event, message)))
    except RenderError as error:
        if templates.failures is not None:
            templates.failures.append(error)
        return replace(message, problem=f"the pack {pack.name} cannot render it: {error}")


def message_id(seed: int, session: str, event: Event, name: str = "") -> str:
    """Make the id of an event's message: the same however often it comes, and in every process.

    Args:
        seed: Seed of the world.
        session: Name of the session.
        event: The event, as one API tells it.
        name: The API's word for it.

    Source: ours; shaped like Svix's, `msg_` and 27 letters or digits.
    """
    family = event.device.family if event.device and event.kind == "device_changed" else ""
    parts = (seed, session, event.pack, event.kind, event.number, event.at.isoformat(), name, family)
    return f"msg_{sha256(' '.join(map(str, parts)).encode()).hexdigest()[:27]}"


def _seen(pack: Pack, world: World, session: Session, event: Event, message: Message) -> Mapping[str, Any]:
    """Give what a template sees: the event, its device as it was, its action or its record."""
    device = event.device
    view = EventView(
        id=message.id,
        uuid=message.uuid,
        name=message.event,
        kind=event.kind,
        at=event.at,
        device_id=message.device,
        family=device.family if device else "",
        user_id=user_id(pack, world, device.home) if device else "",
        token=sha256(f"token {message.id}".encode()).hexdigest()[:32],
    )
    find = partial(member_of, session.log, pack.name, event.at)
    seen: dict[str, Any] = {"at": event.at, "event": view, "maps": pack.maps, "record_of": find}
    if device is not None:
        fresh = replace(pack, realism=None) if pack.realism else pack  # it is told for what was read for it
        route = Route(pack.name, "POST", "", "read", device.family, "")
        call = Call(fresh, route, {}, {}, None, world, session, event.at)
        seen["device"] = view_device(call, device)[0]
    if event.collection:
        seen["record"] = find(event.collection, event.record)
    action = session.log.actions.get(event.number) if message.action else None
    return seen | ({"action": view_action(pack, world, action, event.at)} if action else {})
