"""Scenario files read into scenarios: ours, a project's own, or one named by its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.nearest import nearest
from replaysandbox.core.scenario import Clock, NamedHome, OutageRule, Place, Scenario
from replaysandbox.files.faults import read_faults
from replaysandbox.files.places import PROFILES
from replaysandbox.files.schema_check import load_yaml
from replaysandbox.files.yaml_file import Document, KeyPath

SCENARIOS = PROFILES / "world" / "scenarios"


def scenario_files(extra: Sequence[Path] = ()) -> dict[str, Path]:
    """Find every scenario: name → file. A scenario of the user's wins over ours of the same name.

    Args:
        extra: Folders that hold scenarios; the first wins.
    """
    found: dict[str, Path] = {}
    for folder in (*extra, SCENARIOS):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            found.setdefault(path.stem, path)
    return found


def read_scenario(name: str, extra: Sequence[Path] = ()) -> Scenario:
    """Read a scenario by its name, or by its path where the name ends in .yaml.

    Raises:
        SandboxError: There is none of that name, or its file is wrong.
    """
    files = scenario_files(extra)
    path = Path(name) if name.endswith((".yaml", ".yml")) else files.get(name)
    if path is None:
        reason = f"there is no scenario '{name}'"
        raise SandboxError(Problem("--scenario", 0, "", reason, nearest(name, files)))
    document = load_yaml(path, "scenario")
    data = document.data
    faults, problems = read_faults(document)
    problems += _problems(document)
    if problems:
        raise SandboxError(problems)
    homes = data.get("homes", 1)
    named = tuple(_named(home) for home in homes) if isinstance(homes, list) else ()
    return Scenario(
        name=path.stem,
        title=data["title"],
        description=data.get("description", ""),
        homes=len(homes) if isinstance(homes, list) else homes,
        families=data["families"],
        named=named,
        seed=data.get("seed", 1),
        clock=_clock(data.get("clock", {})),
        place=Place(**data["place"]) if "place" in data else None,
        outages=tuple(_outage(rule) for rule in data.get("outages", ())),
        faults=faults,
    )


def _problems(document: Document) -> Iterator[Problem]:
    """Tell what the format's schema cannot see: two homes of one name, days and zones that do not exist."""
    data = document.data
    homes = data.get("homes", 1)
    names = [home["name"] for home in homes] if isinstance(homes, list) else []
    for position, name in enumerate(names):
        if name in names[:position]:
            yield document.problem(("homes", position, "name"), f"two homes are named '{name}'")
    clock = data.get("clock", {})
    places: list[tuple[KeyPath, str]] = [(("clock", "at"), clock["at"])] if "at" in clock else []
    for position, rule in enumerate(data.get("outages", ())):
        places += [(("outages", position, key), rule[key]) for key in ("from", "until") if key in rule]
    for path, text in places:
        try:
            _instant(text)
        except (ValueError, OverflowError):
            yield document.problem(path, f"'{text}' is not an instant there ever is", "as 2026-01-15T07:00:00Z")
    if "zone" in clock and clock["zone"] not in available_timezones():
        yield document.problem(("clock", "zone"), f"'{clock['zone']}' is not a time zone", "as Europe/Berlin")


def _named(data: dict[str, Any]) -> NamedHome:
    return NamedHome(data["name"], {family: body["level_pct"] for family, body in data.items() if family != "name"})


def _clock(data: dict[str, Any]) -> Clock:
    return Clock(_instant(data.get("at")), data.get("world_at", ""), data.get("zone", ""))


def _outage(data: dict[str, Any]) -> OutageRule:
    start, until = _instant(data.get("from")), _instant(data.get("until"))
    daily = tuple(data["daily"]) if "daily" in data else None
    rest = {name: value for name, value in data.items() if name not in ("from", "until", "daily")}
    return OutageRule(start=start, until=until, daily=daily, **rest)


def _instant(text: str | None) -> datetime | None:
    """Read an instant; the format's schema has seen to its form."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
