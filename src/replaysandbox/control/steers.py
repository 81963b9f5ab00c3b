"""What the body of a PATCH asks to do to a device by hand, or what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from replaysandbox.core.entries import Steers

QUANTITIES: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    "battery": {"level_pct": (0.0, 100.0)},
    "vehicle": {"level_pct": (0.0, 100.0)},
    "hvac": {"room_c": (-10.0, 50.0)},
}
"""Family → quantity a hand may set or pin → least and most."""

_MEMBERS: Final = ("set", "pin", "online")

Change = tuple[Steers, dict[str, float]]


def steers_from_json(family: str, body: Mapping[str, Any]) -> list[Change] | str:
    """Read `set`, `pin` and `online` off a JSON object: all of it, or none.

    Args:
        family: Family of the device.
        body: E.g. `{"set": {"level_pct": 12}}`, `{"pin": {"level_pct": null}}`, `{"online": false}`.

    Returns:
        What to do, in order; or what is wrong, for people.
    """
    extra = sorted(set(body) - set(_MEMBERS))
    if extra or not body:
        named = f"unknown member '{extra[0][:60]}'" if extra else "nothing to do"
        return f"{named}; this path takes: {', '.join(_MEMBERS)}"
    changes: list[Change] = []
    for member, value in body.items():
        change = _online(value) if member == "online" else _values(family, member, value)
        if isinstance(change, str):
            return change
        changes.append(change)
    return changes


def _online(value: object) -> Change | str:
    if not isinstance(value, bool):
        return "online takes true or false"
    return ("online" if value else "offline", {})


def _values(family: str, member: str, value: object) -> Change | str:
    known = QUANTITIES.get(family, {})
    if not known:
        follows = "; set or pin the vehicle of the same home and slot" if family == "ev_charger" else ""
        return f"{member}: nothing of a device of the family {family} can be set or pinned{follows}"
    if member == "pin" and value is None:
        return ("unpin", {})
    if not isinstance(value, Mapping) or not value:
        return f"{member} takes an object of: {', '.join(known)}"
    strange = sorted(set(value) - set(known))
    if strange:
        return f"{member}: a {family} has no {strange[0][:60]} to {member}; it has: {', '.join(known)}"
    if member == "pin" and all(each is None for each in value.values()):
        return ("unpin", {})
    for name, each in value.items():
        least, most = known[name]
        if isinstance(each, bool) or not isinstance(each, int | float) or not least <= each <= most:
            return f"{member}.{name} takes a number from {least:g} to {most:g}"
    return ("set" if member == "set" else "pin", {name: float(each) for name, each in value.items()})
