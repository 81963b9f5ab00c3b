"""Questions for a pack: every route for devices, homes and records, in ways that are answered and that are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from replaysandbox.answer import Loaded
from replaysandbox.asking.bodies import bad_bodies, examples_of, good_bodies, with_any_body, written
from replaysandbox.asking.calls import JSON, Caller, filled, headers_of, operation_of, query_of, range_in, request_of
from replaysandbox.asking.errors import AUTH, kept_words, promised_errors
from replaysandbox.check import Checker
from replaysandbox.core.contract import ContractOperation
from replaysandbox.core.exchange import Headers, Request
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.session import Session
from replaysandbox.operations.command import argument_of
from replaysandbox.operations.ids import action_id, device_id, home_id, user_id
from replaysandbox.sample import sample, text_of
from replaysandbox.world.world import home_devices

_UNKNOWN = "device_000000000000"
_APART = timedelta(seconds=30)  # between two writes: most actions are over by then


@dataclass(frozen=True, slots=True)
class Ask:
    """One question.

    Attributes:
        about: What is asked, for people.
        request: The request.
        at: Sandbox instant.
        wrong: Whether it is asked in a way that is to be refused.
    """

    about: str
    request: Request
    at: datetime
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the questions are for.

    Attributes:
        loaded: Packs and world.
        pack: The pack that is asked.
        checker: Its contract, ready; None where it has none.
        caller: Who asks.
        homes: How many homes' devices are asked for.
    """

    loaded: Loaded
    pack: Pack
    checker: Checker | None
    caller: Caller
    homes: int

    def request(
        self,
        route: Route,
        path: str,
        at: datetime,
        query: str | None = None,
        key: str | None = None,
        extra: Headers = (),
    ) -> Request:
        """Write a request with all that its operation asks for.

        Args:
            route: The route.
            path: Its path, filled.
            at: Sandbox instant.
            query: In place of what its operation must be asked with.
            key: In place of the caller's own.
            extra: Further header fields.
        """
        caller = self.caller if key is None else Caller(key)
        bare = request_of(self.loaded.router, self.pack, route, path, caller)
        operation = operation_of(self.checker, bare)
        asked = query_of(route, self.checker, operation, at) if query is None else query
        headers = (*headers_of(self.checker, operation), *extra)
        return request_of(self.loaded.router, self.pack, route, path, caller, query=asked, extra=headers)

    def operation(self, route: Route, path: str) -> ContractOperation | None:
        """Find the operation of a route."""
        return operation_of(self.checker, request_of(self.loaded.router, self.pack, route, path, self.caller))


def reads(subject: Subject, at: datetime) -> Iterator[Ask]:
    """Read all there is to be read at an instant."""
    for route in subject.pack.routes:
        if route.method == "GET" and route.operation not in AUTH and not route.owned:
            for path in paths(subject, route, subject.homes, at):
                yield Ask(f"{route.name} at {at:%H:%M}", subject.request(route, path, at), at)


def paths(subject: Subject, route: Route, homes: int, at: datetime) -> list[str]:
    """Fill a route's path: with the homes, or the devices of its family, one after the other; a range before `at`."""
    if "{" not in route.path:
        return [route.path]
    unfilled = filled(route.path, {**_words(subject.pack, route), "*": _UNKNOWN})
    ranged = range_in(route, subject.checker, subject.operation(route, unfilled), at)
    found = [
        filled(route.path, {**_promised(subject, route), **words, **ranged, **_beside(subject, route, home), "*": text})
        for home in range(min(homes, subject.loaded.world.homes))
        for text in _ids(subject, route, home)
        for words in _choices(subject.pack, route)
    ]
    return list(dict.fromkeys(found))


def _ids(subject: Subject, route: Route, home: int) -> list[str]:
    pack, world = subject.pack, subject.loaded.world
    if route.by == "home" or route.operation == "read_home":
        there = not route.family or home_devices(world, home, route.family)
        return [home_id(pack, world, home)] if there and ("home" in pack.ids or "user" in pack.ids) else []
    if route.family:
        return [device_id(pack, world, device) for device in home_devices(world, home, route.family)]
    return [_UNKNOWN]


