"""A fault rule as JSON and YAML say it, and back: `{"route": "GET /battery/{id}", "status": 503, "times": 1}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
            Argument("probability", "number", "Share of the requests, devices or actions meant that are hit. [1]", 0, 1),
        )
    }
)
"""What narrows a rule, whatever its fault."""

Spelling = Callable[[str], str]
"""Our key → how whoever is asked here writes it."""


@dataclass(slots=True)
class _Reading:
    """A rule being read: its values by our own keys, and what is wrong so far."""

    data: Mapping[str, Any]
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
    ours = {spelling(key): key for key in ("fault", *SELECTORS, *_argument_names())}
    reading = _Reading({ours.get(str(key), str(key)): value for key, value in data.items()}, spelling)
    fault = _fault(reading)
    if fault is None:
        return BadFault(tuple(reading.problems))
    known = {name: SELECTORS[name] for name in selectors if name not in fault.barred}
    known |= {argument.name: argument for argument in fault.arguments}
    _check_values(reading, fault, known)
    if reading.problems:
        return BadFault(tuple(sorted(reading.problems)))
    return _rule(reading.data, fault, rule_id, at)


def _argument_names() -> dict[str, None]:
    return {argument.name: None for fault in FAULTS.values() for argument in fault.arguments}


def _fault(reading: _Reading) -> Fault | None:
    """Find the fault a rule names, or the one its arguments mean."""
    data = reading.data
    if "fault" in data:
        name = data["fault"]
        if isinstance(name, str) and name in FAULTS:
            return FAULTS[name]
        reading.wrong("fault", f"there is no fault {str(name)[:60]!r}", nearest(str(name), FAULTS))
        return None
    if data.get("status") == 429 and "retry_after_s" in data and "error" not in data:
        return FAULTS["rate_limit"]
    meant = [fault for fault in FAULTS.values() if any(sign in data for sign in fault.signs)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        reading.wrong("", f"means two faults: {', '.join(fault.name for fault in meant)}", "make a rule for each")
    else:
        example = f"say which: {reading.spelling('fault')}; one of {', '.join(FAULTS)}"
        reading.wrong("", "names no fault", example)
    return None


def _check_values(reading: _Reading, fault: Fault, known: Mapping[str, Argument]) -> None:
    data, keys = reading.data, [reading.spelling(key) for key in ("fault", *known)]
    for key, value in data.items():
        if key in known:
            if reason := wrong_value(known[key], value):
                reading.wrong(key, reason, known[key].help)
        elif key in SELECTORS:
            reading.wrong(key, f"the fault '{fault.name}' cannot be narrowed by {key!r} here", f"known: {', '.join(keys)}")
        elif key != "fault":
            reading.problems.append(_unknown(reading, fault, key, keys))
    if reading.problems:
        return
    if reason := fault.check({name: value for name, value in data.items() if name not in SELECTORS}):
        reading.wrong("", reason)
    if "from" in data and "until" in data and _instant(data["until"]) <= _instant(data["from"]):  # type: ignore[operator]
        reading.wrong("until", "is not after 'from'")


def _unknown(reading: _Reading, fault: Fault, key: str, keys: Sequence[str]) -> Problem:
    others = [each.name for each in FAULTS.values() if any(argument.name == key for argument in each.arguments)]
    spelled = reading.spelling(key) if others else key
    reason = f"unknown key {spelled[:60]!r}" if not others else f"the fault '{fault.name}' takes no {spelled!r}"
    hint = f"it belongs to: {', '.join(others)}" if others else nearest(key, keys)
    return Problem("fault", 0, spelled[:60], reason, hint)


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
