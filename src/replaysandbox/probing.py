"""What is asked of a live API to see whether it is as it was: every read, for a few ids of each family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from replaysandbox.answer import Loaded, answer
from replaysandbox.asking.calls import Caller, filled, headers_of, operation_of, query_of, request_of
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.pointers import joined
from replaysandbox.core.quantities import values_at
from replaysandbox.core.session import Session
from replaysandbox.operations.ids import device_id, home_id, other_ids, user_id
from replaysandbox.world.world import home_devices

EACH: Final = 3
"""Ids of each family that are asked for. Ours: enough to see what differs between devices."""

_OF_MEMBERS: Final = ("read_action", "read_record")
_MEMBERS: Final = 100  # of a list that are looked at


@dataclass(frozen=True, slots=True)
class Question:
    """One call to a live API.

    Attributes:
        route: The route it is for.
        request: What is sent.
    """

    route: Route
    request: Request


@dataclass(slots=True)
class Plan:
    """What is asked of one API.

    Attributes:
        loaded: Packs and world; our own answers say where lists hold ids.
        pack: The pack.
        caller: Who asks.
        at: Instant of it.
        unasked: Routes that were not asked, for want of an id that a list told.
    """

    loaded: Loaded
    pack: Pack
    caller: Caller
    at: datetime
    unasked: list[str] = field(default_factory=list)
    _found: dict[str, list[str]] = field(default_factory=dict)

    def questions(self) -> Generator[Question, Any, None]:
        """Give one question after the other; each is to be sent the JSON value of its answer, None where there is none.

        Lists come first. Then each route is asked for its first id, each for its second, …, so that whoever stops early
        has asked as many routes as could be.
        """
        routes = [route for route in self.pack.routes if _is_read(route)]
        for route in routes:
            if "{" not in route.path:
                body = yield self._question(route, route.path)
                self._learn(route, body)
        # those of a home come before those of devices, of which they may tell the ids
        filled_in = sorted((route for route in routes if "{" in route.path), key=lambda route: route.by != "home")
        for number in range(EACH):
            for route in filled_in:
                found = self._paths(route)
                if number < len(found):
                    body = yield self._question(route, found[number])
                    if route.by == "home":
                        self._learn(route, body)
        self.unasked += [route.name for route in filled_in if not self._paths(route)]

    def _question(self, route: Route, path: str) -> Question:
        checker, router = self.loaded.checkers.get(self.pack.name), self.loaded.router
        operation = operation_of(checker, request_of(router, self.pack, route, path, self.caller))
        query = query_of(route, checker, operation, self.at)
        extra = (("Accept", "application/json"), *headers_of(checker, operation))
        return Question(route, request_of(router, self.pack, route, path, self.caller, query=query, extra=extra))

    def _learn(self, route: Route, body: Any) -> None:
        """Take the ids out of an answer: where our own answer to the same holds ids of ours, it holds theirs."""
        if body is None:
            return
        own, ids = self._own(route), self._own_ids()
        places = list(dict.fromkeys(_places(own, ids)))
        kinds = Counter(pointer for _, pointer in places)
        for kind, pointer in places:
            # a place for ids of several kinds does not say which of them it holds
            if kinds[pointer] == 1 and all(str(each) in ids for each in values_at(own, pointer)):
                self._note(kind, values_at(body, pointer))
        self._note(f"below {route.path}", _members(body))

    def _note(self, kind: str, values: Iterator[Any]) -> None:
        known = self._found.setdefault(kind, [])
        texts = (str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))
        known += [text for text in dict.fromkeys(texts) if text and text not in known][: EACH - len(known)]

    def _own(self, route: Route) -> Any:
        caller = Caller(self.pack.example_key, "client", "secret")
        checker = self.loaded.checkers.get(self.pack.name)
        path = filled(route.path, {"*": home_id(self.pack, self.loaded.world, 0)})
        bare = request_of(self.loaded.router, self.pack, route, path, caller)
        query = query_of(route, checker, operation_of(checker, bare), self.at)
        request = request_of(self.loaded.router, self.pack, route, path, caller, query=query)
        reply = answer(request, self.loaded, Session(), self.at).outcome
        return value_of(reply.body) if isinstance(reply, Reply) and reply.status < 300 else None

    def _own_ids(self) -> Mapping[str, str]:
        """Tell of what each id of our first homes is one: a family, a home, a user."""
        world, pack = self.loaded.world, self.pack
        found: dict[str, str] = {}
        for home in range(min(world.homes, _MEMBERS)):
            found[user_id(pack, world, home)] = "user"
            found[home_id(pack, world, home)] = "home" if "home" in pack.ids else "user"
            for family in {route.family for route in pack.routes if route.family}:
                for device in home_devices(world, home, family):
                    ids = (device_id(pack, world, device), *other_ids(pack, world, device).values())
                    found |= dict.fromkeys(ids, family)
        return found

    def _paths(self, route: Route) -> list[str]:
        """Fill a route's path with the ids that lists told."""
        kinds = ["home", "user"] if route.by == "home" else [route.family] if route.family else []
        if route.operation in _OF_MEMBERS:
            kinds = []
        above = f"below {route.path.rpartition('/{')[0]}"
        ids = next((self._found[kind] for kind in (*kinds, above) if self._found.get(kind)), [])
        users = self._found.get("user", [])
        words = {name: each[0] for name, each in route.only.items()}
        if set(route.selects) & {"user"} or "{user}" in route.path:
            argument = route.selects.get("user", "user")
            return [filled(route.path, {**words, argument: user, "*": (ids or [user])[0]}) for user in users]
        if "home" in route.selects:  # lists do not say whose a device is: the first is taken for the first home's
            pairs = zip(self._found.get("home", ()), ids, strict=False)
            return [filled(route.path, {**words, route.selects["home"]: home, "*": text}) for home, text in pairs]
        return [filled(route.path, {**words, "*": text}) for text in ids]


def _is_read(route: Route) -> bool:
    return route.method == "GET" and route.effect == "read" and route.operation != "authorize"


def value_of(body: bytes) -> Any:
    """Read a JSON body; None where it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _places(value: Any, ids: Mapping[str, str], pointer: str = "") -> Iterator[tuple[str, str]]:
    """Find where a value holds ids: of what, and the pointer with `*` for positions."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, ids, joined(pointer, key))
    elif isinstance(value, list):
        yield from dict.fromkeys(each for inner in value[:_MEMBERS] for each in _places(inner, ids, f"{pointer}/*"))
    elif str(value) in ids:
        yield ids[str(value)], pointer


def _members(body: Any) -> Iterator[Any]:
    """Give the `id` of each member of the first list of objects in a body."""
    layer = [body]
    for _ in range(4):
        for value in layer:
            if isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
                yield from (each["id"] for each in value[:_MEMBERS])
                return
        layer = [inner for value in layer if isinstance(value, dict) for inner in value.values()]
