"""What a route that needs its device in reach says while it is not: `offline: refuse`."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Refusal
from replaysandbox.operations.ids import device_id
from replaysandbox.operations.view import outage_of
from replaysandbox.operations.which import asked_device


def out_of_reach(call: Call) -> Refusal | None:
    """Refuse a call for a device that is out of reach; None where the route does not mind, or all is well.

    An outage in which the vendor's cloud answers with old values (`fallback`) is none here. `read` looks for itself, as
    it looks at the device anyway.
    """
    if call.route.offline != "refuse" or not call.route.family or call.route.operation == "read":
        return None
    device = asked_device(call)
    if device is None:
        return None
    outage, hits = outage_of(call, device)
    if outage is None or outage.kind != "offline":
        return None
    text = device_id(call.pack, call.world, device)
    return Refusal("device_offline", {"device": text}, text, hits)
