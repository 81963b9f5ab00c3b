"""A delivery: one event on its way to one receiver. A plain value, so that it can be kept and restored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from replaysandbox.core.webhooks import Message, Receiver

State = Literal["unsent", "waiting", "delivered", "failed"]
"""No receiver; not yet delivered and tried again; taken by the receiver; given up."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try.

    Attributes:
        wall: Wall instant at which it began.
        status: HTTP status that was answered, or None.
        error: What went wrong, or empty.
        took_ms: How long it took. [ms]
    """

    wall: datetime
    status: int | None = None
    error: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one receiver.

    Attributes:
        id: Made of event and receiver; constant.
        number: Order in which deliveries came to be, from 1, over all sessions.
        message: The event.
        receiver: URL it goes to; empty where there is none.
        state: How far it is.
        attempts: What was tried, oldest first.
        tries: How many of them since it was last asked for, by the event itself or by hand.
        next_attempt: Wall instant of the next try, or None.
        registered: Id of the receiver, where an app registered it through the API; else empty.
    """

    id: str
    number: int
    message: Message = field(repr=False)
    receiver: str
    state: State
    attempts: tuple[Attempt, ...] = ()
    tries: int = 0
    next_attempt: datetime | None = None
    registered: str = ""

    @property
    def tried(self) -> bool:
        """Whether nothing more of it is to be waited for than a retry."""
        return self.state != "waiting" or self.tries > 0


def new_delivery(message: Message, receiver: Receiver | None, number: int, wall: datetime) -> Delivery:
    """Begin a delivery: to be sent at once, or, without receiver or body, not at all."""
    url, registered = (receiver.url, receiver.id) if receiver else ("", "")
    begun = Delivery(
        id=delivery_id(message.id, f"{url} {registered}".rstrip()),
        number=number,
        message=message,
        receiver=url,
        state="waiting",
        next_attempt=wall,
        registered=registered,
    )
    if message.problem:
        return replace(begun, state="failed", next_attempt=None, attempts=(Attempt(wall, error=message.problem),))
    return begun if receiver else replace(begun, state="unsent", next_attempt=None)


def delivery_id(message: str, receiver: str) -> str:
    """Make the id of an event's delivery to a receiver."""
    return f"del_{sha256(f'{message} {receiver}'.encode()).hexdigest()[:24]}"
