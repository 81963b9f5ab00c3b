"""`check`: packs and captures held to their contracts, to the laws of physics and to the published day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.findings import Ending, check_ending, end, ending_options
from replaysandbox.cli.options import example, settings_of, shared_options

if TYPE_CHECKING:
    from replaysandbox.core.finding import Report
    from replaysandbox.files.settings import Settings

PARTS = ("contract", "laws", "fidelity")


@click.command(
    epilog=example(
        "replaysandbox check",
        "replaysandbox check amps --only contract --report sarif=check.sarif",
        "replaysandbox check sandbox/captures/day.jsonl --report junit=check.xml",
        "replaysandbox check --only laws --scenario full-house --homes 50",
    )
)
@click.argument("what", nargs=-1, metavar="[PACK|CAPTURE]...")
@click.option(
    "--only", metavar="PARTS", default=",".join(PARTS), help="What to check, parted by commas. [contract,laws,fidelity]"
)
@click.option("--year", type=click.IntRange(1971, 9998), default=2026, help="Simulated year. [2026]")
@ending_options
@shared_options(("pack_dir", "scenario", "seed", "homes"))
def command(
    what: tuple[str, ...],
    only: str,
    year: int,
    fail_on: str,
    report: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Hold packs (names or folders; all, unless named) or captures to contract, laws and published day.

    contract: every route for devices, hours, scenarios, errors and forbidden requests; of a capture every exchange.
    laws: 200 homes over a year, or the readings of a capture, against what physics demands. fidelity: 10,000 homes
    over a year against the figures the vendor publishes. Ends with 0 when all is fine, with 1 when there are findings.
    """
    parts = [part.strip() for part in only.split(",") if part.strip()]
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        raise click.BadParameter(f"'{''.join(unknown[:1])}' is none of {', '.join(PARTS)}", param_hint="--only")
    settings = settings_of(given)
    captures = [Path(each) for each in what if Path(each).is_file()]
    names = [each for each in what if not Path(each).is_file()]
    ending = Ending(fail_on, report, baseline, update_baseline, verbose)
    check_ending(ending)
    for each in names:
        if ("/" in each or Path(each).suffix) and not Path(each).is_dir():
            raise click.BadParameter(f"there is no file or folder {each}", param_hint="[PACK|CAPTURE]")
    if captures:
        if names:
            raise click.UsageError(f"'{names[0]}' is no capture; packs and captures are checked one after the other")
        return end(_captures(settings, captures, parts), ending)
    return end(_packs(settings, names, parts, year), ending)


def _captures(settings: Settings, captures: list[Path], parts: list[str]) -> Report:
    from replaysandbox.cli.check_captures import check_captures

    return check_captures(settings, captures, parts)


def _packs(settings: Settings, names: list[str], parts: list[str], year: int) -> Report:
    from replaysandbox.cli.check_packs import check_packs

    folders = tuple(Path(each).resolve() for each in names if (Path(each) / "pack.yaml").is_file())
    names = [Path(each).resolve().name if (Path(each) / "pack.yaml").is_file() else each for each in names]
    return check_packs(replace(settings, pack_dir=(*folders, *settings.pack_dir)), names, parts, year)
