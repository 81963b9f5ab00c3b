"""`list_homes`, `read_home`: homes as an API shows them: its sites, its users, its energy sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from replaysandbox.core.device import FAMILIES
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.reading import HomeReading, SolarReading
from replaysandbox.core.scenario import Place
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.freshness import shown_at
from replaysandbox.operations.ids import find_home, find_home_by_id, home_id, user_id
from replaysandbox.operations.linked import has_linked, is_linked, linked_homes
from replaysandbox.operations.paging import cut, page_of, selected
from replaysandbox.operations.place import place_of
from replaysandbox.operations.view import DeviceView, view_device
from replaysandbox.operations.which import asked_homes
from replaysandbox.world.reading import home_at, reading_at
from replaysandbox.world.world import home_devices, home_key

_NO_METER = tuple(family for family in FAMILIES if family != "meter")


@dataclass(frozen=True, slots=True)
class HomeView:
    """A home at an instant.

    Attributes:
        id: Its id in this API.
        user_id: Id of the person it belongs to.
        number: Number that names it in every API.
        name: Its name, or empty.
        place: Where it is.
        zone: Zone its curves are read in.
        reading: The balance at its grid connection.
        devices: Family → its devices.
        at: Instant of the reading.
        solar_wh: What its inverters have given in this local `day`, `month` and `year`, and in their `life`. [Wh]
    """

    id: str
    user_id: str
    number: int
    name: str
    place: Place
    zone: str
    reading: HomeReading
    devices: Mapping[str, tuple[DeviceView, ...]]
    at: datetime
    solar_wh: Mapping[str, int]


def list_homes(call: Call) -> Done | Refusal:
    """List homes, narrowed and cut as the query says."""
    part = cut(call)
    if isinstance(part, Refusal):
        return part
    homes, count = _members(call, part.offset, part.limit)
    seen = [_view_home(call, home) for home in homes]
    hits = tuple(dict.fromkeys(rule for _, rules in seen for rule in rules))
    return Done({"homes": [view for view, _ in seen], "page": page_of(call, part, count, len(seen))}, hits=hits)


def read_home(call: Call) -> Done | Refusal:
    """Read the home, or the several homes, of the path argument `id`."""
    found = asked_homes(call)
    if isinstance(found, Refusal):
        return found
    seen = [_view_home(call, home) for home in found]
    hits = tuple(dict.fromkeys(rule for _, rules in seen for rule in rules))
    return Done({"home": seen[0][0], "homes": [view for view, _ in seen]}, call.arguments["id"], hits=hits)


def _members(call: Call, offset: int, limit: int) -> tuple[list[int], int]:
    narrowed = selected(call)
    if not narrowed:
        return linked_homes(call, offset, limit)
    found = (
        find_home_by_id(call.pack, call.world, narrowed["home"])
        if "home" in narrowed
        else find_home(call.pack, call.world, narrowed.get("user", ""))
    )
    homes = [] if found is None or not has_linked(call, found) else [found]
    return homes[offset : offset + limit], len(homes)


def _view_home(call: Call, home: int) -> tuple[HomeView, tuple[FaultRule, ...]]:
    world = call.world
    seen_at = shown_at(call, home, call.at)
    seen = {
        family: [view_device(call, device) for device in home_devices(world, home, family) if is_linked(call, device)]
        for family in _NO_METER
    }
    named = world.scenario.named
    zone = world.calendar.zone
    view = HomeView(
        id=home_id(call.pack, world, home),
        user_id=user_id(call.pack, world, home),
        number=home_key(world, home),
        name=named[home].name if home < len(named) else "",
        place=place_of(world, home),
        zone=zone.key if zone else "UTC",
        reading=home_at(world, home, seen_at, call.log.bents),
        devices={family: tuple(device for device, _, _ in views) for family, views in seen.items()},
        at=seen_at,
        solar_wh=_solar_wh(call, home, seen_at),
    )
    return view, tuple(rule for views in seen.values() for _, _, rules in views for rule in rules)


def _solar_wh(call: Call, home: int, seen_at: datetime) -> dict[str, int]:
    world = call.world
    local = seen_at.astimezone(world.calendar.zone or UTC)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    begins = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    given = {
        name: sum(
            reading.energy_wh
            for device in home_devices(world, home, "solar_inverter")
            if isinstance(reading := reading_at(world, device, at, call.log.bents), SolarReading)
        )
        for name, at in {**begins, "life": seen_at}.items()
    }
    life = given.pop("life")
    return {**{name: life - before for name, before in given.items()}, "life": life}
