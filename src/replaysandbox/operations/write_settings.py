"""`set`: settings of a device, written at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replaysandbox.core.controls import Setting
from replaysandbox.core.entries import Write
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.body import is_number, part_of, quantities_of
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.push import inside_of
from replaysandbox.operations.which import asked_device, asked_id


def write_settings(call: Call) -> Done | Refusal:
    """Write settings of the device of the path argument `id`: all of them, or none."""
    text = call.arguments["id"]
    device = asked_device(call)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    text = asked_id(call)
    settings = call.pack.controls[device.family].settings
    body = _named(call, settings) if call.route.values else quantities_of(call.body, "")
    if isinstance(body, Refusal):
        return Refusal(body.error, body.facts, text)
    for name, quantity in body.items():
        refused = _refused(settings, name, quantity)
        if refused is not None:
            return Refusal(refused.error, refused.facts, text)
    log = rewound(call.world, call.log, call.at)
    for name, quantity in body.items():
        value, setting = float(quantity["value"]), settings[name]
        means = setting.limits
        limits = {means: inside_of(call, device, value, setting.unit, means)} if means else {}
        write = Write(log.count + 1, call.at, call.pack.name, device, name, value, limits)
        log = told(call.world, log, write)
    return Done({"device_id": text, "updated": list(body)}, text, log)


def _named(call: Call, settings: Mapping[str, Setting]) -> dict[str, Any] | Refusal:
    """Find the settings that the route names by where their plain numbers are in the body."""
    found = {}
    for name, path in call.route.values.items():
        value = part_of(call.body, path)
        if value is None:
            continue
        if not is_number(value):
            return Refusal("bad_body", {"reason": f"holds no number at {path}"})
        found[name] = {"value": value, "unit": settings[name].unit}
    return found or Refusal("bad_body", {"reason": f"holds nothing at {', '.join(call.route.values.values())}"})


def _refused(settings: Mapping[str, Setting], name: str, quantity: Mapping[str, Any]) -> Refusal | None:
    setting = settings.get(name)
    if setting is None:
        return Refusal("unsupported_setting", {"setting": name, "known": {"supportedParameters": list(settings)}})
    if setting.read_only:
        return Refusal("read_only_setting", {"setting": name})
    if quantity["unit"] != setting.unit:
        facts = {"parameter": name, "provided": quantity["unit"], "supported": [setting.unit]}
        return Refusal("unsupported_unit", facts)
    least, most = setting.minimum, setting.maximum
    if (least is not None and quantity["value"] < least) or (most is not None and quantity["value"] > most):
        facts = {"parameter": name, "value": quantity["value"], "minimum": least, "maximum": most}
        return Refusal("parameter_out_of_range", {**facts, "unit": setting.unit})
    return None
