"""The way of one request: route, fault, credential, query, body, operation, template. No clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from replaysandbox.check import Checker, make_checker, request_violations
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import credential_error, find_credential
from replaysandbox.core.exchange import Hangup, NearMiss, Outcome, Reply, Request, header
from replaysandbox.core.fault import BadFault, FaultRule, Hit
from replaysandbox.core.json_body import BadBody, read_json
from replaysandbox.core.matching import Match, Router, compile_routes, find_route
from replaysandbox.core.noise import mix
from replaysandbox.core.ours import miss_reply, our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.query import BadParameter, read_query
from replaysandbox.core.session import Session
from replaysandbox.faults.apply import delayed, refusal
from replaysandbox.faults.from_words import rule_from_credential, rules_from_header
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.facts import request_facts
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
    templates = {pack.name: compile_templates(pack.templates) for pack in packs}
    checkers = {pack.name: make_checker(pack.contract) for pack in packs if pack.contract}
    return Loaded({pack.name: pack for pack in packs}, compile_routes(packs), templates, checkers, world)


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
    own = _own_rules(request, pack)
    if isinstance(own, BadFault):
        return Answered(our_reply(400, "refused", "bad_fault", str(own)), asked, pack.name, found.route.name)
    if own:
        session = replace(session, rules=(*own, *session.rules))
    call = Call(pack, found.route, found.arguments, {}, None, loaded.world, session, asked)
    number = _request_number(request, loaded.world.seed, session.name, asked)
    return _carried_out(request, loaded, call, About(request, found, asked, number))


def _carried_out(request: Request, loaded: Loaded, call: Call, about: About) -> Answered:
    """Raise the fault that hits, or do what the route says; then hold the answer back as faults ask."""
    pack, rules = call.pack, call.session.rules
    templates = loaded.templates[pack.name]
    if not rules:  # most requests: nobody asks for what faults would be told
        return _without_fault(request, loaded, call, about)
    facts, device = request_facts(call)
    hit: Hit[ErrorAnswer | Hangup] | None = refusal(rules, facts, pack)
    done: Done | Refusal | None = None
    if hit is not None:
        effect = hit.effect
        outcome: Outcome = (
            effect if isinstance(effect, Hangup) else error_reply(pack, templates, about, effect, {"device": device})
        )
        outcome = replace(outcome, verdict=hit.rule.verdict)
    else:
        done = _operated(request, loaded, call)
        outcome = _said(pack, templates, about, done)
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
        log=done.log if isinstance(done, Done) else None,
        hits=hits,
    )


def _without_fault(request: Request, loaded: Loaded, call: Call, about: About) -> Answered:
    done = _operated(request, loaded, call)
    outcome = _said(call.pack, loaded.templates[call.pack.name], about, done)
    log = done.log if isinstance(done, Done) else None
    return Answered(outcome, about.at, call.pack.name, call.route.name, done.device, log=log)


def _said(pack: Pack, templates: Templates, about: About, done: Done | Refusal) -> Reply:
    """Say what an operation came to, as the API does."""
    if isinstance(done, Done):
        return done_reply(pack, templates, about, done.values)
    return error_reply(pack, templates, about, pack.errors[done.error], done.facts)


def _operated(request: Request, loaded: Loaded, call: Call) -> Done | Refusal:
    """Judge the caller, read query and body, and do what the route says."""
    refused = credential_error(call.pack, find_credential(call.pack, request))
    if refused:
        return Refusal(refused, {})
    query = read_query(call.route, request.query)
    if isinstance(query, BadParameter):
        return Refusal("bad_parameter", {"parameter": query.name, "value": query.seen, "reason": query.reason})
    body = _read_body(request, loaded.checkers.get(call.pack.name))
    if isinstance(body, Refusal):
        return body
    return OPERATIONS[call.route.operation](replace(call, query=query, body=body))


def _read_body(request: Request, checker: Checker | None) -> Any | Refusal:
    """Read the JSON body of a write and hold it to the contract."""
    if request.method in ("GET", "HEAD", "DELETE"):
        return None
    body = read_json(request.body) if request.body else None
    if isinstance(body, BadBody):
        return Refusal("bad_body", {"reason": body.reason})
    broken = request_violations(checker, request.method, request.path, body) if checker else ()
    return Refusal("bad_body", {"reason": broken[0]}) if broken else body


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
