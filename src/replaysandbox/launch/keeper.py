"""Who is told what sessions are told. A protocol only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from replaysandbox.core.clock import Clock
from replaysandbox.core.entries import Entry


class Keeper(Protocol):
    """Who is told what sessions are told, before anybody is answered: it keeps it on disk, or acts on it."""

    def told(self, session: str, entries: Sequence[Entry]) -> None:
        """Take entries of a session's log.

        Raises:
            OSError: They cannot be kept; then they have not happened.
        """

    def clocked(self, session: str, clock: Clock) -> None:
        """Take a session's new clock.

        Raises:
            OSError: It cannot be kept; then it stays as it was.
        """

    def reset(self, session: str) -> None:
        """Forget a session: it goes back to the scenario's start.

        Raises:
            OSError: That cannot be kept; then nothing changes.
        """
