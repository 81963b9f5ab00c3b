"""A pack asked all it can be asked: every route for devices, hours, errors and requests that its contract forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from replaysandbox.answer import Loaded, answer
from replaysandbox.check import Checker
from replaysandbox.conformance import Seen, request_side
from replaysandbox.core.contract import ContractOperation, find_operation
from replaysandbox.core.exchange import Headers, Reply, Request, without_header
from replaysandbox.core.matching import Match, find_route
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.pointers import joined
from replaysandbox.core.session import Session
from replaysandbox.operations.ids import action_id, device_id
from replaysandbox.operations.oauth import OAUTH_ERRORS
from replaysandbox.sample import least_parameters, sample, spoiled
from replaysandbox.world.world import home_devices

_JSON = ("Content-Type", "application/json")
_UNKNOWN = "device_000000000000"


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
class Told:
    """A question and its answer.

    Attributes:
        ask: The question.
        seen: The exchange.
        forbidden: What the request breaks of the contract; such a request must be refused.
    """

    ask: Ask
    seen: Seen
    forbidden: str = ""


def exercise(loaded: Loaded, pack: Pack, instants: Sequence[datetime], homes: int) -> Iterator[Told]:
    """Ask a pack every route for the first homes' devices at each instant, then for every error, then to write.

    Args:
        loaded: Packs and world.
        pack: The pack that is asked.
        instants: Instants of the reads; errors and writes come at the last.
        homes: How many homes' devices are asked for.
    """
    checker = loaded.checkers.get(pack.name)
    session = Session()
    for at in instants:
        for ask in _reads(loaded, pack, at, homes):
            session, told = _asked(loaded, pack, session, ask, checker)
            yield from told
    for ask in (*_refusals(loaded, pack, instants[-1]), *_writes(loaded, pack, instants[-1], checker)):
        session, told = _asked(loaded, pack, session, ask, checker)
        yield from told
    for ask in _actions(loaded, pack, session, instants[-1]):
        session, told = _asked(loaded, pack, session, ask, checker)
        yield from told


def _asked(
    loaded: Loaded, pack: Pack, session: Session, ask: Ask, checker: Checker | None
) -> tuple[Session, list[Told]]:
    answered = answer(ask.request, loaded, session, ask.at)
    reply, request = answered.outcome, ask.request
    if answered.log is not None:
        session = replace(session, log=answered.log)
    ours = isinstance(reply, Reply) and (reply.verdict, reply.status) == (
        "miss",
        501,
    )  # a part of a batch without route
    if ours or not isinstance(reply, Reply) or answered.pack != pack.name:
        return session, []
    sides = (request.headers, request.body, reply.status, reply.headers, reply.body)
    seen = Seen(request.method, request.host, request.path, request.query, *sides)
    operation = _operation(checker, request) if checker else None
    broken = next(request_side(checker, operation, seen), None) if checker and operation else None
    return session, [Told(ask, seen, f"{broken.pointer or 'body'}: {broken.reason}" if broken else "")]


def _operation(checker: Checker, request: Request) -> ContractOperation | None:
    return find_operation(checker.contract, request.method, unquote(request.path), request.host)


def _reads(loaded: Loaded, pack: Pack, at: datetime, homes: int) -> Iterator[Ask]:
    for route in pack.routes:
        if route.method != "GET":
            continue
        for path in _paths(loaded, pack, route, homes):
            yield Ask(f"{route.name} at {at:%H:%M}", _request(loaded, pack, route, path), at)


def _paths(loaded: Loaded, pack: Pack, route: Route, homes: int) -> list[str]:
    """Fill a route's path: with devices of its family, one after the other."""
    if "{" not in route.path:
        return [route.path]
    if not route.family:
        return [_filled(route, _UNKNOWN)]
    count = min(homes, loaded.world.homes)
    devices = [device for home in range(count) for device in home_devices(loaded.world, home, route.family)]
    return [_filled(route, device_id(pack, loaded.world, device)) for device in devices]


def _filled(route: Route, text: str) -> str:
    parts = (quote(text, safe="") if part.startswith("{") else part for part in route.path.split("/"))
    return "/".join(parts)


