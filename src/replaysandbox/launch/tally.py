"""What a run came to: all its journals as one, held against the contracts and the laws of physics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from replaysandbox.check import Checker
from replaysandbox.check_capture import CaptureCheck, owners
from replaysandbox.conformance import Held, Seen, hold, hold_webhook, unquoted
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import Exchange, NearMiss, Reply
from replaysandbox.core.finding import Finding, Place, Report, Verdict, sorted_findings
from replaysandbox.core.ours import near_lines, our_message
from replaysandbox.core.webhooks import Message
from replaysandbox.findings import note, verdicts
from replaysandbox.guesses import guesses
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.journal import Journal, missed_call

CHECKED_EACH = 50
"""Exchanges of one route and status that are held to the contract: each takes about a millisecond. Ours."""


@dataclass(slots=True)
class Tally:
    """All that is worth telling of some journals.

    Attributes:
        calls: (pack or empty, verdict) → how many.
        devices: Ids of the devices touched.
        read: Route that was answered without naming a device → how often.
        missed: Method and URL → how often no route answered.
        near: Method and URL → its near misses.
        failed: Method and URL → what kept us from answering though a route was there: a template that cannot render.
        refused: Host → how often it was refused.
        forwarded: Host → how many calls left this machine.
        unreached: Host that calls were let through to, and why it was not reached → how often.
        untaken: Receiver and reason → how many webhooks it has not taken.
        checked: How many exchanges and webhooks were held to a contract.
        broken: What breaks contracts and laws.
        verdicts: One for each operation that was called.
        guesses: Answered fields that the contract marks as guesses, as operation and pointer.
    """

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    devices: set[str] = field(default_factory=set)
    read: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    near: dict[str, tuple[NearMiss, ...]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    forwarded: Counter[str] = field(default_factory=Counter)
    unreached: Counter[tuple[str, str]] = field(default_factory=Counter)
    untaken: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    broken: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    guesses: set[str] = field(default_factory=set)

    @property
    def findings(self) -> frozenset[str]:
        """Kinds of finding there are: miss, violation, law."""
        return frozenset(_kind(each) for each in (*self.broken, *_misses(self)))

    def report(self, verb: str, fail_on: Collection[str], status: int | None) -> Report:
        """Write it as a report; what makes the run fail is breaking.

        Args:
            verb: `run`, `replay`, `record` or `up`.
            fail_on: Kinds of finding that make it fail.
            status: Exit status of the command; None where there was none.
        """
        judged = [_graded(each, fail_on) for each in (*self.broken, *_misses(self))]
        left = sum(self.forwarded.values())
        notes = (
            f"COMMAND ended with {status}.",
            f"{many(self.checked, 'exchange')} held to the contract.",
            f"{many(left, 'call')} left this machine.",
        )
        found = sorted_findings((*judged, *_refused(self)))
        return Report(verb, found, self.verdicts, sum(self.calls.values()), notes[status is None :])


def tally(engine: Engine, told: Iterable[Message] = ()) -> Tally:
    """Add up all sessions of an engine, and what was told by webhook."""
    total = Tally()
    for session in engine.sessions.values():
        _add(total, session.journal)
    _hold(total, engine, told)
    return total


def _add(total: Tally, journal: Journal) -> None:
    total.calls += journal.calls
    total.devices |= journal.devices
    total.read += journal.read
    total.missed += journal.missed
    total.refused += journal.refused
    total.forwarded += journal.forwarded
    total.unreached += journal.unreached
    for exchange in journal:
        reply = exchange.outcome
        if exchange.near:
            total.near[missed_call(exchange.request)] = exchange.near
        elif reply.verdict == "miss" and exchange.route and isinstance(reply, Reply):
            total.failed[missed_call(exchange.request)] = our_message(reply.body)


def _hold(total: Tally, engine: Engine, told: Iterable[Message]) -> None:
    loaded = engine.loaded
    check = CaptureCheck(owners(loaded.packs), loaded.checkers, loaded.router)
    for session in engine.sessions.values():
        for exchange, reply in _chosen(session.journal, loaded.checkers):
            _hold_one(total, check, exchange, reply)
    for message in {each.id: each for each in told if each.body and each.pack in loaded.checkers}.values():
        _hold_told(total, check, message)
    total.broken = check.gathered.sorted()
    judged = {pack: loaded.checkers[pack] for pack, _ in check.tried.exchanges}
    total.verdicts = tuple(verdicts(check.tried, judged))


def _hold_one(total: Tally, check: CaptureCheck, exchange: Exchange, reply: Reply) -> None:
    checker, request = check.checkers[exchange.pack], exchange.request
    sent = (request.method, request.host, request.path, request.query, request.headers, request.body)
    seen = Seen(*sent, reply.status, reply.headers, reply.body)
    held = hold(checker, seen)
    total.checked += 1
    at = exchange.at.isoformat().replace("+00:00", "Z")
    place = Place("", 0, f"{request.method} {request.path} {reply.status}", at)
    private = Held(held.operation, tuple(unquoted(each) for each in held.request), held.response)
    note(check.gathered, check.tried, checker, exchange.pack, private, reply.status, place)
    check.readings.clear()  # no reading is held to the one before: people set devices and wind clocks back
    check.take_readings(seen, place)
    fields = guesses(checker, request.method, unquote(request.path), reply.status, reply.body)
    total.guesses |= {f"{exchange.route} {re.sub(r'/[0-9]+', '/*', pointer)}" for pointer in fields}


def _hold_told(total: Tally, check: CaptureCheck, message: Message) -> None:
    checker = check.checkers[message.pack]
    total.checked += 1
    place = Place("", 0, f"webhook {message.event}", message.at.isoformat().replace("+00:00", "Z"))
    held = hold_webhook(checker, message.event, message.body)
    note(check.gathered, check.tried, checker, message.pack, held, 0, place)


def _misses(total: Tally) -> Iterator[Finding]:
    for call, count in total.missed.items():
        near = total.near.get(call, ())
        told = "".join(f"; {line.strip()}" for line in near_lines(near)).replace("):; ", "): ")
        pack, reason = near[0].pack if near else "", total.failed.get(call) or f"no route answers it{told}"
        found = Finding("miss", "breaking", pack, call, reason, expected=call, count=count)
        yield replace(found, first=Place("", 0, call))


def _refused(total: Tally) -> Iterator[Finding]:
    for host, count in total.refused.items():
        reason = f"no pack imitates it, so its calls were refused; to let them through: --pass {host}"
        yield Finding("refused", "harmless", "", host, reason, expected=host, count=count)


def _kind(finding: Finding) -> str:
    return finding.rule if finding.rule in ("miss", "law") else "violation"


def _graded(finding: Finding, fail_on: Collection[str]) -> Finding:
    """Grade a finding by whether it makes the run fail."""
    return replace(finding, grade="breaking" if _kind(finding) in fail_on else "risky")


def _chosen(exchanges: Iterable[Exchange], checkers: Mapping[str, Checker]) -> Iterator[tuple[Exchange, Reply]]:
    """Choose the first exchanges of each route and status; an answer of our own promises nothing."""
    seen: Counter[tuple[str, int]] = Counter()
    for exchange in exchanges:
        reply = exchange.outcome
        if not isinstance(reply, Reply) or reply.verdict != "simulate" or exchange.pack not in checkers:
            continue
        seen[exchange.route, reply.status] += 1
        if seen[exchange.route, reply.status] <= CHECKED_EACH:
            yield exchange, reply
