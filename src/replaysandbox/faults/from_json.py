"""A fault rule as JSON and YAML say it, and back: `{"route": "GET /battery/{id}", "status": 503, "times": 1}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from replaysandbox.core.device import FAMILIES
from replaysandbox.core.errors import Problem
from replaysandbox.core.fault import BadFault, FaultRule, Value
from replaysandbox.core.nearest import nearest
from replaysandbox.faults.kind import Argument, Fault, wrong_value
from replaysandbox.faults.table import FAULTS

_PLAIN = ("route", "pack", "vendor", "home", "family", "times", "probability")

SELECTORS: Mapping[str, Argument] = MappingProxyType(
    {
        argument.name: argument
        for argument in (
            Argument("route", "text", "Route as `GET /battery/{id}`; a `*` at the end stands for any rest."),
            Argument("pack", "text", "Name of a pack."),
            Argument("vendor", "text", "Make of the device, any case."),
            Argument("home", "home", "Position of the home from 0, or its name."),
            Argument("family", "text", "Family of the device.", choices=FAMILIES),
            Argument("from", "instant", "First instant, on the sandbox's clock."),
            Argument("until", "instant", "First instant after."),
            Argument("times", "whole", "How often it may hit.", 1, 1_000_000_000),
            Argument("probability", "number", "Share of the requests, devices or actions that are hit. [1]", 0, 1),
        )
    }
)
"""What narrows a rule, whatever its fault."""

_ARGUMENTS = frozenset(argument.name for fault in FAULTS.values() for argument in fault.arguments)

Spelling = Callable[[str], str]
"""Our key → how whoever is asked here writes it."""


@dataclass(slots=True)
class _Reading:
    """A rule being read: its values by our own keys, the keys that are none, and what is wrong so far."""

    data: Mapping[str, Any]
    strange: Sequence[str]
    spelling: Spelling
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, key: str, reason: str, hint: str = "") -> None:
        self.problems.append(Problem("fault", 0, self.spelling(key) if key else "", reason, hint))


def rule_from_json(
    data: object,
    rule_id: str,
    *,
    at: datetime | None = None,
    selectors: Sequence[str] = tuple(SELECTORS),
    spelling: Spelling = str,
) -> FaultRule | BadFault:
    """Read one rule.

    Args:
        data: An object of selectors and of the arguments of one fault, which `fault` names; `status` and `delay_s`
            name theirs by themselves.
        rule_id: Names the rule inside its session.
        at: Sandbox instant at which it is given. A device that goes offline without a `from` does so then.
        selectors: What it may be narrowed by.
        spelling: How keys are written here.

    Returns:
        The rule, or all that is wrong: unknown keys with the nearest valid one, values out of bounds, no fault or two.
    """
    if not isinstance(data, Mapping):
        return BadFault((Problem("fault", 0, "", "a fault is an object, such as {'status': 503}"),))
    ours = {spelling(key): key for key in ("fault", *SELECTORS, *_ARGUMENTS)}
    values = {ours[key]: value for key, value in data.items() if key in ours}
    reading = _Reading(values, [str(key) for key in data if key not in ours], spelling)
    fault = _fault(reading)
    if fault is None:
        _tell_strange(reading, ours)
        return BadFault(tuple(sorted(reading.problems)))
    known = {name: SELECTORS[name] for name in selectors if name not in fault.barred}
    known |= {argument.name: argument for argument in fault.arguments}
    _check_keys(reading, fault, known)
    _check_values(reading, known)
    if not reading.problems:
        _check_together(reading, fault)
    if reading.problems:
        return BadFault(tuple(sorted(reading.problems)))
    return _rule(reading.data, fault, rule_id, at)


def _names(fault: Fault) -> list[str]:
    return [argument.name for argument in fault.arguments]


def _fault(reading: _Reading) -> Fault | None:
    """Find the fault a rule names, or the one its arguments mean."""
    data = reading.data
    if "fault" in data:
        name = data["fault"]
        if isinstance(name, str) and name in FAULTS:
            return FAULTS[name]
        word = name if isinstance(name, str) else ""
        reading.wrong("fault", f"there is no fault {word[:60]!r}" if word else "is no name", nearest(word, FAULTS))
        return None
    if data.get("status") == 429 and "retry_after_s" in data and data.keys().isdisjoint(("error", "code", "message")):
        return FAULTS["rate_limit"]
    meant = [fault for fault in FAULTS.values() if any(sign in data for sign in fault.signs)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        reading.wrong("", f"means two faults: {', '.join(fault.name for fault in meant)}", "make a rule for each")
    else:
        reading.wrong("", "names no fault", f"say fault: one of {', '.join(FAULTS)}")
    return None


def _tell_strange(reading: _Reading, keys: Iterable[str]) -> None:
    for key in reading.strange:
        reading.problems.append(Problem("fault", 0, key[:60], f"unknown key {key[:60]!r}", nearest(key, keys)))


def _check_keys(reading: _Reading, fault: Fault, known: Mapping[str, Argument]) -> None:
    keys = [reading.spelling(key) for key in ("fault", *known)]
    _tell_strange(reading, keys)
    for key in reading.data:
        if key in known or key == "fault":
            continue
        if key in SELECTORS:
            reason = f"the fault '{fault.name}' cannot be narrowed by '{reading.spelling(key)}' here"
            reading.wrong(key, reason, f"known: {', '.join(keys)}")
        else:
            takers = [each.name for each in FAULTS.values() if key in _names(each)]
            reason = f"the fault '{fault.name}' takes no '{reading.spelling(key)}'"
            reading.wrong(key, reason, f"it belongs to: {', '.join(takers)}")


def _check_values(reading: _Reading, known: Mapping[str, Argument]) -> None:
    for key, value in reading.data.items():
        if key in known and (reason := wrong_value(known[key], value)):
            reading.wrong(key, reason, known[key].help)


def _check_together(reading: _Reading, fault: Fault) -> None:
    data = reading.data
    if reason := fault.check({name: data[name] for name in _names(fault) if name in data}):
        reading.wrong("", reason)
    start, until = _instant(data.get("from")), _instant(data.get("until"))
    if start is not None and until is not None and until <= start:
        reading.wrong("until", "is not after 'from'")


def _rule(data: Mapping[str, Any], fault: Fault, rule_id: str, at: datetime | None) -> FaultRule:
    arguments: dict[str, Value] = {}
    for argument in fault.arguments:
        value = data.get(argument.name, argument.default)
        if value is not None:
            arguments[argument.name] = value
    return FaultRule(
        id=rule_id,
        name=fault.name,
        route=data.get("route", ""),
        pack=data.get("pack", ""),
        vendor=data.get("vendor", ""),
        home=str(data.get("home", "")),
        family=data.get("family", ""),
        start=_instant(data.get("from")) or (at if fault.outage else None),
        until=_instant(data.get("until")),
        times=data.get("times"),
        probability=float(data.get("probability", 1.0)),
        arguments=arguments,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def rule_view(rule: FaultRule) -> dict[str, Any]:
    """Show a rule as JSON: what `rule_from_json` reads, and its id; what does not narrow is left out."""
    view: dict[str, Any] = {"id": rule.id, "fault": rule.name}
    view |= {name: value for name in _PLAIN if (value := getattr(rule, name)) not in ("", None)}
    for name, instant in (("from", rule.start), ("until", rule.until)):
        if instant is not None:
            view[name] = instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {**view, **rule.arguments}
