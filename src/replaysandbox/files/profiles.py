"""Profile files (`profiles/world/devices/<family>.yaml`) read into profiles."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.profile import (
    BatteryHabits,
    Curve,
    HouseholdHabits,
    HvacHabits,
    Model,
    NoHabits,
    Profile,
    Profiles,
    Published,
    SolarHabits,
    VehicleHabits,
)
from replaysandbox.files.places import PROFILES, shown
from replaysandbox.files.schema_check import load_yaml
from replaysandbox.world.feasible import too_weak

DEVICES = PROFILES / "world" / "devices"

_HABITS: dict[str, type[Any]] = {
    "battery": BatteryHabits,
    "vehicle": VehicleHabits,
    "solar_inverter": SolarHabits,
    "hvac": HvacHabits,
    "ev_charger": NoHabits,
    "meter": HouseholdHabits,
}


def read_profiles(folder: Path = DEVICES) -> Profiles:
    """Read the profiles of all families.

    Args:
        folder: Where `<family>.yaml` are.

    Raises:
        SandboxError: With every problem of every file at once.
    """
    problems: list[Problem] = []
    found: dict[str, Profile[Any]] = {}
    for family in _HABITS:
        try:
            found[family] = _read_profile(folder / f"{family}.yaml", family)
        except SandboxError as error:
            problems += error.problems
    if problems:
        raise SandboxError(problems)
    profiles = Profiles(**found)
    weak = [
        Problem(shown(folder / f"{each.family}.yaml"), 0, f"models.{each.position}", each.reason, each.hint)
        for each in too_weak(profiles)
    ]
    if weak:
        raise SandboxError(weak)
    return profiles


def _read_profile(path: Path, family: str) -> Profile[Any]:
    document = load_yaml(path, "profile")
    data = document.data
    if data["family"] != family:
        raise SandboxError(document.problem(("family",), f"is '{data['family']}', but the file is for '{family}'"))
    return Profile(
        family=family,
        title=data["title"],
        habits=_made(_HABITS[family], data.get("habits", {})),
        curve=_curve(data.get("curve", {}).get("points", ())),
        months=tuple(data.get("months", ())),
        models=tuple(_made(Model, model) for model in data.get("models", ())),
        published=tuple(_published(window) for window in data.get("published", ())),
    )


def _made[T](noun: type[T], data: dict[str, Any]) -> T:
    """Make a frozen noun of plain values.

    Numbers become doubles where the noun says float, so that one device and a fleet are calculated alike.
    """
    kinds = {each.name: str(each.type) for each in fields(noun)}  # type: ignore[arg-type]  # always a dataclass
    return noun(**{name: _value(kinds[name], value) for name, value in data.items()})


def _value(kind: str, value: Any) -> Any:
    if kind == "float":
        return float(value)
    if kind == "Curve":
        return _curve(value)
    return tuple(value) if isinstance(value, list) else value


def _curve(points: Any) -> Curve:
    return tuple((float(hour), float(value)) for hour, value in points)


def _published(data: dict[str, Any]) -> Published:
    plugged = data.get("plugged")
    return Published(
        start=float(data["start"]),
        end=float(data["end"]),
        start_value=data.get("start_value"),
        end_value=data.get("end_value"),
        direction=data["direction"],
        plugged=(float(plugged[0]), float(plugged[1])) if plugged else None,
        source=data.get("source", ""),
    )
