"""`list`: one page of a family's devices, by arithmetic: the last page costs what the first does."""

from __future__ import annotations

from collections.abc import Mapping

from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.ids import find_home, find_home_by_id
from replaysandbox.operations.linked import is_linked, linked_device, linked_slice
from replaysandbox.operations.paging import cut, page_of, selected
from replaysandbox.operations.view import view_device
from replaysandbox.world.world import home_devices


def list_devices(call: Call) -> Done | Refusal:
    """List devices of the route's family, narrowed and cut as the query says."""
    part = cut(call)
    if isinstance(part, Refusal):
        return part
    members, count = _members(call, part.offset, part.limit)
    seen = [view_device(call, device) for device in members]
    page = page_of(call, part, count, len(seen))
    hits = tuple(dict.fromkeys(rule for _, _, rules in seen for rule in rules))
    return Done({"devices": [view for view, _, _ in seen], "page": page}, hits=hits)


def _members(call: Call, offset: int, limit: int) -> tuple[list[DeviceRef], int]:
    narrowed = selected(call)
    if not narrowed:
        return linked_slice(call, offset, limit)
    home = _home(call, narrowed) if "user" in narrowed or "home" in narrowed else None
    found = [] if home is None else home_devices(call.world, home, call.route.family)
    if "device" in narrowed:
        named = linked_device(call, narrowed["device"])
        alone = home is None and not narrowed.keys() & {"user", "home"}
        found = [named] if named is not None and (alone or named in found) else []
    devices = [device for device in found if is_linked(call, device)]
    return devices[offset : offset + limit], len(devices)


def _home(call: Call, narrowed: Mapping[str, str]) -> int | None:
    """Find the one home a list is narrowed to; None where there is none."""
    if "home" in narrowed:
        return find_home_by_id(call.pack, call.world, narrowed["home"])
    return find_home(call.pack, call.world, narrowed["user"])
