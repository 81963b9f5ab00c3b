"""`refuse`: a route that exists and always says no, as the API does."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Refusal
from replaysandbox.operations.ids import find_device


def refuse(call: Call) -> Refusal:
    """Say no with the error the route names; a device that is not there comes first."""
    text = call.arguments.get("id")
    if text is not None and call.route.family and not find_device(call.pack, call.world, call.route.family, text):
        return Refusal("device_not_found", {"device": text})
    return Refusal(call.route.error, {}, text or "")
