"""Recorded traffic against the contracts: exchange by exchange, so that memory does not grow with the capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from replaysandbox.captured_laws import Readings
from replaysandbox.check import Checker, content_type
from replaysandbox.conformance import Seen, hold
from replaysandbox.core.contract import is_json
from replaysandbox.core.finding import Finding, Gathered, Place
from replaysandbox.core.matching import Match, Router, find_route
from replaysandbox.core.pack import Pack
from replaysandbox.findings import Tried, note


@dataclass(slots=True)
class CaptureCheck:
    """A check of captures on its way.

    Attributes:
        packs: Host → the pack that owns it.
        checkers: Pack → its contract, ready.
        router: Routes, which say what family a request is about.
        gathered: What was found.
        tried: What was looked at.
        exchanges: How many exchanges came.
        foreign: How many were with hosts that no pack with a contract owns.
        readings: Pack → its devices' readings on their way.
        unknown: Method and path shape of requests that no operation covers → how many.
    """

    packs: Mapping[str, Pack]
    checkers: Mapping[str, Checker]
    router: Router
    gathered: Gathered = field(default_factory=Gathered)
    tried: Tried = field(default_factory=Tried)
    exchanges: int = 0
    foreign: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    readings: dict[str, Readings] = field(default_factory=dict)

    def take(self, seen: Seen, place: Place) -> None:
        """Hold one exchange to the contract of the pack that owns its host."""
        self.exchanges += 1
        pack = self.packs.get(seen.host)
        checker = self.checkers.get(pack.name) if pack else None
        if pack is None or checker is None:
            self.foreign += 1
            return
        held = hold(checker, seen)
        if held.operation is None:
            name = f"{seen.method[:20]} {seen.host[:100]}{seen.path[:_LONGEST_PATH]}"
            if name in self.unknown or len(self.unknown) < _MOST_UNKNOWN:
                self.unknown[name] = self.unknown.get(name, 0) + 1
            return
        note(self.gathered, self.tried, checker, pack.name, held, seen.status, place)

    def take_readings(self, seen: Seen, place: Place) -> None:
        """Hold the readings of one exchange to the laws."""
        pack = self.packs.get(seen.host)
        if pack is None or pack.quantities is None or seen.status >= 300 or not is_json(content_type(seen.headers)):
            return
        match = find_route(self.router, seen.method, seen.host, seen.path)
        if not isinstance(match, Match) or not match.route.family or match.route.operation not in ("read", "list"):
            return
        try:
            body = orjson.loads(seen.body)
        except orjson.JSONDecodeError:
            return
        readings = self.readings.setdefault(pack.name, Readings(pack.quantities))
        for law, device, at in readings.take(match.route.family, body, match.route.name):
            reason = f"breaks the law '{law}' (first: {device})"
            where = replace(place, at=at.isoformat().replace("+00:00", "Z"))
            self.gathered.add(
                Finding("law", "breaking", pack.name, match.route.name, reason, law, expected=law, first=where)
            )


_LONGEST_PATH = 200
"""Most of a path that is told. [characters]"""

_MOST_UNKNOWN = 1000  # names of paths that are kept, however many a capture has


def owners(packs: Mapping[str, Pack]) -> dict[str, Pack]:
    """Find whose each host is."""
    return {host: pack for pack in packs.values() for host in pack.hosts}
