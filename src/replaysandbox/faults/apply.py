"""Faults in the way of a request: before the operation, after it, at each device, at each command accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from replaysandbox.core.action import Failure
from replaysandbox.core.exchange import Hangup, Outcome, header
from replaysandbox.core.fault import FaultFacts, FaultRule, Hit, applies
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.scenario import Outage
from replaysandbox.faults.kind import LONGEST_DELAY_S
from replaysandbox.faults.rate_limit import RETRY_AFTER_S
from replaysandbox.faults.table import FAULTS


def refusal(rules: Sequence[FaultRule], facts: FaultFacts, pack: Pack) -> Hit[ErrorAnswer | Hangup] | None:
    """Find what a request is answered with instead of being carried out; the first rule that hits counts.

    Args:
        rules: The request's own rules, then the session's.
        facts: About the request, with its device where the path names one.
        pack: The pack asked; its error template makes the body.
    """
    for rule in rules:
        before = FAULTS[rule.name].before
        if before is not None and applies(rule, facts):
            effect = before(rule, pack)
            if effect is not None:
                return Hit(rule, effect)
    return None


def facts_told(rule: FaultRule, error: ErrorAnswer) -> dict[str, Any]:
    """Tell what an error that a rule raises may say of it: of too many requests always when to ask again.

    Args:
        rule: The rule that hit.
        error: What is answered with; its own `Retry-After` is believed.
    """
    asked = rule.arguments.get("retry_after_s")
    own = header(error.headers, "retry-after") or ""
    if asked is None and own.isdecimal():
        asked = int(own)
    if asked is None and error.status == HTTPStatus.TOO_MANY_REQUESTS:
        asked = RETRY_AFTER_S
    return {} if asked is None else {"retry_after_s": asked}


def delayed(rules: Sequence[FaultRule], facts: FaultFacts, outcome: Outcome) -> tuple[Outcome, tuple[FaultRule, ...]]:
    """Hold an outcome back; every rule that hits adds to it.

    Returns:
        The outcome with its delay, at most `LONGEST_DELAY_S` from here, and the rules that hit.
    """
    hit: list[FaultRule] = []
    delay_s = 0.0
    for rule in rules:
        delay = FAULTS[rule.name].delay
        if delay is not None and applies(rule, facts):
            delay_s += delay(rule, facts)
            hit.append(rule)
    if not hit:
        return outcome, ()
    verdict = outcome.verdict if outcome.verdict.startswith("fault=") else hit[0].verdict
    held_s = outcome.delay_s + min(delay_s, LONGEST_DELAY_S)
    return replace(outcome, verdict=verdict, delay_s=held_s), tuple(hit)


def device_outage(rules: Sequence[FaultRule], facts: FaultFacts) -> Hit[Outage] | None:
    """Find the outage a device is in.

    Args:
        rules: The request's own rules, then the session's.
        facts: About the device; the key is made from its number, so that it stays hit.

    Returns:
        As `world/outages.py` ranks them: a device that is gone outweighs a hiccup, then the longer outage counts.
    """
    hits: list[Hit[Outage]] = []
    for rule in rules:
        outage = FAULTS[rule.name].outage
        if outage is not None and applies(rule, facts):
            hits.append(Hit(rule, outage(rule, facts)))
    return min(hits, key=lambda hit: (hit.effect.kind != "offline", hit.effect.since), default=None)


def action_fate(rules: Sequence[FaultRule], facts: FaultFacts, failed_s: float) -> Hit[Failure] | None:
    """Find how an action that is being accepted is going to fail; the first rule that hits counts.

    Args:
        rules: The request's own rules, then the session's.
        facts: About the push and its device.
        failed_s: Seconds in which failures show in this API. [s]
    """
    for rule in rules:
        fate = FAULTS[rule.name].fate
        if fate is not None and applies(rule, facts):
            return Hit(rule, fate(rule, failed_s))
    return None
