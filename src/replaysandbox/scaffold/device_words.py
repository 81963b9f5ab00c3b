"""What properties of an API's device say beside quantities: ids, makers, instants, states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.names import phrase, words_of

_FREE: Final = ("enum", "const", "pattern", "format", "maxLength")
"""Words that bind a text: what the world says might not keep them."""

_TEXTS: Final = (
    (r"make|brand|manufacturer|vendor|maker|oem", "device.model.make"),
    (r"model|model name|product name", "device.model.model"),
    (r"user id|owner id|customer id|account id", "device.user_id"),
    (r"(site|home|location|household) id", "device.home_id"),
)
_NUMBERS: Final = (
    (r"lat|latitude", "device.place.latitude_deg", (-90.0, 90.0)),
    (r"lon|lng|long|longitude", "device.place.longitude_deg", (-180.0, 180.0)),
)
_BOOLEANS: Final = ((r"(is )?(online|reachable|connected)", "device.online"),)
_INSTANTS: Final = re.compile(
    r"(last )?(updated|seen|update|contact|sync|synced|reported|refreshed|communication|pulled)( at| time| on)?"
    r"|timestamp|(measured|recorded|fetched|read) at|time ?stamp|as of|.* timestamp"
)

_STATES: Final[Mapping[str, tuple[tuple[str, str, Mapping[str, Sequence[str]]], ...]]] = {
    "battery": (
        (
            r"(battery |charging |charge |operating |operation |current )?(status|state|mode)",
            "device.reading.status",
            {
                "charging": ("charging", "charge", "in"),
                "discharging": ("discharging", "discharge", "out"),
                "idle": (
                    "idle",
                    "standby",
                    "stand by",
                    "rest",
                    "resting",
                    "stopped",
                    "not charging",
                    "ready",
                    "inactive",
                ),
            },
        ),
    ),
    "ev_charger": (
        (
            r"(charger |charging |charge |current |connector )?(status|state)",
            "device.reading.status",
            {
                "available": ("available", "disconnected", "unplugged", "idle", "free", "not connected", "ready"),
                "connected": ("connected", "preparing", "plugged in", "occupied", "waiting", "suspended ev", "paused"),
                "charging": ("charging", "charge", "in use"),
            },
        ),
    ),
    "vehicle": (
        (
            r"(charging |charge |current |battery )?(status|state)",
            "device.reading.charging",
            {
                "true": ("charging", "charge", "in progress"),
                "false": ("not charging", "stopped", "idle", "disconnected", "complete", "unplugged", "parked", "none"),
            },
        ),
    ),
    "solar_inverter": (
        (
            r"(inverter |production |current )?(status|state|mode)",
            "device.reading.status",
            {
                "producing": ("producing", "active", "on", "normal", "running", "generating"),
                "idle": ("idle", "standby", "sleeping", "off", "inactive", "night"),
            },
        ),
    ),
    "hvac": (
        (
            r"(hvac |thermostat |current |operating |operation )?(mode|system mode)",
            "device.reading.mode",
            {
                "heat": ("heat", "heating"),
                "cool": ("cool", "cooling"),
                "auto": ("auto", "heat cool", "automatic"),
                "off": ("off",),
            },
        ),
    ),
}
"""Family → names of a state, where it is, and how APIs call each of our words for it."""


@dataclass(frozen=True, slots=True)
class StateHole(Hole):
    """A state, told by a table of the pack's `maps`; `words` is the table, our word → the API's."""

    words: Mapping[str, Any] | None = None


def said_of(family: str, name: str, schema: Mapping[str, Any]) -> Hole | None:
    """Find what a property of a device says of it, beside quantities and its id."""
    text, kinds = phrase(name), schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "string" in kinds:
        return _text(text, schema) or _state(family, text, schema)
    if schema.get("enum") or "const" in schema:
        return None
    if "number" in kinds:
        return next(
            (Hole(at, ends, "name", "medium") for pattern, at, ends in _NUMBERS if re.fullmatch(pattern, text)), None
        )
    if "boolean" in kinds:
        return next(
            (Hole(at, (True, False), "name", "medium") for pattern, at in _BOOLEANS if re.fullmatch(pattern, text)),
            None,
        )
    if "integer" in kinds and text in ("year", "model year"):
        return Hole("device.model.year", (0, 2026), "name")
    return None


def _text(text: str, schema: Mapping[str, Any]) -> Hole | None:
    if schema.get("format") == "date-time" and "pattern" not in schema:
        form = "device.pulled_at | iso_ms"
        return Hole(form, ("2026-06-01T12:00:00.000Z",), "name and format") if _INSTANTS.fullmatch(text) else None
    if any(word in schema for word in _FREE):
        return None
    return next(
        (Hole(at, ("", "text"), "name", "medium") for pattern, at in _TEXTS if re.fullmatch(pattern, text)), None
    )


def _state(family: str, text: str, schema: Mapping[str, Any]) -> StateHole | None:
    choices = [each for each in schema.get("enum", ()) if isinstance(each, str)]
    if not choices:
        return None
    spoken = {" ".join(words_of(each)): each for each in reversed(choices)}
    for pattern, expression, table in _STATES.get(family, ()):
        if not re.fullmatch(pattern, text):
            continue
        words = {
            ours: next((spoken[each] for each in theirs if each in spoken), None) for ours, theirs in table.items()
        }
        if all(word is not None for word in words.values()):
            return StateHole(expression, tuple(words.values()), "name and each of its words", "high", words)
        if sum(word is not None for word in words.values()) > 1:
            rest = next(word for word in words.values() if word is not None)
            full = {**{ours: word for ours, word in words.items() if word is not None}, "*": rest}
            return StateHole(expression, tuple(full.values()), "name and most of its words", "medium", full)
    return None
