"""The way of one request: route, credential, query, operation, template. No clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from replaysandbox.check import Checker, make_checker, request_violations
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import credential_error, find_credential
from replaysandbox.core.exchange import NearMiss, Outcome, Reply, Request, header, with_header
from replaysandbox.core.ids import encode
from replaysandbox.core.json_body import BadBody, read_json
from replaysandbox.core.matching import Match, Router, compile_routes, find_route
from replaysandbox.core.noise import mix
from replaysandbox.core.ours import miss_reply, our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.query import BadParameter, read_query
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.table import OPERATIONS
from replaysandbox.render.render import RenderError, Templates, compile_templates, render
from replaysandbox.world.world import World

TEMPLATE_NAMES = frozenset(
    {
        "action",
        "actions",
        "at",
        "device",
        "device_id",
        "devices",
        "updated",
        "error",
        "item",
        "latency_ms",
        "operation",
        "page",
        "query",
        "request",
    }
)
"""What templates see; `docs/packs.md` describes each."""


_REQUEST_NUMBERS = 1 << 40
"""Request ids there are: what an id of eight letters holds."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """All an answer is made from: packs, their routes and templates, the world."""

    packs: Mapping[str, Pack]
    router: Router
    templates: Mapping[str, Templates] = field(repr=False)
    checkers: Mapping[str, Checker] = field(repr=False)
    world: World = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """An outcome, what the journal wants to know of how it came about, and the log after a write."""

    outcome: Outcome
    at: datetime
    pack: str = ""
    route: str = ""
    device: str = ""
    near: tuple[NearMiss, ...] = ()
    log: CommandLog | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as templates see it."""

    id: str
    method: str
    path: str
    query: str
    arguments: Mapping[str, str]


def load(packs: Sequence[Pack], world: World) -> Loaded:
    """Make packs and a world ready to answer."""
    templates = {pack.name: compile_templates(pack.templates) for pack in packs}
    checkers = {pack.name: make_checker(pack.contract) for pack in packs if pack.contract}
    return Loaded({pack.name: pack for pack in packs}, compile_routes(packs), templates, checkers, world)


def answer(request: Request, loaded: Loaded, session: str, log: CommandLog, at: datetime) -> Answered:
    """Answer one request.

    Args:
        request: The request; its host is one a loaded pack owns.
        loaded: Packs, templates and world.
        session: Name of the session it belongs to.
        log: What the session was told to do so far.
        at: Sandbox instant of its arrival; `X-Sandbox-At` replaces it.
    """
    asked = _asked_at(request, at)
    if isinstance(asked, Reply):
        return Answered(asked, at)
    found = find_route(loaded.router, request.method, request.host, request.path)
    if not isinstance(found, Match):
        pack = loaded.router.hosts.get(request.host, "")
        return Answered(miss_reply(request, found.near), asked, pack=pack, near=found.near)
    done = _carried_out(request, loaded, found, log, asked)
    number = _request_number(request, loaded.world.seed, session, asked)
    outcome = _reply(request, loaded, found, done, number, asked)
    written = done.log if isinstance(done, Done) else None
    return Answered(outcome, asked, found.route.pack, found.route.name, done.device, log=written)


def _reply(request: Request, loaded: Loaded, found: Match, done: Done | Refusal, number: int, at: datetime) -> Outcome:
    pack = loaded.packs[found.route.pack]
    values: dict[str, Any] = {
        "at": at,
        "operation": found.route.operation,
        "item": found.route.item,
        "latency_ms": 20 + number % 60,
        "request": RequestView(
            encode(pack.ids["request"], "request", number % _REQUEST_NUMBERS),
            request.method,
            request.path,
            request.query,
            found.arguments,
        ),
    }
    if isinstance(done, Refusal):
        error = pack.errors[done.error]
        values["error"] = _error_view(error, done.facts)
        return _rendered(loaded, pack, pack.error_template, values, error.status, error.headers)
    route = found.route
    return _rendered(loaded, pack, route.template, {**values, **done.values}, route.status, route.headers)


def _carried_out(request: Request, loaded: Loaded, found: Match, log: CommandLog, at: datetime) -> Done | Refusal:
    """Judge the caller, read query and body, and do what the route says."""
    pack = loaded.packs[found.route.pack]
    refused = credential_error(pack, find_credential(pack, request))
    if refused:
        return Refusal(refused, {})
    query = read_query(found.route, request.query)
    if isinstance(query, BadParameter):
        return Refusal("bad_parameter", {"parameter": query.name, "value": query.seen, "reason": query.reason})
    body = _read_body(request, loaded.checkers.get(pack.name))
    if isinstance(body, Refusal):
        return body
    call = Call(pack, found.route, found.arguments, query, body, loaded.world, log, at)
    return OPERATIONS[found.route.operation](call)


def _read_body(request: Request, checker: Checker | None) -> Any | Refusal:
    """Read the JSON body of a write and hold it to the contract."""
    if request.method in ("GET", "HEAD", "DELETE"):
        return None
    body = read_json(request.body) if request.body else None
    if isinstance(body, BadBody):
        return Refusal("bad_body", {"reason": body.reason})
    broken = request_violations(checker, request.method, request.path, body) if checker else ()
    return Refusal("bad_body", {"reason": broken[0]}) if broken else body


def _rendered(
    loaded: Loaded,
    pack: Pack,
    template: str,
    values: Mapping[str, Any],
    status: int,
    headers: tuple[tuple[str, str], ...],
) -> Reply:
    try:
        body = render(loaded.templates[pack.name], template, values)
    except RenderError as error:
        message = f"The pack {pack.name} cannot render its answer: {error}"
        return our_reply(500, "miss", "template", message)
    return Reply(status, with_header(pack.headers, headers), body)


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An error as templates see it."""

    status: int
    code: str
    message: str
    details: Mapping[str, Any]


def _error_view(error: ErrorAnswer, facts: Mapping[str, Any]) -> ErrorView:
    message = error.message
    for name, value in facts.items():
        message = message.replace(f"{{{name}}}", str(value))
    details = {word: facts[name] for word, name in error.details.items() if name in facts}
    return ErrorView(error.status, error.code, message, details)


def _request_number(request: Request, seed: int, session: str, at: datetime) -> int:
    """Hash what makes this request this one; ids and latencies come from it, so equal runs give equal bytes."""
    text = "\0".join((session, request.method, request.path, request.query))
    return mix(seed, int(at.timestamp() * 1000), *_words(text.encode() + b"\0" + request.body))


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[start : start + 8], "little") for start in range(0, len(data), 8)]


def _asked_at(request: Request, at: datetime) -> datetime | Reply:
    """Read `X-Sandbox-At`: this request's instant, for reads only."""
    text = header(request.headers, "x-sandbox-at")
    if text is None:
        return at
    if request.method not in ("GET", "HEAD"):
        reason = "X-Sandbox-At is for reads; a write happens at the session's clock"
        return our_reply(400, "refused", "at_on_write", reason)
    try:
        asked = datetime.fromisoformat(text.strip())
    except ValueError:
        asked = None
    if asked is None or asked.tzinfo is None:
        reason = f"X-Sandbox-At is '{text[:60]}'; it takes an instant with zone, e.g. 2026-06-01T12:00:00Z"
        return our_reply(400, "refused", "bad_at", reason)
    return asked.astimezone(UTC)
