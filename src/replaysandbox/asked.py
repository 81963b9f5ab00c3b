"""What a request says, whatever the instant and the session: route, faults, body, query, credential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import unquote

from replaysandbox.check import Checker, request_violations
from replaysandbox.conformance import url_violation
from replaysandbox.core.clock import EARLIEST, LATEST
from replaysandbox.core.credentials import ACCEPTED, Judged, find_credential, judge_caller
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.core.json_body import BadBody
from replaysandbox.core.matching import Match, Miss, Router, find_route
from replaysandbox.core.noise import mix
from replaysandbox.core.ours import our_reply
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.query import BadParameter, Value, read_query
from replaysandbox.core.request_body import is_unread, read_body
from replaysandbox.faults.from_words import rule_from_credential, rules_from_header
from replaysandbox.operations.call import Refusal
from replaysandbox.operations.command import argument_of
from replaysandbox.world.world import World


class Reader(Protocol):
    """What requests are read by: what is loaded."""

    @property
    def packs(self) -> Mapping[str, Pack]:
        """Packs by name."""

    @property
    def router(self) -> Router:
        """Their routes."""

    @property
    def checkers(self) -> Mapping[str, Checker]:
        """Pack → what holds bodies to its contract."""

    @property
    def world(self) -> World:
        """Whose seed goes into the numbers of requests."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a request says, whatever the instant and the session; worked out once for one that is asked again.

    Attributes:
        loaded: What it was read by.
        at: Instant it asks about, why that is none, or None for the session's.
        found: Its route, or how it missed.
        pack: The pack of its route, which may word errors in its own way; None where there is none.
        own: Faults it asks for itself, or why they are none.
        body: Value of its body.
        query: Its query parameters, by name; empty where they are refused.
        caller: What is to be said of its credential.
        refused: How it is refused, or None.
        key: Hash of what makes it this request.
    """

    loaded: Reader
    at: datetime | Reply | None
    found: Match | Miss
    pack: Pack | None = None
    own: tuple[FaultRule, ...] | BadFault = ()
    body: Any = None
    query: Mapping[str, Value] = field(default_factory=dict)
    caller: Judged = ACCEPTED
    refused: Refusal | None = None
    key: int = 0


def read_request(request: Request, loaded: Reader) -> Read:
    """Read a request, or remember what it says."""
    if request.known is None:
        return _freshly_read(request, loaded)
    read: Read | None = request.known.get("read")
    if read is None or read.loaded is not loaded:
        read = request.known["read"] = _freshly_read(request, loaded)
    return read


def _freshly_read(request: Request, loaded: Reader) -> Read:
    asked = _asked_at(request)
    found = find_route(loaded.router, request.method, request.host, request.path)
    if isinstance(asked, Reply) or not isinstance(found, Match):
        return Read(loaded, asked, found)
    pack = loaded.packs[found.route.pack]
    if found.route.errors:
        pack = replace(pack, errors={**pack.errors, **found.route.errors})
    query, body = read_query(found.route, request.query), read_body(request)
    refused = _refused(request, query, body, pack, found.route, loaded.checkers.get(pack.name))
    values = {} if isinstance(query, BadParameter) else query
    caller, key = judge_caller(pack, found.route, request), _key(request, loaded.world.seed)
    return Read(loaded, asked, found, pack, _own_rules(request, pack), body, values, caller, refused, key)


def _refused(
    request: Request,
    query: Mapping[str, Value] | BadParameter,
    body: Any,
    pack: Pack,
    route: Route,
    checker: Checker | None,
) -> Refusal | None:
    """Hold query and body to the contract."""
    if isinstance(query, BadParameter):
        return Refusal("bad_parameter", {"parameter": query.name, "value": query.seen, "reason": query.reason})
    forbidden = _forbidden_parameter(request, route, checker) if pack.strict_parameters else {}
    if forbidden:
        return Refusal("bad_parameter", forbidden)
    login = route.operation == "token" and not request.body  # OAuth has its own word for that
    reason = "" if login else _wrong_body(request, body, checker)
    return Refusal("bad_body", {"reason": reason}) if reason else None


def _forbidden_parameter(request: Request, route: Route, checker: Checker | None) -> Mapping[str, str]:
    """Tell what of a URL the contract forbids; empty for nothing.

    What a route judges itself it answers in its own words: ids are looked up, and a wrong one is not found.
    """
    if checker is None:
        return {}
    broken = url_violation(checker, request, route.path, _judged(route))
    if broken is None:
        return {}
    reason = "is missing" if broken.expected == "present" else f"is wrong: {broken.reason}"
    return {"parameter": broken.pointer.partition(" ")[2], "value": broken.seen, "reason": reason}


def _judged(route: Route) -> set[str]:
    """List the path arguments that a route judges: ids of devices and homes, commands, and what it `refuses`."""
    ids = {"id", *route.selects.values()} if route.family or route.by == "home" else set(route.selects.values())
    places = (place for rule in route.refuses for place in (*rule.when, *rule.unless))
    refused = {place.removeprefix("path.") for place in places if place.startswith("path.")}
    return {*ids, *refused, argument_of(route)}


def _wrong_body(request: Request, body: Any, checker: Checker | None) -> str:
    """Tell what is wrong with the body of a write; empty for nothing."""
    if isinstance(body, BadBody):
        return body.reason
    if checker is None or request.method in ("GET", "HEAD") or (request.body and is_unread(request)):
        return ""
    broken = request_violations(checker, request.method, unquote(request.path), body, request.host)
    return broken[0] if broken else ""


def _own_rules(request: Request, pack: Pack) -> tuple[FaultRule, ...] | BadFault:
    """Read the faults a request asks for itself: `X-Sandbox-Fault`, and magic credentials."""
    text = header(request.headers, "x-sandbox-fault")
    rules = rules_from_header(text) if text else ()
    if isinstance(rules, BadFault):
        return rules
    magic = rule_from_credential(find_credential(pack, request) or "")
    if isinstance(magic, BadFault):
        return magic
    return (*rules, magic) if magic else rules


def _key(request: Request, seed: int) -> int:
    text = "\0".join((request.method, request.path, request.query))
    body = request.body if len(request.body) <= _LONGEST_MIXED else blake2b(request.body).digest()
    return mix(seed, *_words(text.encode() + b"\0" + body))


_LONGEST_MIXED = 4096
"""Longest body that is mixed word by word: of one of 8 MB that would hold up everybody for a second. Ours. [B]"""


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[start : start + 8], "little") for start in range(0, len(data), 8)]


def _asked_at(request: Request) -> datetime | Reply | None:
    """Read `X-Sandbox-At`: this request's instant, for reads only; None where it does not say."""
    text = header(request.headers, "x-sandbox-at")
    if text is None:
        return None
    if request.method not in ("GET", "HEAD"):
        reason = "X-Sandbox-At is for reads; a write happens at the session's clock"
        return our_reply(400, "refused", "at_on_write", reason)
    try:
        asked = datetime.fromisoformat(text.strip())
        if asked.tzinfo is not None and EARLIEST <= asked <= LATEST:
            return asked.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    reason = f"X-Sandbox-At is '{text[:60]}'; it takes an instant with zone, e.g. 2026-06-01T12:00:00Z, 1970 to 9999"
    return our_reply(400, "refused", "bad_at", reason)
