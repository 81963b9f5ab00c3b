"""What an API tells an app by itself, as a pack says it: its events, how they are signed, where they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

EventKind = Literal[
    "action_completed", "action_failed", "device_connected", "device_reconnected", "device_disconnected"
]
"""Our own words for what can happen; a pack says which of them its API tells, and how."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """One kind of event, as an API tells it.

    Attributes:
        name: The API's word: `push.completed`.
        template: Template of the body.
    """

    name: str
    template: str


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
class Webhooks:
    """What an API tells an app by itself.

    Attributes:
        events: Our word → the API's.
        sign: How it is signed.
        headers: Header fields beside the signature's; values may hold `{id}`, `{event}`, `{timestamp}`.
        challenge: Asked of a receiver before its first event, or None.
        timeout_s: How long a receiver may take to answer. [s]
    """

    events: Mapping[EventKind, WebhookEvent]
    sign: Signing = Signing()
    headers: tuple[tuple[str, str], ...] = ()
    challenge: Challenge | None = None
    timeout_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events are sent.

    Attributes:
        url: Its address.
        pack: API whose events it gets; all when empty.
    """

    url: str
    pack: str = ""


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
