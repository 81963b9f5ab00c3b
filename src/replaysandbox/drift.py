"""Live traffic against the contract and against the sandbox's own answers: where they part, and how much it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from replaysandbox.captured_laws import Readings
from replaysandbox.check import Checker, content_type
from replaysandbox.conformance import Held, Seen, hold
from replaysandbox.core.contract import Violation, is_json
from replaysandbox.core.counted import many
from replaysandbox.core.finding import Finding, Gathered, Place, Report, Verdict, anywhere
from replaysandbox.core.matching import Match
from replaysandbox.drifting.meaning import meaning_drift
from replaysandbox.drifting.profile import Profile
from replaysandbox.drifting.promised import describes
from replaysandbox.drifting.shape import MISSING, Drift, shape_drift
from replaysandbox.drifting.stand_in import StandIn
from replaysandbox.findings import finding

Key = tuple[str, str, int]
"""Pack, operation and status."""


@dataclass(slots=True)
class DriftCheck:
    """A comparison on its way; exchange by exchange, so that memory does not grow with the capture.

    Attributes:
        checkers: Pack → its contract, ready.
        stand_in: The sandbox that is asked the same.
        live: Answers of the live API, added up.
        ours: The sandbox's to the same requests.
        old: Those of an older capture, added up; empty where there is none.
        exchanges: How many exchanges there were.
        foreign: How many of them no pack's contract and route cover.
        requests: Whether what requests break is told too: the app's bug.
    """

    checkers: Mapping[str, Checker]
    stand_in: StandIn
    live: dict[Key, Profile] = field(default_factory=dict)
    ours: dict[Key, Profile] = field(default_factory=dict)
    old: dict[Key, Profile] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)
    exchanges: int = 0
    foreign: int = 0
    requests: bool = False
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    conformed: set[tuple[str, str]] = field(default_factory=set)
    broken_before: set[tuple[str, str]] = field(default_factory=set)
    readings: dict[str, Readings] = field(default_factory=dict)

    def take_old(self, seen: Seen, at: datetime) -> None:
        """Add one exchange of an older capture."""
        found = self._held(seen)
        if found is None:
            return
        pack, held = found
        name = (pack, held.operation.name if held.operation else "")
        (self.broken_before if held.response else self.conformed).add(name)
        _add(self.old, (*name, seen.status), seen, at)

    def take(self, seen: Seen, place: Place, at: datetime, own_at: datetime | None = None) -> None:
        """Add one live exchange, and ask the sandbox the same.

        Args:
            seen: The exchange.
            place: Where it was seen.
            at: Instant of the exchange.
            own_at: Sandbox instant of the same; None where its clock is the live one.
        """
        self.exchanges += 1
        found = self._held(seen)
        match = self.stand_in.route(seen)
        if found is None or not isinstance(match, Match):
            self.foreign += 1
            return
        pack, held = found
        name = held.operation.name if held.operation else ""
        self.asked[pack, name] += 1
        self.places.setdefault((pack, name), place)
        for violation in held.response:
            self._violation(pack, violation, place)
        for violation in held.request if self.requests else ():
            self.gathered.add(finding(self.checkers[pack], pack, "request", violation, place))
        _add(self.live, (pack, name, seen.status), seen, at)
        own_at = own_at or at
        own = self.stand_in.ask(seen, match, own_at)
        if own is not None:
            _add(self.ours, (pack, name, own.status), own, own_at)
            self._status(pack, name, seen, own, place)
        self._laws(pack, name, match.route.family, seen, place)

    def _held(self, seen: Seen) -> tuple[str, Held] | None:
        pack = self.stand_in.loaded.router.hosts.get(seen.host, "")
        if pack not in self.checkers:
            return None
        held = hold(self.checkers[pack], seen)
        return None if held.operation is None else (pack, held)

    def _violation(self, pack: str, violation: Violation, place: Place) -> None:
        made = finding(self.checkers[pack], pack, "drift-shape", violation, place)
        new_word = violation.expected.startswith("enum ")
        reason = f"a word the contract does not have: {violation.seen}" if new_word else violation.reason
        self.gathered.add(replace(made, grade="risky" if new_word else made.grade, reason=reason))

    def _status(self, pack: str, name: str, seen: Seen, own: Seen, place: Place) -> None:
        """Tell a status that is another without a cause in who asks or in which state the device is."""
        both_fine = seen.status < 300 and own.status < 300
        refused = seen.status in (400, 415, 422) and own.status < 300
        if seen.status != own.status and (both_fine or refused):
            more = f": {_message(seen)}" if refused else ""
            reason = f"answers {seen.status} where {own.status} was expected{more}"
            self.gathered.add(
                Finding(
                    "drift-shape", "breaking", pack, name, reason, "", seen.status, f"status {own.status}", first=place
                )
            )

    def _laws(self, pack: str, name: str, family: str, seen: Seen, place: Place) -> None:
        quantities = self.stand_in.loaded.packs[pack].quantities
        if quantities is None or not family or seen.status >= 300 or seen.method != "GET":
            return
        readings = self.readings.setdefault(pack, Readings(quantities))
        for law, device, at in readings.take(family, body_of(seen), name):
            where = replace(place, at=at.isoformat().replace("+00:00", "Z"))
            reason = f"breaks the law '{law}' (first: {device})"
            self.gathered.add(
                Finding("drift-meaning", "breaking", pack, name, reason, law, seen.status, law, first=where)
            )

    def report(self) -> Report:
        """Compare what was added up."""
        for key, live in self.live.items():
            for drift in _drifts(self.ours.get(key), self.old.get(key), live):
                self._drift(key, drift)
        told = f"{many(self.foreign, 'exchange')} that no pack covers with both contract and route"
        notes = (told,) if self.foreign else ()
        return Report("drift", self.gathered.sorted(), tuple(self._verdicts()), self.exchanges, notes)

    def _drift(self, key: Key, drift: Drift) -> None:
        pack, name, status = key
        known = (each for each in self.gathered.found.values() if (each.subject, each.operation) == (pack, name))
        if drift.kind == "shape" and any(_same(each, drift) for each in known):
            return
        if drift.reason == MISSING and self._is_described(key, drift.pointer):
            # no violation told of it, so the contract does not require it
            drift = replace(drift, grade="risky", reason=f"{MISSING}; the contract lets it be left out")
        place = self.places[pack, name]
        rule = f"drift-{drift.kind}"
        words = (drift.reason, anywhere(drift.pointer), status, drift.expected, drift.seen)
        self.gathered.add(Finding(rule, drift.grade, pack, name, *words, first=place))

    def _is_described(self, key: Key, pointer: str) -> bool:
        pack, name, status = key
        contract = self.checkers[pack].contract
        operation = next((each for each in contract.calls if each.name == name), None)
        return operation is not None and describes(contract, operation, status, pointer)

    def _verdicts(self) -> Iterator[Verdict]:
        found = [each for each in self.gathered.found.values() if each.grade != "harmless" and each.rule != "request"]
        for pack in dict.fromkeys(pack for pack, _ in self.asked):
            for operation in self.checkers[pack].contract.calls:
                key = (pack, operation.name)
                about = [each for each in found if (each.subject, each.operation) == key]
                yield Verdict(*key, self._verdict(key, about), self.asked[key])

    def _verdict(self, key: tuple[str, str], found: list[Finding]) -> str:
        if not self.asked[key]:
            return "not exercised"
        if not found:
            return "agree"
        if key in self.conformed and key not in self.broken_before:
            return "live moved"
        return "live differs from contract" if any(each.where for each in found) else "sandbox wrong"


def _add(profiles: dict[Key, Profile], key: Key, seen: Seen, at: datetime) -> None:
    about = f"{seen.path}?{seen.query}"
    profiles.setdefault(key, Profile()).add(body_of(seen), seen.headers, at, about)


def body_of(seen: Seen) -> Any:
    """Read the JSON body of an answer; None where there is none."""
    if not is_json(content_type(seen.headers)):
        return None
    try:
        return orjson.loads(seen.body)
    except orjson.JSONDecodeError:
        return None


def _drifts(ours: Profile | None, old: Profile | None, live: Profile) -> Iterator[Drift]:
    """Compare with the older capture where there is one, else with the sandbox."""
    expected = old or ours
    if expected is not None:
        yield from shape_drift(expected, live)
        yield from meaning_drift(expected, live)


def _same(known: Finding, drift: Drift) -> bool:
    """Tell whether the contract has already said what a comparison of shapes says."""
    if known.pointer == drift.pointer:
        return True
    above, _, name = drift.pointer.rpartition("/")
    return known.pointer == above and f"'{name}'" in known.reason and "renamed" not in drift.reason


def _message(seen: Seen) -> str:
    """Find what an API says of an error, wherever it says it."""
    layer = [body_of(seen)]
    for _ in range(4):
        for value in layer:
            if isinstance(value, Mapping):
                for word in ("message", "detail", "description", "error_description"):
                    if isinstance(value.get(word), str):
                        return str(value[word])[:120]
        layer = [inner for value in layer if isinstance(value, Mapping) for inner in value.values()]
    return many(len(seen.body), "byte")
