"""`link`, `unlink`: accounts by which an API reaches devices, connected and disconnected through the API itself."""

from __future__ import annotations

from replaysandbox.core.command_log import CommandLog, linked_at
from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.core.entries import Link
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.ids import find_device, find_home, find_home_by_id
from replaysandbox.operations.paging import selected
from replaysandbox.operations.view import view_device
from replaysandbox.world.world import home_devices


def link(call: Call) -> Done | Refusal:
    """Connect the devices that path and query name; the template sees those that were not connected before."""
    return _changed(call, linked=True)


def unlink(call: Call) -> Done | Refusal:
    """Disconnect the devices that path and query name; the template sees those that were connected before."""
    return _changed(call, linked=False)


def _changed(call: Call, *, linked: bool) -> Done | Refusal:
    named = _named(call)
    if isinstance(named, Refusal):
        return named
    log = rewound(call.world, call.log, call.at)
    changed = [device for device in named if linked_at(log, call.pack.name, device, call.at) is not linked]
    if not changed and not linked and "id" in call.arguments:
        return Refusal("device_not_found", {"device": call.arguments["id"]})
    for device in changed:
        log = told(call.world, log, _entry(call, log, device, linked=linked))
    views = [view_device(call, device)[0] for device in changed]
    return Done({"devices": views}, views[0].id if len(views) == 1 else "", log)


def _entry(call: Call, log: CommandLog, device: DeviceRef, *, linked: bool) -> Link:
    return Link(log.count + 1, call.at, call.pack.name, device, linked)


def _named(call: Call) -> list[DeviceRef] | Refusal:
    """List the devices that are meant: the path's, those of the path's home, or those that the query selects."""
    text = call.arguments.get("id")
    if text is not None and call.route.by == "device":
        device = _device(call, text)
        return Refusal("device_not_found", {"device": text}) if device is None else [device]
    if text is not None:
        home = find_home_by_id(call.pack, call.world, text)
        return Refusal("device_not_found", {"device": text}) if home is None else _of_home(call, home)
    wanted = selected(call)
    if not wanted:
        names = " or ".join(each.name for each in call.route.parameters if each.selects)
        return Refusal("bad_parameter", {"parameter": names, "value": None, "reason": "is missing"})
    return [device for device in _selected(call, wanted) if device is not None]


def _selected(call: Call, wanted: dict[str, str]) -> list[DeviceRef | None]:
    if "device" in wanted:
        return [_device(call, wanted["device"])]
    find = find_home_by_id if "home" in wanted else find_home
    home = find(call.pack, call.world, wanted.get("home", wanted.get("user", "")))
    return [] if home is None else [*_of_home(call, home)]


def _device(call: Call, text: str) -> DeviceRef | None:
    return find_device(call.pack, call.world, call.route.family, text)


def _of_home(call: Call, home: int) -> list[DeviceRef]:
    families = [call.route.family] if call.route.family else FAMILIES
    return [device for family in families for device in home_devices(call.world, home, family)]
