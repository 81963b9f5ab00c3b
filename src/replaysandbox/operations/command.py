"""`command`: a command given in few words (`{"action": "START"}`, a route of its own), accepted as a push is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from replaysandbox.core.pack import Route
from replaysandbox.operations.body import is_number, part_of
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.push import SUPERSEDE, push_command
from replaysandbox.operations.which import asked_device, asked_id

_WHERE = {"command": "command", "parameters": "parameters", "strategy": "strategy"}


def give_command(call: Call) -> Done | Refusal:
    """Give the device of the path argument `id` the command that route or body names; a newer one takes over."""
    text = call.arguments["id"]
    device = asked_device(call)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    text = asked_id(call)
    name = asked_command(call)
    command = call.pack.controls[device.family].commands.get(str(name))
    if command is None:
        known = list(call.pack.controls[device.family].commands)
        return Refusal("unknown_command", {"command": name, "known": {"supportedActions": known}}, text)
    parameters: dict[str, Any] = {}
    for parameter, path in call.route.values.items():
        value = part_of(call.body, path)
        if value is None or parameter not in command.parameters:
            continue
        number = _number(value)
        if number is None:
            return Refusal("bad_body", {"reason": f"holds no number at {path}"}, text)
        parameters[parameter] = {"value": number, "unit": command.parameters[parameter].unit}
    body = {"command": command.name, "parameters": parameters or None, "strategy": SUPERSEDE}
    controls = call.pack.controls[device.family]
    if SUPERSEDE not in controls.strategies:
        controls = replace(controls, strategies=(*controls.strategies, SUPERSEDE))
    pack = replace(call.pack, controls={**call.pack.controls, device.family: controls})
    return push_command(replace(call, pack=pack, route=replace(call.route, body=_WHERE), body=body))


def argument_of(route: Route) -> str:
    """Tell which part of its path says the command, as in `command: "{mode}"`; empty for none."""
    return route.command[1:-1] if route.command.startswith("{") else ""


def asked_command(call: Call) -> Any:
    """Tell the command's word: the route's own, that of a part of its path, or that of the body."""
    part = argument_of(call.route)
    if part:
        return call.arguments.get(part)
    return call.route.command or part_of(call.body, call.route.body.get("command", ""))


_TEXT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def _number(value: Any) -> float | None:
    """Read a number; as text, too, for some clients send `"0.8"` (npm smartcar 10.4.0). None where it is none."""
    if isinstance(value, str):
        return float(value) if _TEXT.fullmatch(value) else None
    return value if is_number(value) else None
