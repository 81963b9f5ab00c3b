"""Devices as far as an API can reach them: whose account is disconnected is not there for it.

Source:
    ours: the documentation (live-api.md, section 8) says that an app is told of it, not what reads answer then;
    a device that is not yours any more is not found.
"""

from __future__ import annotations

from replaysandbox.core.command_log import linked_at
from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.operations.call import Call
from replaysandbox.operations.ids import find_device
from replaysandbox.world.world import home_devices, nth, position_of, total


def linked_device(call: Call, text: str) -> DeviceRef | None:
    """Find the device of the route's family by its id; None where there is none, or it is not connected."""
    device = find_device(call.pack, call.world, call.route.family, text)
    return device if device is not None and is_linked(call, device) else None


def is_linked(call: Call, device: DeviceRef) -> bool:
    """Tell whether a device is connected in the API that is called."""
    return linked_at(call.log, call.pack.name, device, call.at)


def linked_slice(call: Call, offset: int, limit: int) -> tuple[list[DeviceRef], int]:
    """Give some of the connected devices of the route's family, and their total.

    Arithmetic, as the whole list is: only those that were ever disconnected are looked at.
    """
    family = call.route.family
    gone = _gone(call, family)
    count = total(call.world, family) - len(gone)
    last = min(offset + limit, count)
    return [nth(call.world, family, _place(k, gone)) for k in range(offset, last)], count


def linked_homes(call: Call, offset: int, limit: int) -> tuple[list[int], int]:
    """Give some of the homes that have a connected device, and their total; as `linked_slice`, by arithmetic."""
    gone = sorted({device.home for device in _known(call) if not has_linked(call, device.home)})
    count = call.world.homes - len(gone)
    return [_place(k, gone) for k in range(offset, min(offset + limit, count))], count


def has_linked(call: Call, home: int) -> bool:
    """Tell whether any device of a home is connected in the API that is called."""
    if not call.log.links:
        return True
    return any(is_linked(call, device) for family in FAMILIES for device in home_devices(call.world, home, family))


def _known(call: Call) -> list[DeviceRef]:
    """List the devices that were ever connected or disconnected in the API that is called."""
    return [device for pack, device in call.log.links if pack == call.pack.name]


def _gone(call: Call, family: str) -> list[int]:
    """List the places of the devices that are not connected, in order."""
    if not call.log.links:
        return []
    known = [device for device in _known(call) if device.family == family]
    return sorted(position_of(call.world, device) for device in known if not is_linked(call, device))


def _place(k: int, gone: list[int]) -> int:
    """Tell the place of the k-th of those that are left."""
    for place in gone:
        if place > k:
            break
        k += 1
    return k
