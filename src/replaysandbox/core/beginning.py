"""How a sandbox that runs is to begin anew: what differs from how it was started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replaysandbox.core.exchange import Mode


@dataclass(frozen=True, slots=True)
class Beginning:
    """How to begin anew. What is None is as the sandbox was started.

    Attributes:
        scenario: Situation to start in.
        at: Sandbox instant to start at.
        mode: What calls are answered from. With `simulate` no capture is meant.
        capture: Path of the capture to replay or to record to.
        on_miss: What becomes of a call that nothing answers.
    """

    scenario: str | None = None
    at: datetime | None = None
    mode: Mode | None = None
    capture: str | None = None
    on_miss: str | None = None


def not_served(beginning: Beginning, wall: datetime) -> None:
    """Stand in for beginning anew where nothing is served: in an engine alone."""
    raise RuntimeError(f"an engine that is not served cannot begin anew: {beginning} at {wall}")
