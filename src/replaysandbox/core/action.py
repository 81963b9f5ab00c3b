"""An action: the API's record of a command's life. Its life is computed from instants, never ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from replaysandbox.core.bend import Does
from replaysandbox.core.device import DeviceRef

Stage = Literal["scheduled", "acknowledged", "completed", "failed", "cancelled"]
TERMINAL: frozenset[Stage] = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Failure:
    """How an action is going to fail.

    Attributes:
        code: The API's word for it.
        message: For people.
        after_s: Seconds from its begin to the failure. [s]
    """

    code: str
    message: str
    after_s: float


@dataclass(frozen=True, slots=True)
class Action:
    """A command that was accepted.

    Attributes:
        number: Position in its session's log, from 1; its id is made from it.
        pack: API it came by.
        device: Device it is for.
        command: The API's word.
        does: What the device is made to do.
        parameters: As sent, for the echo; None where none were.
        values: The same in our units, by name with unit.
        created: Instant of acceptance.
        start: Instant it was put off to, or None.
        end: Instant at which its window ends, or None.
        acknowledged_s: Seconds from its begin to the maker's acknowledgement. [s]
        completed_s: Seconds from its begin to its completion. [s]
        failure: How it is going to fail, or None.
        cancelled: Instant at which it was cancelled, or None.
    """

    number: int
    pack: str
    device: DeviceRef
    command: str
    does: Does
    parameters: Mapping[str, Any] | None
    values: Mapping[str, float]
    created: datetime
    start: datetime | None = None
    end: datetime | None = None
    acknowledged_s: float = 0.0
    completed_s: float = 0.0
    failure: Failure | None = None
    cancelled: datetime | None = None

    @property
    def begin(self) -> datetime:
        """Instant at which it starts to work."""
        return self.start or self.created

    @property
    def acknowledged_at(self) -> datetime:
        """Instant at which the maker acknowledges it, unless it is cancelled before."""
        return self.begin + timedelta(seconds=self.acknowledged_s)

    @property
    def ended_at(self) -> datetime:
        """Instant at which it completes or fails, unless it is cancelled before."""
        return self.begin + timedelta(seconds=self.failure.after_s if self.failure else self.completed_s)


def stage_at(action: Action, at: datetime) -> Stage:
    """Tell where an action stands at an instant not before its acceptance.

    Source:
        live-api.md, section 6: five stages; `completed` means accepted by the maker, not done.
    """
    if action.cancelled is not None and action.cancelled <= at:
        return "cancelled"
    if action.start is not None and at < action.start:
        return "scheduled"
    if at < action.ended_at:
        return "acknowledged"
    return "failed" if action.failure else "completed"


def changed_at(action: Action, at: datetime) -> datetime:
    """Tell when the record last changed, seen from an instant: its creation, acknowledgement, end or cancellation."""
    marks = [action.created]
    if action.cancelled is not None:
        marks.append(action.cancelled)
    else:
        marks += [action.begin, action.acknowledged_at, action.ended_at]
    return max(mark for mark in marks if mark <= at or mark == action.created)
