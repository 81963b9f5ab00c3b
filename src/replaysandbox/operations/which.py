"""Which device a call is about: the one its path names, or the first of its family in the home the path names."""

from __future__ import annotations

from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.call import Call, Refusal
from replaysandbox.operations.ids import device_id, find_home_by_id, home_id, user_id
from replaysandbox.operations.linked import has_linked, is_linked, linked_device
from replaysandbox.world.world import home_devices

MOST_HOMES = 100
"""Most homes one request may name. Source: SolarEdge's limit of sites in one call, in PyPI `solaredge` 2.0.0."""


def asked_device(call: Call) -> DeviceRef | None:
    """Find the device of the path argument `id`; None where there is none."""
    text = call.arguments.get("id")
    if text is None or not call.route.family:
        return None
    if call.route.by == "device":
        device = linked_device(call, text)
        return device if device is not None and _is_of(call, device) else None
    home = find_home_by_id(call.pack, call.world, text)
    devices = [] if home is None else home_devices(call.world, home, call.route.family)
    return next((device for device in devices if is_linked(call, device)), None)


def _is_of(call: Call, device: DeviceRef) -> bool:
    """Tell whether a device is of the home and the user that the path names beside it."""
    named = {"home": home_id, "user": user_id}
    return all(
        named[what](call.pack, call.world, device.home) == call.arguments[name]
        for what, name in call.route.selects.items()
    )


def asked_id(call: Call) -> str:
    """Give the id that the path argument `id` names a device or home by: of a device always the same of its ids."""
    device = asked_device(call) if call.route.by == "device" else None
    return call.arguments["id"] if device is None else device_id(call.pack, call.world, device)


def asked_home(call: Call) -> int | None:
    """Find the home of the path argument `id`; None where there is none, or none of its devices is connected."""
    return _home(call, call.arguments.get("id", ""))


def _home(call: Call, text: str) -> int | None:
    home = find_home_by_id(call.pack, call.world, text)
    return home if home is not None and has_linked(call, home) else None


def asked_homes(call: Call) -> list[int] | Refusal:
    """Find the homes of the path argument `id`: one, or the several that the route lets it name."""
    text = call.arguments["id"]
    names = text.split(call.route.several) if call.route.several else [text]
    if len(names) > MOST_HOMES:
        return Refusal("bad_parameter", {"parameter": "id", "value": text[:80], "reason": f"names over {MOST_HOMES}"})
    homes = []
    for name in names:
        home = _home(call, name)
        if home is None:
            return Refusal("device_not_found", {"device": name})
        homes.append(home)
    return homes


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
