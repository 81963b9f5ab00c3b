"""The way of one request: route, fault, credential, query, body, operation, template. No clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from typing import Any

from replaysandbox.check import Checker, make_checker, request_violations
from replaysandbox.conformance import url_violation
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import caller_error, find_credential
from replaysandbox.core.exchange import Hangup, NearMiss, Outcome, Reply, Request, header, without_header
from replaysandbox.core.fault import BadFault, FaultRule, Hit
from replaysandbox.core.json_body import BadBody
from replaysandbox.core.matching import Match, Router, compile_routes, find_route
from replaysandbox.core.noise import mix
from replaysandbox.core.ours import miss_reply, our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.query import BadParameter, read_query
from replaysandbox.core.record import member_of
from replaysandbox.core.request_body import is_unread, read_body
from replaysandbox.core.session import Session
from replaysandbox.faults.apply import delayed, refusal
from replaysandbox.faults.from_words import rule_from_credential, rules_from_header
from replaysandbox.operations.call import Asked, Call, Done, Instead, Refusal
from replaysandbox.operations.facts import request_facts
from replaysandbox.operations.reach import out_of_reach
from replaysandbox.operations.table import OPERATIONS
from replaysandbox.render.render import Templates, compile_templates
from replaysandbox.render.reply import About, done_reply, error_reply
from replaysandbox.world.world import World


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
    """An outcome, what the journal wants to know of how it came about, and what the session keeps of it.

    Attributes:
        outcome: What should happen.
        at: Instant the request asked about.
        pack: Pack that owns the host, or empty.
        route: Route that answered, or empty.
        device: Id of the device it was about, or empty.
        near: Near misses of a miss.
        log: The session's log after a write, or None where nothing was written.
        hits: Fault rules that hit.
    """

    outcome: Outcome
    at: datetime
    pack: str = ""
    route: str = ""
    device: str = ""
    near: tuple[NearMiss, ...] = ()
    log: CommandLog | None = None
    hits: tuple[FaultRule, ...] = ()


def load(packs: Sequence[Pack], world: World) -> Loaded:
    """Make packs and a world ready to answer."""
    templates = {pack.name: compile_templates(pack.templates, lines_of(pack)) for pack in packs}
    checkers = {pack.name: make_checker(pack.contract) for pack in packs if pack.contract}
    return Loaded({pack.name: pack for pack in packs}, compile_routes(packs), templates, checkers, world)


def lines_of(pack: Pack) -> list[str]:
    """List all header fields a pack may send; those with holes are templates."""
    owned = (
        pack.headers,
        *(route.headers for route in pack.routes),
        *(error.headers for error in pack.errors.values()),
        *(error.headers for route in pack.routes for error in route.errors.values()),
    )
    return [line for headers in owned for _, line in headers]


def answer(request: Request, loaded: Loaded, session: Session, at: datetime) -> Answered:
    """Answer one request.

    Args:
        request: The request; its host is one a loaded pack owns.
        loaded: Packs, templates and world.
        session: The session it belongs to.
        at: Sandbox instant of its arrival; `X-Sandbox-At` replaces it.
    """
    asked = _asked_at(request, at)
    if isinstance(asked, Reply):
        return Answered(asked, at)
    found = find_route(loaded.router, request.method, request.host, request.path)
    if not isinstance(found, Match):
        pack_name = loaded.router.hosts.get(request.host, "")
        return Answered(miss_reply(request, found.near), asked, pack=pack_name, near=found.near)
    pack = loaded.packs[found.route.pack]
    if found.route.errors:
        pack = replace(pack, errors={**pack.errors, **found.route.errors})
    own = _own_rules(request, pack)
    if isinstance(own, BadFault):
        return Answered(our_reply(400, "refused", "bad_fault", str(own)), asked, pack.name, found.route.name)
    if own:
        session = replace(session, rules=(*own, *session.rules))
    body = read_body(request)
    again = partial(_asked_again, loaded, session, asked, found.route.operation)
    call = Call(pack, found.route, found.arguments, {}, body, loaded.world, session, asked, request, again)
    number = _request_number(request, loaded.world.seed, session.name, asked)
    about = About(request, found, asked, number, None if isinstance(body, BadBody) else body)
    return _carried_out(request, loaded, call, about)


def _asked_again(loaded: Loaded, session: Session, at: datetime, operation: str, request: Request) -> Asked:
    """Ask the same API for a part of a request; a batch within a batch is no route."""
    found = find_route(loaded.router, request.method, request.host, request.path)
    if isinstance(found, Match) and found.route.operation == operation:
        return Asked(miss_reply(request, ()), (NearMiss(found.route.name, found.route.pack, "path", "it is no part"),))
    headers = without_header(without_header(request.headers, "x-sandbox-at"), "x-sandbox-fault")
    answered = answer(replace(request, headers=headers), loaded, session, at)
    return Asked(answered.outcome, answered.near, answered.hits)


def _carried_out(request: Request, loaded: Loaded, call: Call, about: About) -> Answered:
    """Raise the fault that hits, or do what the route says; then hold the answer back as faults ask."""
    pack, rules = call.pack, call.session.rules
    templates = loaded.templates[pack.name]
    if not rules:  # most requests: nobody asks for what faults would be told
        return _without_fault(request, loaded, call, about)
    facts, device = request_facts(call)
    hit: Hit[ErrorAnswer | Hangup] | None = refusal(rules, facts, pack)
    done: Done | Refusal | Instead | None = None
    if hit is not None:
        effect = hit.effect
        outcome: Outcome = (
            effect if isinstance(effect, Hangup) else error_reply(pack, templates, about, effect, {"device": device})
        )
        outcome = replace(outcome, verdict=hit.rule.verdict)
    else:
        done = _operated(request, loaded, call)
        outcome = _said(templates, call, about, done)
    outcome, slowed = delayed(rules, facts, outcome)
    hits = (*((hit.rule,) if hit else ()), *(done.hits if done else ()), *slowed)
    if hits and not outcome.verdict.startswith("fault="):
        outcome = replace(outcome, verdict=hits[0].verdict)
    return Answered(
        outcome,
        about.at,
        pack.name,
        call.route.name,
        done.device if done else device,
        _near(done),
        log=done.log if isinstance(done, Done) else None,
        hits=hits,
    )


def _without_fault(request: Request, loaded: Loaded, call: Call, about: About) -> Answered:
    done = _operated(request, loaded, call)
    outcome = _said(loaded.templates[call.pack.name], call, about, done)
    log = done.log if isinstance(done, Done) else None
    return Answered(outcome, about.at, call.pack.name, call.route.name, done.device, _near(done), log)


def _said(templates: Templates, call: Call, about: About, done: Done | Refusal | Instead) -> Outcome:
    """Say what an operation came to, as the API does."""
    if isinstance(done, Instead):
        return done.outcome
    log = done.log if isinstance(done, Done) and done.log is not None else call.log
    about = replace(about, record_of=partial(member_of, log, call.pack.name, about.at))
    if isinstance(done, Done):
        return done_reply(call.pack, templates, about, done.values)
    return error_reply(call.pack, templates, about, call.pack.errors[done.error], done.facts)


def _near(done: Done | Refusal | Instead | None) -> tuple[NearMiss, ...]:
    return done.near if isinstance(done, Instead) else ()


def _operated(request: Request, loaded: Loaded, call: Call) -> Done | Refusal | Instead:
    """Judge the caller, read the query, hold the body to the contract, and do what the route says."""
    refused = caller_error(call.pack, call.route, request, call.at)
    if refused:
        return Refusal(refused, {})
    query = read_query(call.route, request.query)
    if isinstance(query, BadParameter):
        return Refusal("bad_parameter", {"parameter": query.name, "value": query.seen, "reason": query.reason})
    forbidden = _forbidden_parameter(request, loaded, call)
    if forbidden:
        return Refusal("bad_parameter", forbidden)
    login = call.route.operation == "token" and not request.body  # OAuth has its own word for that
    reason = "" if login else _wrong_body(request, call.body, loaded.checkers.get(call.pack.name))
    if reason:
        return Refusal("bad_body", {"reason": reason})
    unreachable = out_of_reach(call)
    if unreachable is not None:
        return unreachable
    return OPERATIONS[call.route.operation](replace(call, query=query, body=_filled(call)))


def _filled(call: Call) -> Any:
    """Give the request's body with what the route adds to it."""
    if not call.route.adds:
        return call.body
    return {**(call.body if isinstance(call.body, Mapping) else {}), **call.route.adds}


