"""`set`: settings of a device, written at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replaysandbox.core.controls import Setting
from replaysandbox.core.entries import Write
from replaysandbox.core.units import inside
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.which import asked_device


def write_settings(call: Call) -> Done | Refusal:
    """Write settings of the device of the path argument `id`: all of them, or none."""
    text = call.arguments["id"]
    device = asked_device(call)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    settings = call.pack.controls[device.family].settings
    for name, quantity in call.body.items():
        refused = _refused(settings, name, quantity)
        if refused is not None:
            return Refusal(refused.error, refused.facts, text)
    log = rewound(call.world, call.log, call.at)
    for name, quantity in call.body.items():
        value, setting = float(quantity["value"]), settings[name]
        limits = {setting.limits: inside(value, setting.unit)} if setting.limits else {}
        write = Write(log.count + 1, call.at, call.pack.name, device, name, value, limits)
        log = told(call.world, log, write)
    return Done({"device_id": text, "updated": list(call.body)}, text, log)


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
