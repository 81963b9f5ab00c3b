"""The sandbox asked what the live API was asked: the n-th live id of a family stands for the n-th simulated one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, unquote

from replaysandbox.answer import Loaded, answer
from replaysandbox.conformance import Seen
from replaysandbox.core.exchange import Headers, Reply, Request, with_header
from replaysandbox.core.matching import Match, Miss, find_route
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session
from replaysandbox.operations.ids import device_id
from replaysandbox.world.world import nth, total


@dataclass(slots=True)
class StandIn:
    """A session of the sandbox that answers in place of the live API.

    Attributes:
        loaded: Packs and world.
        session: What was written to it so far.
        ids: Pack and live id → our id.
        met: Pack and family → how many live ids of it were met.
    """

    loaded: Loaded
    session: Session = field(default_factory=Session)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    met: dict[tuple[str, str], int] = field(default_factory=dict)

    def route(self, seen: Seen) -> Match | Miss:
        """Find the route of an exchange."""
        return find_route(self.loaded.router, seen.method, seen.host, seen.path)

    def ask(self, seen: Seen, match: Match, at: datetime) -> Seen | None:
        """Ask the sandbox the same; None where it does not answer at all."""
        pack = self.loaded.packs[match.route.pack]
        path = self._path(seen.path, pack, match)
        headers = with_header(seen.request_headers, _credential(pack))
        request = Request(seen.method, "https", seen.host, 443, path, seen.query, headers, seen.request_body)
        answered = answer(request, self.loaded, self.session, at)
        if answered.log is not None:
            self.session = Session(self.session.name, answered.log)
        reply = answered.outcome
        if not isinstance(reply, Reply):
            return None
        sides = (headers, seen.request_body, reply.status, reply.headers, reply.body)
        return Seen(seen.method, seen.host, path, seen.query, *sides)

    def _path(self, path: str, pack: Pack, match: Match) -> str:
        family = match.route.family
        if not family or not match.arguments or not total(self.loaded.world, family):
            return path
        live = next(iter(match.arguments.values()))
        key = (pack.name, live)
        if key not in self.ids:
            number = self.met.get((pack.name, family), 0)
            self.met[pack.name, family] = number + 1
            device = nth(self.loaded.world, family, number % total(self.loaded.world, family))
            self.ids[key] = device_id(pack, self.loaded.world, device)
        ours = quote(self.ids[key], safe="")
        return "/".join(ours if unquote(part) == live else part for part in path.split("/"))


def _credential(pack: Pack) -> Headers:
    if not pack.credentials or pack.credentials[0].place != "header":
        return ()
    first = pack.credentials[0]
    return ((first.name, f"{first.scheme} {pack.example_key}" if first.scheme else pack.example_key),)
