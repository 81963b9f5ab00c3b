"""What a run came to: all its journals as one, held against the contracts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from replaysandbox.check import Checker, guesses, violations
from replaysandbox.core.contract import Violation
from replaysandbox.core.exchange import Exchange, NearMiss, Reply
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.journal import Journal

CHECKED_EACH = 50
"""Answers of one route and status that are held to the contract: each takes about a millisecond. Ours."""


@dataclass(slots=True)
class Tally:
    """All that is worth telling of some journals.

    Attributes:
        calls: (pack or empty, verdict) → how many.
        devices: Ids of the devices touched.
        missed: Method and URL → how often no route answered.
        near: Method and URL → its near misses.
        refused: Host → how often it was refused.
        forwarded: Host → how many calls left this machine.
        checked: How many answers were held to a contract.
        violations: What they broke → how often.
        guesses: Answered fields that the contract marks as guesses, as operation and pointer.
    """

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    devices: set[str] = field(default_factory=set)
    missed: Counter[str] = field(default_factory=Counter)
    near: dict[str, tuple[NearMiss, ...]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    forwarded: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    violations: Counter[Violation] = field(default_factory=Counter)
    guesses: set[str] = field(default_factory=set)

    @property
    def findings(self) -> frozenset[str]:
        """Kinds of finding there are: miss, violation."""
        found = {"miss": bool(self.missed), "violation": bool(self.violations)}
        return frozenset(kind for kind, is_there in found.items() if is_there)


def tally(engine: Engine) -> Tally:
    """Add up all sessions of an engine."""
    total = Tally()
    for session in engine.sessions.values():
        _add(total, session.journal)
    exchanges = [exchange for session in engine.sessions.values() for exchange in session.journal]
    _hold(total, engine.loaded.checkers, exchanges)
    return total


def _add(total: Tally, journal: Journal) -> None:
    total.calls += journal.calls
    total.devices |= journal.devices
    total.missed += journal.missed
    total.refused += journal.refused
    total.forwarded += journal.forwarded
    for exchange in journal:
        if exchange.near:
            request = exchange.request
            total.near[f"{request.method} {request.url.partition('?')[0]}"] = exchange.near


def _hold(total: Tally, checkers: Mapping[str, Checker], exchanges: Iterable[Exchange]) -> None:
    for exchange, reply in _chosen(exchanges, checkers):
        checker = checkers[exchange.pack]
        method, path = exchange.request.method, unquote(exchange.request.path)
        total.checked += 1
        total.violations.update(set(violations(checker, method, path, reply.status, reply.headers, reply.body)))
        fields = guesses(checker, method, path, reply.status, reply.body)
        total.guesses |= {f"{exchange.route} {re.sub(r'/[0-9]+', '/*', pointer)}" for pointer in fields}


def _chosen(exchanges: Iterable[Exchange], checkers: Mapping[str, Checker]) -> Iterator[tuple[Exchange, Reply]]:
    """Choose the first answers of each route and status; an answer of our own promises nothing."""
    seen: Counter[tuple[str, int]] = Counter()
    for exchange in exchanges:
        reply = exchange.outcome
        if not isinstance(reply, Reply) or reply.verdict != "simulate" or exchange.pack not in checkers:
            continue
        seen[exchange.route, reply.status] += 1
        if seen[exchange.route, reply.status] <= CHECKED_EACH:
            yield exchange, reply
