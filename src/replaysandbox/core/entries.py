"""What a session can be told: the entries of its command log. A log is worked out from them alone, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from replaysandbox.core.action import Action
from replaysandbox.core.device import DeviceRef

Steers = Literal["set", "pin", "unpin", "online", "offline"]
"""What a hand does to a device: values it goes on from, values it holds, no longer, in reach, out of reach."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A command that was accepted."""

    action: Action

    @property
    def number(self) -> int:
        """Position in the log."""
        return self.action.number

    @property
    def at(self) -> datetime:
        """Instant of acceptance."""
        return self.action.created


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Actions that were cancelled, by request or by what replaces them.

    Attributes:
        at: Instant of the cancellation.
        actions: Their numbers.
    """

    at: datetime
    actions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """A setting that was written.

    Attributes:
        number: Position in the log.
        at: Instant of acceptance.
        pack: API it came by.
        device: Device it is for.
        name: The API's word for the setting.
        value: In the API's unit.
        limits: What it limits in the device, by name with unit: `floor_pct`, `ceiling_pct`, `max_charge_w`, …
    """

    number: int
    at: datetime
    pack: str
    device: DeviceRef
    name: str
    value: float
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Steer:
    """What was done to a device by hand, past every API.

    Attributes:
        number: Position in the log.
        at: Instant from which it works.
        device: Device it is for.
        does: What is done.
        values: Numbers for `set` and `pin`, by name with unit: `level_pct`, …
    """

    number: int
    at: datetime
    device: DeviceRef
    does: Steers
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A device's account that was connected or disconnected in one API.

    Attributes:
        number: Position in the log.
        at: Instant from which it holds.
        pack: API it is about.
        device: Device it is for.
        linked: Whether it is connected.
    """

    number: int
    at: datetime
    pack: str
    device: DeviceRef
    linked: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A member of one of an API's collections: its users, its subscriptions.

    Attributes:
        number: Position in the log.
        at: Instant of acceptance.
        pack: API it came by.
        collection: Name of the collection in the pack.
        id: Id of the member in this API.
        body: Its JSON value; None where it was deleted.
        arguments: What the path of the write caught.
    """

    number: int
    at: datetime
    pack: str
    collection: str
    id: str
    body: Any
    arguments: Mapping[str, str] = field(default_factory=dict)


Entry = Pushed | Cancelled | Write | Steer | Link | Record
