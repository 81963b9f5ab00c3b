"""Which family of devices an operation is about: by the words of its path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from replaysandbox.scaffold.names import singular, words_of

_FAMILIES: Final = (
    ("ev_charger", r"(ev )?charger|charge ?point|evse|wall ?box|charging station|wall connector|charge station"),
    ("vehicle", r"(electric )?vehicle|car|ev"),
    ("battery", r"(home )?battery|powerwall|energy storage|storage|battery system"),
    ("solar_inverter", r"(solar )?inverter|solar|pv|pv system|solar system|solar inverter"),
    ("hvac", r"hvac|thermostat|heat ?pump|climate|air conditioner"),
    ("meter", r"(smart |energy |electricity )?meter"),
)


@dataclass(frozen=True, slots=True)
class About:
    """What an operation is about.

    Attributes:
        family: Family of devices.
        position: Segment of the path, from 0, that holds the device's id; -1 where there is none: it is about many.
    """

    family: str
    position: int = -1


def family_named(text: str) -> str:
    """Tell which family a word of an API names; empty for none."""
    words = words_of(text)
    name = " ".join((*words[:-1], singular(words[-1]))) if words else ""
    return next((family for family, pattern in _FAMILIES if re.fullmatch(pattern, name)), "")


def about(path: str) -> About | None:
    """Tell what a path is about: `/sites/{site}/batteries/{id}/power` → battery, 3."""
    parts = path.strip("/").split("/")
    for position in range(len(parts) - 1, -1, -1):
        family = "" if "{" in parts[position] else family_named(parts[position])
        if family:
            after = parts[position + 1] if position + 1 < len(parts) else ""
            return About(family, position + 1 if re.fullmatch(r"\{[^}]*\}", after) else -1)
    return None
