"""Which device a call is about: the one its path names, or the first of its family in the home the path names."""

from __future__ import annotations

from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.call import Call, Refusal
from replaysandbox.operations.ids import find_home_by_id
from replaysandbox.operations.linked import has_linked, is_linked, linked_device
from replaysandbox.world.world import home_devices


def asked_device(call: Call) -> DeviceRef | None:
    """Find the device of the path argument `id`; None where there is none."""
    text = call.arguments.get("id")
    if text is None or not call.route.family:
        return None
    if call.route.by == "device":
        return linked_device(call, text)
    home = find_home_by_id(call.pack, call.world, text)
    devices = [] if home is None else home_devices(call.world, home, call.route.family)
    return next((device for device in devices if is_linked(call, device)), None)


def asked_home(call: Call) -> int | None:
    """Find the home of the path argument `id`; None where there is none, or none of its devices is connected."""
    home = find_home_by_id(call.pack, call.world, call.arguments.get("id", ""))
    return home if home is not None and has_linked(call, home) else None


def not_there(call: Call) -> Refusal | None:
    """Refuse a call whose path names a device or a home that is not there; None where all is well."""
    text = call.arguments.get("id")
    if text is None:
        return None
    if call.route.family:
        return None if asked_device(call) else Refusal("device_not_found", {"device": text})
    if call.route.by == "home":
        return None if asked_home(call) is not None else Refusal("device_not_found", {"device": text})
    return None
