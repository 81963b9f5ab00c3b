"""A session as it lives: its clock, what answers depend on, what it has seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from replaysandbox.answer import Answered, Loaded
from replaysandbox.core.clock import Clock
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.entries import Entry
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.realism import MOST_SPENT
from replaysandbox.core.session import Session
from replaysandbox.faults.table import FAULTS
from replaysandbox.launch.journal import Journal
from replaysandbox.operations.bending import told_all
from replaysandbox.world.world import shifted


@dataclass(slots=True)
class LiveSession:
    """One session as it lives.

    Attributes:
        clock: Its clock.
        session: What answers depend on: log, faults, counts.
        journal: What it has seen.
        entries: What it was told, in order; its log follows from them alone.
        shifted: Packs and world in force, and as it sees them where its devices live by another hour.
    """

    clock: Clock
    session: Session
    journal: Journal = field(default_factory=Journal)
    entries: list[Entry] = field(default_factory=list)
    shifted: tuple[Loaded, Loaded] | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.session.name

    def sees(self, loaded: Loaded) -> Loaded:
        """Give packs and world as it sees them: its devices may live by another hour than others'."""
        if self.clock.shift_ms == loaded.world.shift_ms:
            return loaded
        known = self.shifted
        if known is None or known[0] is not loaded or known[1].world.shift_ms != self.clock.shift_ms:
            world = shifted(loaded.world, self.clock.shift_ms)
            known = self.shifted = (loaded, replace(loaded, world=world))
        return known[1]

    def set_clock(self, clock: Clock, loaded: Loaded) -> None:
        """Take another clock; where it moves the devices' hour, what they were told is worked out anew."""
        another_hour = clock.shift_ms != self.clock.shift_ms
        self.clock = clock
        if another_hour:
            self._work_out(loaded)

    def restore(self, clock: Clock, entries: Iterable[Entry], loaded: Loaded) -> None:
        """Go on where it stood: with a clock, and what it was told."""
        self.clock = clock
        self.entries = list(entries)
        self._work_out(loaded)

    def take(self, log: CommandLog) -> None:
        """Take a new log, and note its new entries."""
        self.entries.extend(log.fresh)
        self.session = replace(self.session, log=replace(log, fresh=()))

    def _work_out(self, loaded: Loaded) -> None:
        log = replace(told_all(self.sees(loaded).world, self.entries), fresh=())
        self.session = replace(self.session, log=log)

    def keep(self, answered: Answered) -> None:
        """Take over what an answer changes."""
        seen, hits = self.session, self.session.hits
        if answered.hits:
            counted = Counter(rule.id for rule in answered.hits)
            hits = {**hits, **{rule: hits.get(rule, 0) + times for rule, times in counted.items()}}
        # not `replace`, which takes ten times as long: this is on the way of every request
        self.session = Session(seen.name, seen.log, seen.rules, hits, seen.seen + 1, seen.spent, seen.pulled)
        if answered.spent or answered.pulled:
            self._keep_realism(answered)

    def _keep_realism(self, answered: Answered) -> None:
        seen = self.session
        spent = {**_bounded(seen.spent or {}), **answered.spent}
        pulled = {**_bounded(seen.pulled), **answered.pulled}
        self.session = replace(seen, spent=spent, pulled=pulled)


def _bounded[Key, Value](known: Mapping[Key, Value]) -> Mapping[Key, Value]:
    return known if len(known) < MOST_SPENT else dict(islice(known.items(), MOST_SPENT // 2, None))


def from_start(rule: FaultRule, at: datetime) -> FaultRule:
    """Let a device that a scenario takes offline without saying when be offline since the start."""
    return replace(rule, start=at) if rule.start is None and FAULTS[rule.name].outage else rule
