"""A session as it lives: its clock, what answers depend on, what it has seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

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
        seen, hits = self.session, self.session.hits
        if answered.hits:
            counted = Counter(rule.id for rule in answered.hits)
            hits = {**hits, **{rule: hits.get(rule, 0) + times for rule, times in counted.items()}}
        # not `replace`, which takes ten times as long: this is on the way of every request
        self.session = Session(seen.name, seen.log, seen.rules, hits, seen.seen + 1)
