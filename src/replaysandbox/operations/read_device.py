"""`read`: one device by its id."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.view import view_device
from replaysandbox.operations.which import asked_device


def read_device(call: Call) -> Done | Refusal:
    """Read one device; its id is the path argument `id`."""
    text = call.arguments["id"]
    device = asked_device(call)
    if device is None:
        return Refusal("device_not_found", {"device": text})
    view, outage, hits = view_device(call, device)
    if outage is not None and outage.kind == "offline" and call.route.offline == "refuse":
        return Refusal("device_offline", {"device": view.id}, view.id, hits)
    return Done({"device": view}, view.id, hits=hits)
