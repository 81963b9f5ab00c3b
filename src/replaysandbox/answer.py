"""The way of one request: route, fault, credential, query, body, operation, template. No clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from replaysandbox.asked import Read, read_request
from replaysandbox.check import Checker, make_checker
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import caller_error_at
from replaysandbox.core.exchange import Hangup, NearMiss, Outcome, Reply, Request, without_header
from replaysandbox.core.fault import BadFault, FaultRule, Hit
from replaysandbox.core.json_body import BadBody
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.core.matching import Match, Router, compile_routes, find_route
from replaysandbox.core.noise import signal, step
from replaysandbox.core.ours import miss_reply, our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.quick import quick
from replaysandbox.core.realism import PulledKey, Spent, SpentKey
from replaysandbox.core.record import member_of
from replaysandbox.core.session import Session
from replaysandbox.faults.apply import delayed, facts_told, refusal
from replaysandbox.faults.rate_limit import answer_too_many
from replaysandbox.operations.call import Asked, Call, Done, Instead, Refusal
from replaysandbox.operations.facts import request_facts
from replaysandbox.operations.freshness import pulled_by, spent_by
from replaysandbox.operations.reach import out_of_reach
from replaysandbox.operations.refusing import refused
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


@quick
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
        error: Name of the error that it is refused with, whatever its status; empty where it is not, or by a fault.
        spent: What is spent of its API's limits now.
        pulled: Device that was read sooner than its readings come → when.
    """

    outcome: Outcome
    at: datetime
    pack: str = ""
    route: str = ""
    device: str = ""
    near: tuple[NearMiss, ...] = ()
    log: CommandLog | None = None
    hits: tuple[FaultRule, ...] = ()
    error: str = ""
    spent: Mapping[SpentKey, Spent] = field(default_factory=dict)
    pulled: Mapping[PulledKey, datetime] = field(default_factory=dict)


def load(packs: Sequence[Pack], world: World, limits: Limits = USUAL, *, realistic: bool = False) -> Loaded:
    """Make packs and a world ready to answer; unless `realistic`, nothing is put before devices."""
    packs = packs if realistic else [replace(pack, realism=None) for pack in packs]
    templates = {pack.name: compile_templates(pack.templates, lines_of(pack), limits) for pack in packs}
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
    read = read_request(request, loaded)
    asked = at if read.at is None else read.at
    if isinstance(asked, Reply):
        return Answered(asked, at)
    found = read.found
    if not isinstance(found, Match):
        pack_name = loaded.router.hosts.get(request.host, "")
        return Answered(miss_reply(request, found.near), asked, pack=pack_name, near=found.near)
    pack = read.pack or loaded.packs[found.route.pack]
    if isinstance(read.own, BadFault):
        return Answered(our_reply(400, "refused", "bad_fault", str(read.own)), asked, pack.name, found.route.name)
    if read.own:
        session = replace(session, rules=(*read.own, *session.rules))
    again = partial(_asked_again, loaded, session, asked, found.route.operation)
    call = Call(pack, found.route, found.arguments, read.query, read.body, loaded.world, session, asked, request, again)
    number = _request_number(read.key, session.name, asked)
    about = About(request, found, asked, number, None if isinstance(read.body, BadBody) else read.body)
    if pack.realism is None or read.at is not None:
        return _carried_out(read, loaded, call, about)
    return _realistic(read, loaded, call, about)


def _realistic(read: Read, loaded: Loaded, call: Call, about: About) -> Answered:
    """Refuse what is beyond a limit of the API; else carry it out, and tell what it spends and has read sooner."""
    pack = call.pack
    spent, over = spent_by(call) if not caller_error_at(read.caller, call.at) else ({}, None)
    if over is not None:
        error = answer_too_many(over, pack)
        refused = error_reply(pack, loaded.templates[pack.name], about, error, over.arguments)
        outcome = replace(refused, verdict=over.verdict)
        return Answered(outcome, about.at, pack.name, call.route.name, hits=(over,))
    answered = _carried_out(read, loaded, call, about)
    outcome_is_fine = isinstance(answered.outcome, Reply) and answered.outcome.status < HTTPStatus.BAD_REQUEST
    return replace(answered, spent=spent, pulled=pulled_by(call) if outcome_is_fine else {})


