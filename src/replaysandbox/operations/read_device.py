"""`read`: one device by its id."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.view import find_device, view_device


def read_device(call: Call) -> Done | Refusal:
    """Read one device; its id is the path argument `id`."""
    text = call.arguments["id"]
    device = find_device(call.pack, call.world, call.route.family, text)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    view, outage = view_device(call.pack, call.world, call.log, device, call.at)
    if outage is not None and outage.kind == "offline":
        return Refusal("device_offline", {"device": view.id}, view.id)
    return Done({"device": view}, view.id)
