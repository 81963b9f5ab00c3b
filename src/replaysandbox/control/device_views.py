"""Devices as JSON values: for the control API, and for the command line where no sandbox runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from replaysandbox.answer import Loaded
from replaysandbox.control.views import instant_text, reading_view
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.operations.ids import device_id, find_device
from replaysandbox.operations.view import told_outage
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import model_of, nth, total

_NOTHING = CommandLog()


def device_page(
    loaded: Loaded, families: Sequence[str], at: datetime, offset: int, limit: int, log: CommandLog = _NOTHING
) -> dict[str, Any]:
    """Show a page of the devices of some families, one family after the other.

    Args:
        loaded: Packs and world.
        families: Families to list.
        at: Instant of their readings.
        offset: Devices to pass over.
        limit: Devices to show.
        log: What the session was told.
    """
    counts = {family: total(loaded.world, family) for family in families}
    devices: list[DeviceRef] = []
    for family, count in counts.items():
        last = min(offset + limit - len(devices), count)
        devices += [nth(loaded.world, family, position) for position in range(offset, last)]
        offset = max(0, offset - count)
    return {
        "at": instant_text(at),
        "total": sum(counts.values()),
        "devices": [device_view(loaded, device, at, log) for device in devices],
    }


def device_view(loaded: Loaded, device: DeviceRef, at: datetime, log: CommandLog = _NOTHING) -> dict[str, Any]:
    """Show a device as it is at an instant; its ids in every loaded API, the first pack's as `id`."""
    world = loaded.world
    ids = {name: device_id(pack, world, device) for name, pack in loaded.packs.items()}
    model = model_of(world, device)
    outage = told_outage(world, log, device, at)
    return {
        "id": next(iter(ids.values()), None),
        "ids": ids,
        "family": device.family,
        "home": device.home,
        "slot": device.slot,
        "make": model.make,
        "model": model.model,
        "outage": {"kind": outage.kind, "since": instant_text(outage.since)} if outage else None,
        "reading": reading_view(reading_at(world, device, at, log.bents)),
    }


def device_series(
    loaded: Loaded, device: DeviceRef, instants: Iterable[datetime], log: CommandLog = _NOTHING
) -> dict[str, Any]:
    """Show what a device measures at several instants."""
    return {"readings": [reading_view(reading_at(loaded.world, device, at, log.bents)) for at in instants]}


def device_by_id(loaded: Loaded, text: str) -> DeviceRef | None:
    """Find a device by its id in any loaded API."""
    found = (find_device(pack, loaded.world, family, text) for pack in loaded.packs.values() for family in FAMILIES)
    return next((device for device in found if device is not None), None)