def _promised(subject: Subject, route: Route) -> dict[str, str]:
    """Make the parts of a path that its contract says something of; but not ids that are looked up."""
    operation = subject.operation(route, filled(route.path, {**_words(subject.pack, route), "*": _UNKNOWN}))
    if operation is None or subject.checker is None:
        return {}
    document = subject.checker.contract.document
    schemas = {f"{{{each.name}}}": each.schema for each in operation.parameters if each.place == "path" and each.schema}
    looked_up = {"{id}"} if route.family or route.by == "home" or route.operation == "read_home" else set()
    pairs = zip(reversed(route.path.split("/")), reversed(operation.path.split("/")), strict=False)
    return {
        ours[1:-1]: text_of(sample(document, schemas[theirs]))
        for ours, theirs in pairs
        if theirs in schemas and ours.startswith("{") and ours not in looked_up
    }


def _choices(pack: Pack, route: Route) -> list[dict[str, str]]:
    """Give words for the parts of a path that take certain words only: each command it may be, else the first."""
    words = _words(pack, route)
    part = argument_of(route)
    return [{**words, part: each} for each in _commands(pack, route)] if part else [words]


def _words(pack: Pack, route: Route) -> dict[str, str]:
    words = kept_words(route) | {name: words[0] for name, words in route.only.items()}
    part = argument_of(route)
    return words | {part: next(iter(_commands(pack, route)), "")} if part else words


def _commands(pack: Pack, route: Route) -> Iterable[str]:
    controls = pack.controls.get(route.family)
    return controls.commands if controls is not None else ()


def _beside(subject: Subject, route: Route, home: int) -> dict[str, str]:
    """Name a home and its people where a path asks for them."""
    pack, world = subject.pack, subject.loaded.world
    user = user_id(pack, world, home)
    known = {"home": home_id(pack, world, home), "user": user}
    return {"user": user, **{argument: known[what] for what, argument in route.selects.items()}}


def refusals(subject: Subject, at: datetime) -> Iterator[Ask]:
    """Ask in ways that are refused: bad keys, bad parameters, unknown ids, each error the operation promises."""
    pack = subject.pack
    for route in pack.routes:
        unknown = filled(route.path, {**_words(pack, route), "*": _UNKNOWN})
        path = (paths(subject, route, 1, at) or [unknown])[0]
        for key in ("", "nonsense", *(f"{rule.prefixes[0]}1" for rule in pack.keys if rule.error)):
            with_key = f"with the key {key}" if key else "without a key"
            yield Ask(f"{route.name} {with_key}", subject.request(route, path, at, key=key), at, wrong=True)
        for query in dict.fromkeys((*_bad_queries(route), *_forbidden_queries(subject, route, path, at))):
            yield Ask(f"{route.name}?{query}", subject.request(route, path, at, query), at, wrong=True)
        if "{" in route.path:
            yield Ask(f"{route.name}, no such id", subject.request(route, unknown, at), at, wrong=True)
        for name in promised_errors(pack, route, subject.operation(route, path)):
            fault = (("X-Sandbox-Fault", f"status; error={name}"),)
            yield Ask(f"{route.name} with {name}", subject.request(route, path, at, extra=fault), at)


def _bad_queries(route: Route) -> Iterator[str]:
    for each in route.parameters:
        if each.minimum is not None:
            yield urlencode({each.name: each.minimum - 1})
        if each.maximum is not None:
            yield urlencode({each.name: each.maximum + 1})
        if each.kind != "string" or each.choices:
            yield urlencode({each.name: "neither"})


def _forbidden_queries(subject: Subject, route: Route, path: str, at: datetime) -> Iterator[str]:
    """Write queries that lack what the contract wants, and such with values that most schemas forbid."""
    operation = subject.operation(route, path)
    needed = query_of(route, subject.checker, operation, at)
    for each in operation.parameters if operation else ():
        if each.place != "query":
            continue
        if each.required:
            yield "&".join(part for part in needed.split("&") if part.partition("=")[0] != each.name)
        others = [part for part in needed.split("&") if part and part.partition("=")[0] != each.name]
        for text in ("neither", "-1", "1000000000"):
            yield "&".join([*others, urlencode({each.name: text})])


