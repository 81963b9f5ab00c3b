"""Settings of a pack: what they show at first and bind in the world, held against their units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.core.profile import Model
from replaysandbox.core.reading import BatteryReading, EvChargerReading, HvacReading, SolarReading, VehicleReading
from replaysandbox.core.units import UNITS
from replaysandbox.files.yaml_file import Document, KeyPath

_READINGS: Final[Mapping[str, type[Any]]] = {
    "battery": BatteryReading,
    "ev_charger": EvChargerReading,
    "hvac": HvacReading,
    "solar_inverter": SolarReading,
    "vehicle": VehicleReading,
}
_WITH_CURRENT: Final = ("ev_charger", "vehicle")
"""Families whose current means a power: see `inside_of` of operations/push.py."""


def setting_problems(document: Document) -> list[Problem]:
    """List the settings whose first value is nowhere, or whose unit is another than that of what they show or bind.

    Args:
        document: A pack.yaml, already of the right shape.
    """
    return [
        problem
        for family, controls in document.data.get("controls", {}).items()
        for name, setting in controls.get("settings", {}).items()
        for problem in _problems(document, ("controls", family, "settings", name), family, setting)
    ]


def _problems(document: Document, place: KeyPath, family: str, setting: Mapping[str, Any]) -> Iterator[Problem]:
    initial, limits, unit = setting.get("initial"), setting.get("limits", ""), setting["unit"]
    if isinstance(initial, str):
        known = _numbers(family)
        if initial not in known:
            reason = f"a device of {family} has no number '{initial}'"
            yield document.problem((*place, "initial"), reason, nearest(initial, known) or f"one of {', '.join(known)}")
        elif not initial.endswith(UNITS[unit].suffix):
            yield _unlike(document, (*place, "initial"), unit, initial)
    as_power = unit == "amps" and limits.endswith("_w") and family in _WITH_CURRENT
    if limits and not as_power and not limits.endswith(UNITS[unit].suffix):
        yield _unlike(document, (*place, "limits"), unit, limits)


def _numbers(family: str) -> list[str]:
    """List the numbers of a family's readings and models that a setting may show."""
    named = [each.name for kind in (_READINGS[family], Model) for each in fields(kind)]
    return [name for name in dict.fromkeys(named) if name.endswith(tuple(each.suffix for each in UNITS.values()))]


def _unlike(document: Document, place: KeyPath, unit: str, name: str) -> Problem:
    fitting = [word for word, each in UNITS.items() if name.endswith(each.suffix)]
    return document.problem(place, f"'{name}' is not in {unit}", f"take a unit of {', '.join(fitting)}")
