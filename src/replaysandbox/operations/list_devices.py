"""`list`: one page of a family's devices, by arithmetic: the last page costs what the first does."""

from __future__ import annotations

from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.call import Call, Done
from replaysandbox.operations.ids import find_home
from replaysandbox.operations.linked import is_linked, linked_slice
from replaysandbox.operations.paging import Page, cut, selected
from replaysandbox.operations.view import view_device
from replaysandbox.world.world import home_devices


def list_devices(call: Call) -> Done:
    """List devices of the route's family, narrowed and cut as the query says."""
    offset, limit = cut(call)
    members, count = _members(call, offset, limit)
    seen = [view_device(call, device) for device in members]
    page = Page(offset, limit, count, offset + len(seen) < count)
    hits = tuple(dict.fromkeys(rule for _, _, rules in seen for rule in rules))
    return Done({"devices": [view for view, _, _ in seen], "page": page}, hits=hits)


def _members(call: Call, offset: int, limit: int) -> tuple[list[DeviceRef], int]:
    user = selected(call).get("user")
    if user is None:
        return linked_slice(call, offset, limit)
    home = find_home(call.pack, call.world, user)
    found = [] if home is None else home_devices(call.world, home, call.route.family)
    devices = [device for device in found if is_linked(call, device)]
    return devices[offset : offset + limit], len(devices)