def writes(subject: Subject, at: datetime) -> Iterator[Ask]:
    """Write what the contract allows, one after the other in sandbox time, and what it forbids."""
    # who is no longer connected is not there for the others
    for route in sorted(subject.pack.routes, key=lambda route: route.operation == "unlink"):
        later = "action" in route.operation or route.operation in ("cancel", *AUTH)
        if route.method in ("GET", "HEAD") or later or route.owned:
            continue
        for path in paths(subject, route, 1, at)[: len(_choices(subject.pack, route))]:
            request = subject.request(route, path, at, extra=(JSON,))
            operation = subject.operation(route, path)
            if subject.checker is None or operation is None or not operation.body:
                for ask in _unheld(subject, route, operation, request, at):
                    yield ask
                    at = ask.at + _APART
                continue
            least = sample(subject.checker.contract.document, operation.body)
            shown = examples_of(subject.checker.contract.document, operation.body)
            for about, body in (*good_bodies(subject.pack, route, least, at), *shown):
                yield Ask(f"{route.name}: {about}", replace(request, body=written(body)), at)
                at += _APART
            for about, sent in bad_bodies(route, least):
                yield Ask(f"{route.name}: {about}", replace(request, body=sent), at)


def _unheld(
    subject: Subject, route: Route, operation: ContractOperation | None, request: Request, at: datetime
) -> Iterator[Ask]:
    """Write what no contract describes as JSON: what the route itself names in a body, else any body."""
    said = [] if operation is not None and operation.contents else good_bodies(subject.pack, route, {}, at)
    made = [(f"{route.name}: {about}", replace(request, body=written(body))) for about, body in said if body]
    for about, asked in made or [(route.name, with_any_body(subject.checker, operation, request))]:
        yield Ask(about, asked, at)
        at += _APART


def followed_up(subject: Subject, session: Session, at: datetime) -> Iterator[Ask]:
    """Ask for the actions and records that the writes made, cancel actions, and delete records at last."""
    pack = subject.pack
    for route in sorted(pack.routes, key=lambda route: route.method == "DELETE"):
        if "{" in route.path and ("action" in route.operation or route.operation == "cancel"):
            for text in _made_actions(pack, route, session):
                path = filled(route.path, {"*": text})
                yield Ask(f"{route.name} of an action", subject.request(route, path, at), at)
        elif route.operation == "list_actions":
            yield Ask(f"{route.name} after writes", subject.request(route, route.path, at), at)
        elif route.operation in ("read_record", "put_record", "delete_record") and not route.family:
            for arguments in _made_records(pack, route, session):
                request = subject.request(route, filled(route.path, arguments), at)
                yield Ask(f"{route.name} of a record", with_least_body(subject, route, request), at)


def with_least_body(subject: Subject, route: Route, request: Request) -> Request:
    """Give a write the least body that its contract takes."""
    operation = subject.operation(route, request.path)
    if route.method == "GET" or subject.checker is None or operation is None or not operation.body:
        return request
    least = sample(subject.checker.contract.document, operation.body)
    return replace(request, headers=(*request.headers, JSON), body=written(least))


def _made_actions(pack: Pack, route: Route, session: Session) -> list[str]:
    actions = [each for each in session.log.actions.values() if each.pack == pack.name]
    fitting = [each for each in actions if route.family in ("", each.device.family)]
    return list(dict.fromkeys(action_id(pack, each) for each in (*fitting[:1], *fitting[-1:])))


def _made_records(pack: Pack, route: Route, session: Session) -> Iterator[Mapping[str, str]]:
    made = session.log.records.get((pack.name, route.collection), {})
    for text, versions in list(made.items())[:1]:
        yield {**versions[-1].arguments, "id": text, "*": text}