def _forbidden_parameter(request: Request, loaded: Loaded, call: Call) -> Mapping[str, str]:
    """Tell what of a URL the contract forbids, where the pack wants it held to that; empty for nothing.

    Ids of devices and homes are looked up instead: a wrong one is not found.
    """
    checker = loaded.checkers.get(call.pack.name) if call.pack.strict_parameters else None
    if checker is None:
        return {}
    looked_up = bool(call.route.family) or call.route.by == "home"
    broken = url_violation(checker, request, ("query",) if looked_up else ("path", "query"))
    if broken is None:
        return {}
    return {"parameter": broken.pointer.partition(" ")[2], "value": broken.seen, "reason": broken.reason}


def _wrong_body(request: Request, body: Any, checker: Checker | None) -> str:
    """Tell what is wrong with the body of a write; empty for nothing."""
    if isinstance(body, BadBody):
        return body.reason
    if checker is None or request.method in ("GET", "HEAD") or (request.body and is_unread(request)):
        return ""
    broken = request_violations(checker, request.method, request.path, body)
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


def _request_number(request: Request, seed: int, session: str, at: datetime) -> int:
    """Hash what makes this request this one; ids and latencies come from it, so equal runs give equal bytes."""
    text = "\0".join((session, request.method, request.path, request.query))
    body = request.body if len(request.body) <= _LONGEST_MIXED else blake2b(request.body).digest()
    return mix(seed, int(at.timestamp() * 1000), *_words(text.encode() + b"\0" + body))


_LONGEST_MIXED = 4096
"""Longest body that is mixed word by word: of one of 8 MB that would hold up everybody for a second. Ours. [B]"""


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
        if asked.tzinfo is not None:
            return asked.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    reason = f"X-Sandbox-At is '{text[:60]}'; it takes an instant with zone, e.g. 2026-06-01T12:00:00Z"
    return our_reply(400, "refused", "bad_at", reason)
