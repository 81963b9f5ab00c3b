"""Receivers that apps register through an API itself: members of a collection, read when something is to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.pack import Pack
from replaysandbox.core.record import RecordView, member_of, members_of
from replaysandbox.core.webhooks import Receiver, Registered
from replaysandbox.files.options import for_pack
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.receivers import host_of, outside
from replaysandbox.operations.body import part_of


def registered_at(pack: Pack, log: CommandLog, at: datetime) -> Iterator[Receiver]:
    """List the receivers that apps have registered in an API by an instant.

    Args:
        pack: The API.
        log: What the session was told.
        at: Sandbox instant.
    """
    words = pack.webhooks.registered if pack.webhooks else None
    if words is not None:
        for member in members_of(log, pack.name, at, words.collection).values():
            yield _receiver(pack, words, member)


def receiver_of(engine: Engine, settings: Settings, delivery: Delivery) -> Receiver | str:
    """Find the receiver of a delivery as it is registered now, or say why it is sent nothing.

    A URL that an app registers was not named by the user, who alone says what may leave the machine: it gets
    something where it is on this machine, or its host is one that `--webhook` or `--pass` names.

    Args:
        engine: The engine.
        settings: What the user asked for.
        delivery: A delivery to a receiver that an app registered.
    """
    message = delivery.message
    pack, session = engine.loaded.packs.get(message.pack), engine.sessions.get(message.session)
    words = pack.webhooks.registered if pack and pack.webhooks else None
    if pack is None or words is None or session is None:
        return f"the pack {message.pack} registers no receivers any more"
    log = session.session.log
    found = member_of(log, pack.name, log.latest or message.at, words.collection, delivery.registered)
    if found is None:
        return f"the receiver {delivery.registered} is not registered any more"
    receiver = _receiver(pack, words, found)
    if not receiver.url.startswith(("http://", "https://")) or not host_of(receiver.url):
        return "the address that was registered is no http(s) URL"
    for host in outside([receiver.url]):
        if not _is_named(host, settings):
            return f"{host} is not this machine; webhooks that an app registers go there with --pass {host}"
    return receiver


def _is_named(host: str, settings: Settings) -> bool:
    named = {host_of(for_pack(text)[1]) for text in settings.webhook}
    return host in named or any(fnmatchcase(host, glob.lower()) for glob in settings.pass_)


def _receiver(pack: Pack, words: Registered, member: RecordView) -> Receiver:
    names = part_of(member.body, words.events)
    name, value = (_text(part_of(member.body, path)) for path in (words.header_name, words.header_value))
    return Receiver(
        url=_text(part_of(member.body, words.url)),
        pack=pack.name,
        id=member.id,
        secret=_text(part_of(member.body, words.secret)),
        events=tuple(map(str, names)) if isinstance(names, list) else (),
        headers=((name, value),) if name else (),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""
