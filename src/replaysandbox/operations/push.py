"""`push`: a command for a device, accepted as an action or refused as the API refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from replaysandbox.core.action import Action, Failure, stage_at
from replaysandbox.core.command_log import CommandLog, active_at
from replaysandbox.core.controls import Command, Controls
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Pushed
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.core.reading import EvChargerReading, VehicleReading
from replaysandbox.core.units import inside
from replaysandbox.faults.apply import action_fate
from replaysandbox.faults.from_push import rule_from_push
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.body import part_of, quantities_of
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.facts import device_facts
from replaysandbox.operations.ids import action_id
from replaysandbox.operations.timing import BadTiming, Timing, read_timing
from replaysandbox.operations.view import bounds, outage_of, view_action
from replaysandbox.operations.which import asked_device, asked_id
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import model_of

SUPERSEDE = "supersede"
"""Strategy of an API that knows no conflict: a new command simply takes over. Only `command` asks for it."""


def push_command(call: Call) -> Done | Refusal:
    """Accept a command for the device of the path argument `id`."""
    text = call.arguments["id"]
    device = asked_device(call)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    text = asked_id(call)
    asked = rule_from_push(_part(call, "fault"))
    if isinstance(asked, BadFault):
        return Refusal("bad_body", {"reason": f"asks for a fault that cannot be: {asked}"}, text)
    accepted = _accepted(call, device)
    if isinstance(accepted, Refusal):
        return Refusal(accepted.error, accepted.facts, text)
    action, hits = _fated(call, accepted.action, asked)
    log = told(call.world, accepted.log, Pushed(action))
    return Done({"action": view_action(call.pack, call.world, action, call.at)}, text, log, hits)


@dataclass(frozen=True, slots=True)
class _Accepted:
    action: Action
    log: CommandLog


def _accepted(call: Call, device: DeviceRef) -> _Accepted | Refusal:
    controls = call.pack.controls[device.family]
    command = controls.commands.get(str(_part(call, "command")))
    if command is None:
        known = list(controls.commands)
        return Refusal("unknown_command", {"command": _part(call, "command"), "known": {"supportedActions": known}})
    values = _values(call, device, command)
    if isinstance(values, Refusal):
        return values
    timing = _timing(call)
    if isinstance(timing, BadTiming):
        return Refusal(timing.error, {"reason": timing.reason})
    if timing.execution not in command.execution:
        facts = {"requested": timing.execution, "supported": list(command.execution)}
        return Refusal("execution_not_supported", facts)
    return _beside_others(call, device, controls, command, values, timing)


def _part(call: Call, word: str) -> Any:
    """Take a part of the body from where the route says it is; None where it is absent."""
    return part_of(call.body, call.route.body.get(word, ""))


def _timing(call: Call) -> Timing | BadTiming:
    """Read when the command is to work."""
    start, end = _part(call, "start"), _part(call, "end")
    for word, text in (("start", start), ("end", end)):
        if not isinstance(text, str | None):
            return BadTiming("bad_body", f"holds no text at {call.route.body[word]}")
    return read_timing(start, end, call.at, call.world.calendar.zone or UTC)


def _values(call: Call, device: DeviceRef, command: Command) -> dict[str, float] | Refusal:
    sent = quantities_of(_part(call, "parameters") or {}, f" at {call.route.body.get('parameters', '')}")
    if isinstance(sent, Refusal):
        return sent
    unknown = [name for name in sent if name not in command.parameters]
    if unknown:
        known = {"supportedParameters": list(command.parameters)}
        return Refusal("unsupported_parameter", {"parameters": unknown, "known": known})
    values: dict[str, float] = {}
    for name, quantity in sent.items():
        parameter = command.parameters[name]
        if quantity["unit"] != parameter.unit:
            facts = {"parameter": name, "provided": quantity["unit"], "supported": [parameter.unit]}
            return Refusal("unsupported_unit", facts)
        least, most = bounds(parameter, model_of(call.world, device))
        if not least <= quantity["value"] <= most:
            facts = {"parameter": name, "value": quantity["value"], "minimum": least, "maximum": most}
            return Refusal("parameter_out_of_range", {**facts, "unit": parameter.unit})
        values[parameter.means] = inside_of(call, device, float(quantity["value"]), parameter.unit, parameter.means)
    return values


def inside_of(call: Call, device: DeviceRef, value: float, unit: str, means: str) -> float:
    """Convert a value to our unit; a current that means a power is that share of what the device takes unlimited."""
    if unit != "amps" or not means.endswith("_w"):
        return inside(value, unit)
    reading = reading_at(call.world, device, call.at, {})
    if isinstance(reading, EvChargerReading):
        return value * reading.rated_w / reading.max_current_a
    if isinstance(reading, VehicleReading):
        return value * reading.max_charge_w / reading.max_current_a
    raise TypeError(f"the current of a {device.family} means no power")


def _beside_others(
    call: Call, device: DeviceRef, controls: Controls, command: Command, values: dict[str, float], timing: Timing
) -> _Accepted | Refusal:
    """Deal with actions of the device that are not over yet, as the request's strategy says.

    Source:
        live-api.md, section 6 (conflict, generation C).
    """
    log = rewound(call.world, call.log, call.at)
    strategy = _part(call, "strategy")
    others = [] if strategy == SUPERSEDE else active_at(log, call.pack.name, device, call.at)
    ids = [action_id(call.pack, other) for other in others]
    if others and strategy not in controls.strategies:
        reason = "no_strategy_supplied" if strategy is None else "strategy_not_supported"
        return Refusal("conflict", {"reason": reason, "actions": ids, "strategies": list(controls.strategies)})
    if others and strategy == "cancel_and_replace":
        if any(stage_at(other, call.at) != "scheduled" for other in others):
            return Refusal("conflict_at_work", {"reason": "action_at_work", "actions": ids})
        log = told(call.world, log, Cancelled(call.at, tuple(other.number for other in others)))
    if others and strategy == "queue_after":
        end = others[-1].end
        if end is None:
            return Refusal("conflict_at_work", {"reason": "conflicting_action_has_no_end", "actions": ids})
        length = timing.end - timing.start if timing.end and timing.start else None
        timing = Timing(timing.execution, end, end + length if length else None)
    return _Accepted(_action(call, device, controls, command, values, timing, log.count + 1), log)


def _action(
    call: Call,
    device: DeviceRef,
    controls: Controls,
    command: Command,
    values: dict[str, float],
    timing: Timing,
    number: int,
) -> Action:
    return Action(
        number=number,
        pack=call.pack.name,
        device=device,
        command=command.name,
        does=command.does,
        parameters=_part(call, "parameters"),
        values=values,
        created=call.at,
        start=timing.start,
        end=timing.end,
        acknowledged_s=controls.acknowledged_s,
        completed_s=controls.completed_s,
    )


def _fated(call: Call, action: Action, asked: FaultRule | None) -> tuple[Action, tuple[FaultRule, ...]]:
    """Tell how an action is bound to fail: as a fault asks, or because its device is out of reach when it begins."""
    failed_s = call.pack.controls[action.device.family].failed_s
    rules = (*((asked,) if asked else ()), *call.session.rules)
    facts = device_facts(call.pack, call.world, call.session, action.device, action.begin)
    fate = action_fate(rules, replace(facts, route=call.route.name), failed_s) if rules else None
    if fate is not None:
        return replace(action, failure=fate.effect), (fate.rule,)
    outage, hits = outage_of(replace(call, at=action.begin), action.device)
    if outage is None:
        return action, ()
    return replace(action, failure=Failure("DEVICE_OFFLINE", "The device cannot be reached.", failed_s)), hits
