"""What a route refuses by its own `refuses`, before its operation."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from replaysandbox.core.exchange import header
from replaysandbox.core.refuse_rule import RefuseRule, says
from replaysandbox.operations.body import part_of
from replaysandbox.operations.call import Call, Refusal

_NAMES: Final = ("command", "device", "record", "action", "setting", "client", "grant")
"""Facts of errors that are nothing but a word of the request."""


def refused(call: Call) -> Refusal | None:
    """Refuse what the first rule that fits says no to; None where none does."""
    for rule in call.route.refuses:
        if _fits(call, rule):
            return Refusal(rule.error, _facts(call, rule))
    return None


def _fits(call: Call, rule: RefuseRule) -> bool:
    kept = bool(rule.unless) and all(says(words, said(call, place)) for place, words in rule.unless.items())
    return not kept and all(says(words, said(call, place)) for place, words in rule.when.items())


def said(call: Call, place: str) -> Any:
    """Tell what a request says at a place; None where it says nothing."""
    part, _, name = place.partition(".")
    match part:
        case "path":
            return call.arguments.get(name)
        case "query":
            return dict(parse_qsl(call.request.query, keep_blank_values=True)).get(name)
        case "headers":
            return header(call.request.headers, name)
        case _:
            return part_of(call.body, name)


def _facts(call: Call, rule: RefuseRule) -> dict[str, Any]:
    """Tell what an error's message may name: the path's arguments, and what was refused."""
    place, known = next(iter({**rule.when, **rule.unless}.items()))
    value = said(call, place)
    facts = {"parameter": place.partition(".")[2], "value": value, "reason": "is refused", "known": list(known)}
    return {**dict.fromkeys(_NAMES, value), **facts, **call.arguments}