def _request(
    loaded: Loaded, pack: Pack, route: Route, path: str, query: str = "", key: str | None = None, extra: Headers = ()
) -> Request:
    hosts = (host for host in pack.hosts if _answers(loaded, route, host, path))
    host = next(hosts, pack.hosts[0])
    headers, asked = _credential(pack, pack.example_key if key is None else key)
    text = "&".join(filter(None, (query, asked)))
    request = Request(route.method, "https", host, 443, path, text, (*headers, *extra))
    return _complete(loaded.checkers.get(pack.name), pack, request)


def _complete(checker: Checker | None, pack: Pack, request: Request) -> Request:
    """Add the parameters that the contract demands, but for the key and those that are there already."""
    operation = _operation(checker, request) if checker else None
    if checker is None or operation is None:
        return request
    keys = {place.name.lower() for place in pack.credentials}
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    headers = {name.lower() for name, _ in request.headers}
    least = [each for each in least_parameters(checker.contract, operation) if each[1].lower() not in keys]
    asked = urlencode([(name, text) for place, name, text in least if place == "query" and name not in query])
    extra = [(name, text) for place, name, text in least if place == "header" and name.lower() not in headers]
    joined = "&".join(filter(None, (request.query, asked)))
    return replace(request, query=joined, headers=(*request.headers, *extra))


def _answers(loaded: Loaded, route: Route, host: str, path: str) -> bool:
    found = find_route(loaded.router, route.method, host, path)
    return isinstance(found, Match) and found.route is route


def _credential(pack: Pack, key: str) -> tuple[Headers, str]:
    if not pack.credentials or not key:
        return (), ""
    place = pack.credentials[0]
    if place.place == "query":
        return (), urlencode({place.name: key})
    return ((place.name, f"{place.scheme} {key}" if place.scheme else key),), ""


def _refusals(loaded: Loaded, pack: Pack, at: datetime) -> Iterator[Ask]:
    """Ask in ways that are refused: bad keys, bad parameters, unknown ids, each error the operation promises."""
    for route in pack.routes:
        path = (_paths(loaded, pack, route, 1) or [_filled(route, _UNKNOWN)])[0]
        yield Ask(f"{route.name} without a key", _request(loaded, pack, route, path, key=""), at, wrong=True)
        for key in ("nonsense", *(f"{rule.prefixes[0]}1" for rule in pack.keys if rule.error)):
            asked = _request(loaded, pack, route, path, key=key)
            yield Ask(f"{route.name} with the key {key}", asked, at, wrong=True)
        for query in _bad_queries(route):
            yield Ask(f"{route.name}?{query}", _request(loaded, pack, route, path, query), at, wrong=True)
        for name, asked in _incomplete(route, _request(loaded, pack, route, path)):
            yield Ask(f"{route.name} without {name}", asked, at, wrong=True)
        if "{" in route.path:
            asked = _request(loaded, pack, route, _filled(route, _UNKNOWN))
            yield Ask(f"{route.name}, no such id", asked, at, wrong=True)
        for name in _promised_errors(loaded, pack, route, path):
            fault = (("X-Sandbox-Fault", f"status; error={name}"),)
            yield Ask(f"{route.name} with {name}", _request(loaded, pack, route, path, extra=fault), at)


def _bad_queries(route: Route) -> Iterator[str]:
    for each in route.parameters:
        if each.minimum is not None:
            yield urlencode({each.name: each.minimum - 1})
        if each.maximum is not None:
            yield urlencode({each.name: each.maximum + 1})
        if each.kind != "string" or each.choices:
            yield urlencode({each.name: "neither"})


def _incomplete(route: Route, request: Request) -> Iterator[tuple[str, Request]]:
    """Leave out each parameter that the pack says a request needs."""
    sent = parse_qsl(request.query, keep_blank_values=True)
    for each in route.parameters:
        if each.required:
            rest = [pair for pair in sent if pair[0] != each.name]
            yield each.name, replace(request, query=urlencode(rest))


def _promised_errors(loaded: Loaded, pack: Pack, route: Route, path: str) -> Iterator[str]:
    checker = loaded.checkers.get(pack.name)
    operation = _operation(checker, _request(loaded, pack, route, path)) if checker else None
    promised = operation.responses if operation else {}
    of_oauth = route.operation in ("token", "authorize")
    for name, error in {**pack.errors, **route.errors}.items():
        if (name in OAUTH_ERRORS) is not of_oauth:
            continue
        if str(error.status) in promised or f"{error.status // 100}XX" in promised:
            yield name


