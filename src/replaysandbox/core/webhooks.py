"""What an API tells an app by itself, as a pack says it: its events, how they are signed, where they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

EventKind = Literal[
    "action_completed",
    "action_failed",
    "action_cancelled",
    "device_changed",
    "device_connected",
    "device_reconnected",
    "device_disconnected",
    "record_written",
]
"""Our own words for what can happen; a pack says which of them its API tells, and how."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """One thing that an API tells of a kind of event.

    Attributes:
        name: The API's word: `push.completed`.
        template: Template of the body.
        family: Families of devices it is told of; all that the API has when empty.
        collection: Of `record_written`: the collection.
        to: `all` receivers, or the one whose id is the record's.
        by: Of `device_changed`: `command`, `setting` or `hand`, any of which has changed it; all when empty.
    """

    name: str
    template: str
    family: tuple[str, ...] = ()
    collection: str = ""
    to: Literal["all", "record"] = "all"
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """How an API signs what it sends.

    Attributes:
        scheme: `standard` (Standard Webhooks, as Svix does), `hmac`, or `none`.
        headers: For `standard`: how its three header fields begin, `svix` or `webhook`.
        algorithm: For `hmac`: sha1, sha256 or sha512.
        encoding: For `hmac`: hex or base64.
        over: For `hmac`: what is signed; holds `{body}`, and perhaps `{id}` and `{timestamp}`.
        header: For `hmac`: header field of the signature.
        value: For `hmac`: its value; holds `{signature}`, and perhaps `{timestamp}`.
    """

    scheme: Literal["standard", "hmac", "none"] = "none"
    headers: str = "webhook"
    algorithm: str = "sha256"
    encoding: str = "hex"
    over: str = "{body}"
    header: str = ""
    value: str = "{signature}"


@dataclass(frozen=True, slots=True)
class Challenge:
    """How an API makes sure, before the first event, that a receiver is the right one.

    Attributes:
        template: Template of the body that is sent; it sees `challenge`.
        answer: Dotted path, in the JSON that is answered, of the challenge's own signature.
    """

    template: str
    answer: str


@dataclass(frozen=True, slots=True)
class Registered:
    """How apps register receivers through the API itself: as members of a collection.

    Attributes:
        collection: The collection.
        url: Dotted path of the receiver's address in a member's body.
        secret: Dotted path of what its messages are signed with; empty: what the pack's are.
        events: Dotted path of the list of names of events it gets; empty, and where there is no list or `*` in it: all.
        header_name: Dotted path of the name of a header field that each message is given, or empty.
        header_value: Dotted path of that field's value, or empty.
    """

    collection: str
    url: str
    secret: str = ""
    events: str = ""
    header_name: str = ""
    header_value: str = ""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What an API tells an app by itself.

    Attributes:
        events: Our word → what the API tells then.
        sign: How it is signed.
        headers: Header fields beside the signature's; values may hold `{id}`, `{uuid}`, `{event}`, `{timestamp}`.
        challenge: Asked of a receiver before its first event, or None.
        timeout_s: How long a receiver may take to answer. [s]
        retry_s: How long is waited before each further attempt; None: as the outbox does. [s]
        registered: How apps register receivers through the API, or None.
    """

    events: Mapping[EventKind, tuple[WebhookEvent, ...]]
    sign: Signing = Signing()
    headers: tuple[tuple[str, str], ...] = ()
    challenge: Challenge | None = None
    timeout_s: float = 15.0
    retry_s: tuple[float, ...] | None = None
    registered: Registered | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events are sent.

    Attributes:
        url: Its address.
        pack: API whose events it gets; all when empty.
        id: Id of its member, where an app registered it through the API; else empty.
        secret: What its messages are signed with; empty: what the pack's are.
        events: Names of the events it gets; all when empty.
        headers: Header fields that each message is given.
    """

    url: str
    pack: str = ""
    id: str = ""
    secret: str = field(default="", repr=False)
    events: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def gets(self, message: Message) -> bool:
        """Tell whether a message is for it."""
        if self.pack not in ("", message.pack) or message.only not in ("", self.id):
            return False
        return bool(message.only) or not self.events or "*" in self.events or message.event in self.events


@dataclass(frozen=True, slots=True)
class Message:
    """One event, ready to be sent to any number of receivers.

    Attributes:
        id: Constant, whatever becomes of it: made of the event itself.
        session: Session it happened in.
        pack: API that tells it.
        kind: Our word for the event.
        event: The API's word.
        at: Sandbox instant at which it fell due.
        device: Id of the device in this API.
        action: Id of the action in this API, or empty.
        body: The body, JSON.
        problem: Why there is no body, or empty.
        only: Id of the one registered receiver it is for, or empty.
    """

    id: str
    session: str
    pack: str
    kind: EventKind
    event: str
    at: datetime
    device: str
    action: str = ""
    body: bytes = field(default=b"", repr=False)
    problem: str = ""
    only: str = ""

    @property
    def uuid(self) -> str:
        """Its id, written as a UUID, for APIs whose ids look so."""
        return str(UUID(bytes=sha256(self.id.encode()).digest()[:16], version=4))
