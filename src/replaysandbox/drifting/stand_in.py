"""The sandbox asked what the live API was asked: the n-th live id of a kind stands for the n-th simulated one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode

from replaysandbox.answer import Loaded, answer
from replaysandbox.asking.calls import Caller, credential_of
from replaysandbox.conformance import Seen
from replaysandbox.core.exchange import Reply, Request, with_header
from replaysandbox.core.matching import Match, Miss, find_route
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.session import Session
from replaysandbox.operations.ids import device_id, home_id, user_id
from replaysandbox.world.world import home_devices, nth, total


@dataclass(slots=True)
class StandIn:
    """A session of the sandbox that answers in place of the live API.

    Attributes:
        loaded: Packs and world.
        session: What was written to it so far.
        met: Pack, kind (a family, or `home`) and home (-1: any) → live ids that were met, each with its number.
    """

    loaded: Loaded
    session: Session = field(default_factory=Session)
    met: dict[tuple[str, str, int], dict[str, int]] = field(default_factory=dict)

    def route(self, seen: Seen) -> Match | Miss:
        """Find the route of an exchange."""
        return find_route(self.loaded.router, seen.method, seen.host, seen.path)

    def ask(self, seen: Seen, match: Match, at: datetime) -> Seen | None:
        """Ask the sandbox the same; None where it does not answer at all."""
        pack = self.loaded.packs[match.route.pack]
        path = self._path(seen.path, pack, match)
        shown, asked = credential_of(pack, match.route, Caller(pack.example_key))
        headers, query = with_header(seen.request_headers, shown), _with_key(seen.query, asked)
        request = Request(seen.method, "https", seen.host, 443, path, query, headers, seen.request_body)
        answered = answer(request, self.loaded, self.session, at)
        if answered.log is not None:
            self.session = Session(self.session.name, answered.log)
        reply = answered.outcome
        if not isinstance(reply, Reply):
            return None
        sides = (headers, seen.request_body, reply.status, reply.headers, reply.body)
        return Seen(seen.method, seen.host, path, query, *sides)

    def _path(self, path: str, pack: Pack, match: Match) -> str:
        """Put our ids in the place of theirs."""
        ours = self._ours(pack, match)
        parts = path.split("/")
        for place, part in enumerate(match.route.path.split("/")):
            name = part[1:-1] if part.startswith("{") else ""
            if name in ours and place < len(parts):
                parts[place] = quote(ours[name], safe="")
        return "/".join(parts)

    def _ours(self, pack: Pack, match: Match) -> dict[str, str]:
        """Tell our ids by the path arguments that name a home, a user or a device."""
        world, route, theirs = self.loaded.world, match.route, match.arguments
        found: dict[str, str] = {}
        home: int | None = None
        for what, name in route.selects.items():
            if what in ("home", "user") and name in theirs:
                home = self._number(pack, "home", theirs[name], world.homes)
                found[name] = (home_id if what == "home" else user_id)(pack, world, home)
        if "id" in theirs and route.by == "home":
            several = theirs["id"].split(route.several) if route.several else [theirs["id"]]
            ids = [home_id(pack, world, self._number(pack, "home", each, world.homes)) for each in several]
            found["id"] = route.several.join(ids)
        elif "id" in theirs and route.family:
            found |= self._device(pack, route, theirs["id"], home)
        return found

    def _device(self, pack: Pack, route: Route, theirs: str, home: int | None) -> dict[str, str]:
        """Tell our id of a device, where there are such: the n-th of its home where the path names one."""
        world, family = self.loaded.world, route.family
        if not total(world, family):
            return {}
        if home is None:
            device = nth(world, family, self._number(pack, family, theirs, total(world, family)))
        else:
            devices = home_devices(world, home, family)
            device = devices[self._number(pack, family, theirs, len(devices), home)]
        return {"id": device_id(pack, world, device)}

    def _number(self, pack: Pack, kind: str, live: str, most: int, home: int = -1) -> int:
        """Tell how many of its kind were met before a live id."""
        met = self.met.setdefault((pack.name, kind, home), {})
        return met.setdefault(live, len(met)) % most


def _with_key(query: str, key: str) -> str:
    """Put our key in the place of theirs."""
    names = {name for name, _ in parse_qsl(key)}
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in names]
    return "&".join(filter(None, (urlencode(pairs), key))) if key else query
