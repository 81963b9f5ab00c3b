"""`check` of packs: each part, told as it comes, and all of it as one report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from replaysandbox.check_pack import coverage, hold_pack
from replaysandbox.cli.check_lines import fidelity_lines, law_lines
from replaysandbox.cli.options import tell
from replaysandbox.core.counted import many
from replaysandbox.core.finding import Finding, Gathered, Report
from replaysandbox.fidelity import fidelity_of
from replaysandbox.findings import Tried, untried_statuses, verdicts
from replaysandbox.launch.loading import load_all, scenario_names
from replaysandbox.verify import laws_over
from replaysandbox.world.world import World, build_world

if TYPE_CHECKING:
    from replaysandbox.check import Checker
    from replaysandbox.core.pack import Pack
    from replaysandbox.files.settings import Settings

FIDELITY_HOMES: Final = 10_000
"""Homes whose median is held to the published day. Source: world.md, section 6."""

LAW_HOMES: Final = 200
"""Homes held to the laws over a year. Source: issue 2."""

CONTRACT_HOMES: Final = 2
"""Homes of each scenario whose devices are asked for. Ours: one with a neighbour."""

_LAW_STEP_MS: Final = 20 * 60_000
"""Between two readings held to the laws; laws of two readings say most up to here. [ms]"""


@dataclass(slots=True)
class _Checked:
    """What came of the parts so far."""

    gathered: Gathered = field(default_factory=Gathered)
    tried: Tried = field(default_factory=Tried)
    checkers: dict[str, Checker] = field(default_factory=dict)
    exchanges: int = 0
    notes: list[str] = field(default_factory=list)


def check_packs(settings: Settings, names: list[str], parts: list[str], year: int) -> Report:
    """Hold packs to their contracts, and the world to laws and published day.

    Args:
        settings: What the user asked for.
        names: Packs; all where none is named.
        parts: Words of `cli.check.PARTS`.
        year: Simulated year.
    """
    checked = _Checked()
    if "contract" in parts:
        _contracts(replace(settings, pack=tuple(names)), year, checked)
    if "fidelity" in parts:
        _fidelity(settings, year, checked)
    if "laws" in parts:
        _laws(settings, year, checked)
    return Report(
        "check",
        checked.gathered.sorted(),
        tuple(verdicts(checked.tried, checked.checkers, webhooks=True)),
        checked.exchanges,
        tuple(checked.notes),
    )


def _contracts(settings: Settings, year: int, checked: _Checked) -> None:
    start = datetime(year, 6, 1, tzinfo=UTC)
    instants = [start + timedelta(hours=hour, minutes=7 * hour % 60) for hour in range(24)]
    one = settings.origins.get("scenario", "default") != "default"
    chosen = (settings.scenario,) if one else tuple(scenario_names(settings))
    loaded = load_all(replace(settings, scenario=chosen[0]), start).loaded
    for scenario in chosen:
        loaded = load_all(replace(settings, scenario=scenario), start).loaded
        for name, pack in loaded.packs.items():
            if name in loaded.checkers:
                homes = settings.homes or CONTRACT_HOMES
                checked.exchanges += hold_pack(loaded, pack, instants, homes, scenario, checked.gathered, checked.tried)
    for name, pack in loaded.packs.items():
        if name in loaded.checkers:
            _covered(loaded.checkers[name], pack, checked)
        else:
            checked.notes.append(f"{name}: has no contract to be held to")
    tell(f"contract: {many(checked.exchanges, 'question')} in {many(len(chosen), 'scenario')}")


def _covered(checker: Checker, pack: Pack, checked: _Checked) -> None:
    """Say what of a contract nobody answered or asked."""
    checked.checkers[pack.name] = checker
    for finding in coverage(checker, pack):
        checked.gathered.add(finding)
    missing = untried_statuses(checked.tried, pack.name, checker)
    total = sum(len(operation.responses) for operation in checker.contract.calls)
    told = f"{pack.name}: promised answers not exercised: {len(missing)} of {total}"
    checked.notes.append(f"{told}: {', '.join(missing)}" if missing else told)


def _world(settings: Settings, homes: int, year: int) -> World:
    from replaysandbox.files.profiles import read_profiles
    from replaysandbox.files.scenarios import read_scenario

    return build_world(
        read_profiles(),
        read_scenario(settings.scenario),
        start=datetime(year, 1, 1, tzinfo=UTC),
        seed=settings.seed,
        homes=settings.homes or homes,
    )


def _fidelity(settings: Settings, year: int, checked: _Checked) -> None:
    world = _world(settings, FIDELITY_HOMES, year)
    rows = fidelity_of(world, year)
    click.echo("\n".join(fidelity_lines(rows)))
    wrong = [row for row in rows if not row.fine]
    for row in wrong:
        checked.gathered.add(Finding("fidelity", "breaking", "world", row.family, row.why, pointer=row.window))
    verdict = (
        f"{len(wrong)} of {many(len(rows), 'window')} off" if wrong else f"all of {many(len(rows), 'window')} fine"
    )
    tell(f"fidelity: {verdict}: {many(min(world.homes, FIDELITY_HOMES), 'home')} over {year}, seed {world.seed}")


def _laws(settings: Settings, year: int, checked: _Checked) -> None:
    world = _world(settings, LAW_HOMES, year)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    report = laws_over(world, range(world.homes), start, end, _LAW_STEP_MS)
    if report.findings:
        click.echo("\n".join(law_lines(report)))
    for each in report.findings:
        checked.gathered.add(Finding("law", "breaking", "world", each.family, f"breaks the law: {each.law}", each.law))
    held = f"{many(report.readings, 'reading')} of {many(world.homes, 'home')} over {year}, seed {world.seed}"
    tell(f"laws: {f'{report.found:,} broken' if report.found else 'none broken'} in {held}")