def _writes(loaded: Loaded, pack: Pack, at: datetime, checker: Checker | None) -> Iterator[Ask]:
    """Write what the contract allows, and what it forbids."""
    for route in pack.routes:
        if route.method in ("GET", "HEAD") or "action" in route.operation or route.operation == "cancel":
            continue
        for path in _paths(loaded, pack, route, 1)[:1]:
            request = _request(loaded, pack, route, path, extra=(_JSON,))
            operation = _operation(checker, request) if checker else None
            if checker is None or operation is None or not operation.body:
                yield Ask(route.name, _with_any_body(checker, operation, request), at)
                continue
            least = sample(checker.contract.document, operation.body)
            good = [("the least body", least), *_commands(pack, route, least, at), *_settings(pack, route)]
            bodies = [*good, *spoiled(least), ("no body", None)]
            for about, body in bodies:
                data = b"" if body is None else orjson.dumps(body)
                yield Ask(f"{route.name}: {about}", replace(request, body=data), at)
            if route.method != "DELETE":  # where bodies mean little: RFC 9110, 9.3.5
                yield Ask(f"{route.name}: half a body", replace(request, body=b'{"'), at)


def _with_any_body(checker: Checker | None, operation: ContractOperation | None, request: Request) -> Request:
    """Send what is no JSON: a form, or a file that nobody looks into; nothing where nothing is asked for."""
    if checker is None or operation is None or not operation.body_required:
        return replace(request, headers=without_header(request.headers, "content-type"))
    kind, place = next(iter(operation.contents.items()))
    body = b"text"
    if kind == "application/x-www-form-urlencoded":
        least = sample(checker.contract.document, joined(place, "schema"))
        body = urlencode(least if isinstance(least, dict) and least else {"a": "a"}).encode()
    sent = ("Content-Type", kind.replace("*/*", "application/octet-stream").replace("*", "plain"))
    return replace(request, headers=(*without_header(request.headers, "content-type"), sent), body=body)


def _settings(pack: Pack, route: Route) -> Iterator[tuple[str, Any]]:
    """Make a body for each setting of the family that can be written."""
    controls = pack.controls.get(route.family)
    for name, each in controls.settings.items() if controls and route.operation == "set" else ():
        if not each.read_only:
            yield f"the setting {name}", {name: {"value": each.minimum or 0, "unit": each.unit}}


def _commands(pack: Pack, route: Route, least: Any, at: datetime) -> Iterator[tuple[str, Any]]:
    """Make a body for each command of the family, each without parameters; first one for later."""
    controls = pack.controls.get(route.family)
    way = route.body.get("command", "")
    if controls is None or not way or not isinstance(least, dict):
        return
    later = [name for name, command in controls.commands.items() if "scheduled" in command.execution]
    start = route.body.get("start", "")
    if later and start:
        body = _put(least, way.split("."), later[-1])
        for when in ("2h", f"{at + timedelta(hours=3):%Y-%m-%dT%H:%M:%S}"):  # as read by operations/timing.py
            yield f"{later[-1]} at {when}", _put(body, start.split("."), when)
    for name in controls.commands:
        yield name, _put(least, way.split("."), name)


def _put(value: Mapping[str, Any], way: Sequence[str], word: Any) -> dict[str, Any]:
    inner = value.get(way[0])
    nested = inner if isinstance(inner, dict) else {}
    return {**value, way[0]: word if len(way) == 1 else _put(nested, way[1:], word)}


def _actions(loaded: Loaded, pack: Pack, session: Session, at: datetime) -> Iterator[Ask]:
    """Ask for the actions that the writes made, and cancel one."""
    numbers = [action for action in session.log.actions.values() if action.pack == pack.name]
    for route in pack.routes:
        if "{" in route.path and ("action" in route.operation or route.operation == "cancel"):
            for action in (*numbers[:1], *numbers[-1:]):
                request = _request(loaded, pack, route, _filled(route, action_id(pack, action)))
                yield Ask(f"{route.name} of an action", request, at)
        elif route.operation == "list_actions":
            yield Ask(f"{route.name} after writes", _request(loaded, pack, route, route.path), at)
