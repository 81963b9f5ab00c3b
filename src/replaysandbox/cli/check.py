"""`check`: our devices held to the published day and to the laws of physics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.world.world import World

PARTS = ("fidelity", "laws")

_FIDELITY_HOMES = 10_000
"""Homes whose median is held to the published day. Source: world.md, section 6."""

_LAW_HOMES = 200
"""Homes held to the laws over a year. Source: issue 2."""

_LAW_STEP_MS = 20 * 60_000
"""Between two readings held to the laws; laws of two readings say most up to here. [ms]"""


@click.command(
    epilog=example(
        "replaysandbox check --only fidelity",
        "replaysandbox check --only laws --scenario full-house --homes 50",
    )
)
@click.option(
    "--only", metavar="PARTS", default=",".join(PARTS), help="What to check, parted by commas. [fidelity,laws]"
)
@click.option("--year", type=click.IntRange(1971, 9998), default=2026, help="Simulated year. [2026]")
@shared_options(("scenario", "seed", "homes"))
def command(only: str, year: int, **given: Any) -> int:
    """Hold our answers to the published day and to the laws.

    fidelity: 10,000 homes over a year against the figures the vendor publishes. laws: 200 homes over a year
    against what physics demands of any reading. Ends with 0 when all is fine, with 1 when there are findings.
    """
    parts = [part.strip() for part in only.split(",") if part.strip()]
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        raise click.BadParameter(f"'{''.join(unknown[:1])}' is none of {', '.join(PARTS)}", param_hint="--only")
    settings = settings_of(given)
    checks = {"fidelity": _fidelity, "laws": _laws}
    fine = [checks[part](settings, year) for part in parts]
    return 0 if all(fine) else 1


def _world(settings: Settings, homes: int, year: int) -> World:
    from replaysandbox.files.profiles import read_profiles
    from replaysandbox.files.scenarios import read_scenario
    from replaysandbox.world.world import build_world

    return build_world(
        read_profiles(),
        read_scenario(settings.scenario),
        start=datetime(year, 1, 1, tzinfo=UTC),
        seed=settings.seed,
        homes=settings.homes or homes,
    )


def _fidelity(settings: Settings, year: int) -> bool:
    from replaysandbox.cli.check_lines import fidelity_lines
    from replaysandbox.fidelity import fidelity_of

    world = _world(settings, _FIDELITY_HOMES, year)
    rows = fidelity_of(world, year)
    click.echo("\n".join(fidelity_lines(rows)))
    wrong = sum(not row.fine for row in rows)
    verdict = f"{wrong} of {len(rows)} windows off" if wrong else f"all {len(rows)} windows fine"
    tell(f"fidelity: {verdict}: {min(world.homes, _FIDELITY_HOMES):,} homes over {year}, seed {world.seed}")
    return not wrong


def _laws(settings: Settings, year: int) -> bool:
    from replaysandbox.cli.check_lines import law_lines
    from replaysandbox.verify import laws_over

    world = _world(settings, _LAW_HOMES, year)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    report = laws_over(world, range(world.homes), start, end, _LAW_STEP_MS)
    if report.findings:
        click.echo("\n".join(law_lines(report)))
    held = f"{report.readings:,} readings of {world.homes:,} homes over {year}, seed {world.seed}"
    tell(f"laws: {f'{report.found:,} broken' if report.found else 'none broken'} in {held}")
    return not report.found