def _asked_again(loaded: Loaded, session: Session, at: datetime, operation: str, request: Request) -> Asked:
    """Ask the same API for a part of a request; a batch within a batch is no route."""
    found = find_route(loaded.router, request.method, request.host, request.path)
    if isinstance(found, Match) and found.route.operation == operation:
        return Asked(miss_reply(request, ()), (NearMiss(found.route.name, found.route.pack, "path", "it is no part"),))
    headers = without_header(without_header(request.headers, "x-sandbox-at"), "x-sandbox-fault")
    session = replace(session, spent=None)  # a batch is one call
    answered = answer(replace(request, headers=headers), loaded, session, at)
    return Asked(answered.outcome, answered.near, answered.hits)


def _carried_out(read: Read, loaded: Loaded, call: Call, about: About) -> Answered:
    """Raise the fault that hits, or do what the route says; then hold the answer back as faults ask."""
    pack, rules = call.pack, call.session.rules
    templates = loaded.templates[pack.name]
    if not rules:  # most requests: nobody asks for what faults would be told
        return _without_fault(read, loaded, call, about)
    facts, device = request_facts(call)
    hit: Hit[ErrorAnswer | Hangup] | None = refusal(rules, facts, pack)
    done: Done | Refusal | Instead | None = None
    if hit is not None:
        effect = hit.effect
        outcome: Outcome = (
            effect
            if isinstance(effect, Hangup)
            else error_reply(pack, templates, about, effect, {"device": device, **facts_told(hit.rule, effect)})
        )
        outcome = replace(outcome, verdict=hit.rule.verdict)
    else:
        done = _operated(read, call)
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
        error=done.error if isinstance(done, Refusal) else "",
    )


def _without_fault(read: Read, loaded: Loaded, call: Call, about: About) -> Answered:
    done = _operated(read, call)
    outcome = _said(loaded.templates[call.pack.name], call, about, done)
    log = done.log if isinstance(done, Done) else None
    error = done.error if isinstance(done, Refusal) else ""
    return Answered(outcome, about.at, call.pack.name, call.route.name, done.device, _near(done), log, error=error)


def _said(templates: Templates, call: Call, about: About, done: Done | Refusal | Instead) -> Outcome:
    """Say what an operation came to, as the API does."""
    if isinstance(done, Instead):
        return done.outcome
    log = done.log if isinstance(done, Done) and done.log is not None else call.log
    records = partial(member_of, log, call.pack.name, about.at)
    about = About(about.request, about.found, about.at, about.number, about.body, records)
    if isinstance(done, Done):
        return done_reply(call.pack, templates, about, done.values)
    return error_reply(call.pack, templates, about, call.pack.errors[done.error], done.facts)


def _near(done: Done | Refusal | Instead | None) -> tuple[NearMiss, ...]:
    return done.near if isinstance(done, Instead) else ()


def _operated(read: Read, call: Call) -> Done | Refusal | Instead:
    """Judge the caller, and do what the route says where query and body are right."""
    wrong = caller_error_at(read.caller, call.at)
    if wrong:
        return Refusal(wrong, {})
    if read.refused is not None:
        return read.refused
    if call.route.adds:
        call = replace(call, body=_filled(call))
    no = refused(call) or out_of_reach(call)
    if no is not None:
        return no
    return OPERATIONS[call.route.operation](call)


def _filled(call: Call) -> Any:
    """Give the request's body with what the route adds to it."""
    return {**(call.body if isinstance(call.body, Mapping) else {}), **call.route.adds}


def _request_number(key: int, session: str, at: datetime) -> int:
    """Hash what makes this request this one; ids and latencies come from it, so equal runs give equal bytes."""
    return step(step(key, _signal(session)), int(at.timestamp() * 1000))


_signal = lru_cache(maxsize=1024)(signal)
