"""The rule that chooses a fault, and whether it hits. What each fault does is in `faults/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from replaysandbox.core.errors import Problem
from replaysandbox.core.noise import mix, signal, unit

Value = str | int | float
"""What an argument of a fault can be."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Which fault is to happen, where, when and how often. What is left out does not narrow.

    Attributes:
        id: Names the rule inside its session; the draw of its probability depends on it.
        name: The fault, a word of `faults/table.py`.
        route: Route as `GET /battery/{id}`; a `*` at the end stands for any rest.
        pack: Pack.
        vendor: Make of the device, any case.
        home: Position of the home, or its name.
        family: Family of the device.
        start: First instant, on the sandbox's clock.
        until: First instant after.
        times: How often it may hit; None for any number.
        probability: Share of the requests, devices or actions meant that are hit. [1]
        arguments: What this fault takes, by name; those with a default are always there.
    """

    id: str
    name: str
    route: str = ""
    pack: str = ""
    vendor: str = ""
    home: str = ""
    family: str = ""
    start: datetime | None = None
    until: datetime | None = None
    times: int | None = None
    probability: float = 1.0
    arguments: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @property
    def verdict(self) -> str:
        """Value of the `X-Sandbox` header of an answer it had a part in."""
        return f"fault={self.name}"


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """What is known of the request, device or action that a fault may hit. What is empty is not known.

    Attributes:
        at: Sandbox instant.
        key: What probability and spread are drawn from; see `draw_key`.
        route: Route, as `GET /battery/{id}`.
        pack: Pack.
        vendor: Make of the device.
        home: Position of its home.
        home_name: Name of its home.
        family: Its family.
        hits: Rule id → how often it has hit in this session.
    """

    at: datetime
    key: int = 0
    route: str = ""
    pack: str = ""
    vendor: str = ""
    home: int | None = None
    home_name: str = ""
    family: str = ""
    hits: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Hit[Effect]:
    """A rule hit, and what comes of it. Whoever acts on it counts it under `rule.id` and journals `rule.name`."""

    rule: FaultRule
    effect: Effect


@dataclass(frozen=True, slots=True)
class BadFault:
    """What was given chooses no fault; all that is wrong with it."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def draw_key(seed: int, session: str, number: int) -> int:
    """Make the key that a fault's draws come from.

    Args:
        seed: Seed of the world.
        session: Name of the session.
        number: How many requests the session has seen, or the number of the device or action the fault is about:
            a rule then hits the same devices at every instant.
    """
    return mix(seed, signal(session), number)


def route_matches(pattern: str, route: str) -> bool:
    """Tell whether a rule's route means a route: the same text, or the same beginning where it ends in `*`."""
    return route.startswith(pattern[:-1]) if pattern.endswith("*") else route == pattern


def applies(rule: FaultRule, facts: FaultFacts) -> bool:
    """Tell whether a rule hits.

    Args:
        rule: The rule. What it narrows by must be known: a rule for a vendor does not hit a list of devices.
        facts: What it might hit.
    """
    return _meant(rule, facts) and _due(rule, facts) and _drawn(rule, facts)


def _meant(rule: FaultRule, facts: FaultFacts) -> bool:
    return (
        (not rule.route or route_matches(rule.route, facts.route))
        and (not rule.pack or rule.pack == facts.pack)
        and (not rule.vendor or rule.vendor.casefold() == facts.vendor.casefold())
        and (not rule.family or rule.family == facts.family)
        and (not rule.home or _same_home(rule.home, facts))
    )


def _same_home(home: str, facts: FaultFacts) -> bool:
    return home == facts.home_name or (facts.home is not None and home == str(facts.home))


def _due(rule: FaultRule, facts: FaultFacts) -> bool:
    return (
        (rule.start is None or facts.at >= rule.start)
        and (rule.until is None or facts.at < rule.until)
        and (rule.times is None or facts.hits.get(rule.id, 0) < rule.times)
    )


def _drawn(rule: FaultRule, facts: FaultFacts) -> bool:
    return rule.probability >= 1.0 or unit(mix(facts.key, signal(rule.id))) < rule.probability
