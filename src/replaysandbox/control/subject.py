"""What the control API needs of the engine it looks at and steers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from replaysandbox.answer import Loaded
from replaysandbox.core import session as core_session
from replaysandbox.core.beginning import Beginning
from replaysandbox.core.clock import Clock
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.entries import Entry
from replaysandbox.core.exchange import Exchange, Mode
from replaysandbox.files.settings import Settings


class Journal(Protocol):
    """The exchanges a session has seen, oldest first."""

    @property
    def calls(self) -> Counter[tuple[str, str]]:
        """(pack, verdict) → how many."""

    def __len__(self) -> int:
        """Count the exchanges kept."""

    def __iter__(self) -> Iterator[Exchange]:
        """Go through the exchanges kept."""

    def clear(self) -> None:
        """Forget all; numbers go on."""


class Session(Protocol):
    """One session as it lives."""

    clock: Clock
    session: core_session.Session

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def journal(self) -> Journal:
        """What it has seen."""


class Subject(Protocol):
    """The engine, as the control API sees it."""

    @property
    def settings(self) -> Settings:
        """What it was started with."""

    @property
    def started(self) -> datetime:
        """Wall instant of the start."""

    @property
    def mode(self) -> Mode:
        """What calls are answered from."""

    @property
    def loaded(self) -> Loaded:
        """Packs and world in force."""

    @property
    def sessions(self) -> Mapping[str, Session]:
        """Sessions by name; `default` is always there."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the last reload was refused; empty when what is loaded is what is on disk."""

    def loaded_for(self, session: Any) -> Loaded:
        """Give packs and world as a session sees them: its devices may live at another hour."""

    def tell(self, session: Any, entry: Entry) -> None:
        """Add an entry to a session's log."""

    def set_clock(self, session: Any, clock: Clock) -> None:
        """Give a session another clock."""

    def reset(self, name: str) -> None:
        """Put a session back to the scenario's start."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts whose calls are answered here."""

    @property
    def restart(self) -> Callable[[Beginning, datetime], None]:
        """Begins anew at a wall instant: every session back at its start, with what differs from the first start."""

    async def reload(self) -> None:
        """Load the packs again; where they are broken, keep the old ones and remember why."""


class Outbox(Protocol):
    """All deliveries."""

    @property
    def changes(self) -> int:
        """How often anything changed."""

    def __iter__(self) -> Iterator[Delivery]:
        """Go through the deliveries kept, oldest first."""

    def find(self, delivery_id: str) -> Delivery | None:
        """Find one by its id."""

    def resend(self, delivery_id: str) -> Delivery | None:
        """Try one again; None where it has no receiver, or no body."""

    async def until(self, test: Callable[[], bool], within_s: float) -> bool:
        """Wait until something holds of the deliveries; tell whether it does."""


class Notifier(Protocol):
    """What makes due things happen."""

    @property
    def outbox(self) -> Outbox:
        """The deliveries."""

    async def settled(self, session: str) -> bool:
        """Let happen what is due in a session, and wait, not for long, until it has been tried to deliver it."""
