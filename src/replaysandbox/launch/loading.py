"""Everything an engine answers from, loaded from the user's settings: packs, profiles, scenario, world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from replaysandbox.answer import Loaded, load
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.pack import Pack
from replaysandbox.core.profile import Profiles
from replaysandbox.core.scenario import Scenario
from replaysandbox.files.pack_ids import fleet_problems
from replaysandbox.files.packs import read_packs
from replaysandbox.files.profiles import read_profiles
from replaysandbox.files.scenarios import read_scenario, scenario_files
from replaysandbox.files.settings import Settings
from replaysandbox.launch.receivers import receiver_problems
from replaysandbox.world.world import World, build_world


@dataclass(frozen=True, slots=True)
class Start:
    """What is loaded, and the sandbox instant at which its clock starts."""

    loaded: Loaded
    at: datetime


def load_all(settings: Settings, wall: datetime, started: datetime | None = None) -> Start:
    """Load packs, profiles and scenario, and build the world.

    Args:
        settings: What the user asked for.
        wall: Wall instant of the start.
        started: Sandbox instant from which the scenario's own levels hold; None for the start of the clock.

    Raises:
        SandboxError: With every problem of every file at once.
    """
    problems: list[Problem] = []
    packs, scenario, profiles = [], None, None
    try:
        packs = read_packs(settings.pack, settings.pack_dir)
        problems += _passed_though_owned(settings, {host for pack in packs for host in pack.hosts})
        problems += receiver_problems(settings, packs)
    except SandboxError as error:
        problems += error.problems
    try:
        scenario = read_scenario(settings.scenario, _own_scenarios(settings))
    except SandboxError as error:
        problems += error.problems
    try:
        profiles = read_profiles()
    except SandboxError as error:
        problems += error.problems
    if problems or scenario is None or profiles is None:
        raise SandboxError(problems)
    at = settings.at or scenario.clock.at or wall
    world = _world(settings, profiles, scenario, started or at)
    _hold_fleet(packs, world)
    return Start(load(packs, world, settings.limits, realistic=settings.realism == "vendor"), at)


@dataclass(frozen=True, slots=True)
class Again:
    """What came of loading everything again: what is loaded; or None, and why, in words."""

    loaded: Loaded | None
    problems: tuple[str, ...] = ()


def load_again(settings: Settings, wall: datetime, started: datetime, still: Callable[[], bool]) -> Again | None:
    """Load everything again for the same start; None where the files are not `still` as they were."""
    try:
        again = Again(load_all(settings, wall, started).loaded)
    except SandboxError as error:
        again = Again(None, tuple(str(problem) for problem in error.problems))
    return again if still() else None


def begin_anew(settings: Settings, loaded: Loaded, wall: datetime) -> Start:
    """Build the world anew for other settings, with the packs and profiles there are: before each test of a suite.

    Args:
        settings: What is asked for now.
        loaded: What is in force.
        wall: Wall instant of the new start.

    Raises:
        SandboxError: There is no such scenario, it is not as it should be, or it has more homes than a pack has ids.
    """
    scenario = read_scenario(settings.scenario, _own_scenarios(settings))
    at = settings.at or scenario.clock.at or wall
    world = _world(settings, loaded.world.profiles, scenario, at)
    _hold_fleet([*loaded.packs.values()], world)
    return Start(replace(loaded, world=world), at)


def _hold_fleet(packs: Sequence[Pack], world: World) -> None:
    """Refuse a world of more homes than the ids of a pack tell apart."""
    problems = fleet_problems(packs, world.homes)
    if problems:
        raise SandboxError(problems)


def _world(settings: Settings, profiles: Profiles, scenario: Scenario, start: datetime) -> World:
    return build_world(
        profiles,
        scenario,
        start=start,
        seed=settings.seed,
        homes=settings.homes,
        zone=settings.zone,
        world_at=settings.world_at,
    )


def scenario_names(settings: Settings | None = None) -> Mapping[str, Path]:
    """List the scenarios there are: name → file."""
    return scenario_files(_own_scenarios(settings) if settings else ())


def _own_scenarios(settings: Settings) -> tuple[Path, ...]:
    return (settings.project / "sandbox" / "scenarios",) if settings.project else ()


def _passed_though_owned(settings: Settings, owned: set[str]) -> list[Problem]:
    """Find `--pass` globs that would let a host through which a loaded pack imitates."""
    origin = settings.origins.get("pass", "--pass")
    return [
        Problem(origin, 0, f"--pass {glob}", f"the loaded packs imitate {host}; it cannot be passed")
        for glob in settings.pass_
        for host in sorted(owned)
        if glob != "*" and fnmatchcase(host, glob.lower())
    ]
