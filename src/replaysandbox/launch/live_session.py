"""A session as it lives: its clock, what answers depend on, what it has seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from replaysandbox.answer import Answered
from replaysandbox.core.clock import Clock
from replaysandbox.core.session import Session
from replaysandbox.launch.journal import Journal


@dataclass(slots=True)
class LiveSession:
    """One session as it lives.

    Attributes:
        clock: Its clock.
        session: What answers depend on: log, faults, counts.
        journal: What it has seen.
    """

    clock: Clock
    session: Session
    journal: Journal = field(default_factory=Journal)

    @property
    def name(self) -> str:
        """Its name."""
        return self.session.name

    def keep(self, answered: Answered) -> None:
        """Take over what an answer changes."""
        hits = dict(self.session.hits)
        for rule in answered.hits:
            hits[rule.id] = hits.get(rule.id, 0) + 1
        self.session = replace(self.session, hits=hits, seen=self.session.seen + 1)
