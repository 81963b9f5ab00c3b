"""`/v1/faults`: deliberate failures of a session, chosen while it runs."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.control import asked
from replaysandbox.core.clock import at_wall
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_json import rule_from_json, rule_view
from replaysandbox.faults.names import unknown_names

MOST_RULES = 100
"""Fault rules of a session: each is looked at in each request. Ours."""


async def list_faults(request: Request) -> JSONResponse:
    """List the rules in force, with how often each has hit."""
    asked.known(request)
    session = asked.session_of(request).session
    return JSONResponse({"faults": [_view(rule, session.hits) for rule in session.rules]})


async def add_fault(request: Request) -> JSONResponse:
    """Add a rule; what it names must be there."""
    asked.known(request)
    body = await asked.json_object(request)  # first: while it comes, calls go on and change the session
    live = asked.session_of(request)
    session = live.session
    if len(session.rules) >= MOST_RULES:
        raise asked.wrong(f"there are {MOST_RULES} faults already; clear some first")
    number = 1 + max((_number(rule) for rule in session.rules), default=0)
    at = at_wall(live.clock, asked.wall_of(request))
    rule = rule_from_json(body, f"fault-{number}", at=at)
    if isinstance(rule, BadFault):
        raise asked.wrong(str(rule))
    problems = unknown_names(rule, asked.subject_of(request).loaded.packs)
    if problems:
        raise asked.wrong(str(BadFault(problems)))
    hits = {name: count for name, count in session.hits.items() if name != rule.id}
    live.session = replace(session, rules=(*session.rules, rule), hits=hits)
    return JSONResponse(_view(rule, hits), 201)


async def clear_faults(request: Request) -> JSONResponse:
    """Take out the rule that `id` names; all of them where it names none."""
    asked.known(request, "id")
    live = asked.session_of(request)
    wanted = request.query_params.get("id")
    kept = tuple(rule for rule in live.session.rules if wanted is not None and rule.id != wanted)
    cleared = len(live.session.rules) - len(kept)
    if wanted is not None and not cleared:
        raise asked.wrong(f"there is no fault '{wanted[:60]}'", 404)
    live.session = replace(live.session, rules=kept)
    return JSONResponse({"cleared": cleared})


def _view(rule: FaultRule, hits: object) -> dict[str, object]:
    counted = hits.get(rule.id, 0) if isinstance(hits, dict) else 0
    return {**rule_view(rule), "hits": counted}


def _number(rule: FaultRule) -> int:
    number = rule.id.removeprefix("fault-")
    return int(number) if number.isdecimal() else 0
