"""`drift`: recorded live traffic against the contract and against the sandbox's own answers, graded."""

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


@click.command(
    epilog=example(
        "replaysandbox drift sandbox/captures/tonight.jsonl",
        "replaysandbox drift tonight.jsonl --since june.jsonl --report markdown=drift.md --baseline drift.yaml",
    )
)
@click.argument("capture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since", metavar="OLD", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An older capture."
)
@ending_options
@shared_options(("pack", "pack_dir", "scenario", "seed", "homes"))
def command(
    capture: Path,
    since: Path | None,
    fail_on: str,
    report: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Hold live traffic to the contract, and to what the sandbox answers to the same requests.

    Says of each operation: agree, sandbox wrong, live differs from contract, live moved (with --since, where the older
    capture conformed), not exercised. Ends with 0 when all is fine, with 1 when something is as bad as --fail-on says.
    """
    ending = Ending(fail_on, report, baseline, update_baseline, verbose)
    check_ending(ending)
    return end(_drift(settings_of(given), capture, since), ending)


def _drift(settings: Settings, capture: Path, since: Path | None) -> Report:
    from replaysandbox.drift import DriftCheck
    from replaysandbox.drifting.stand_in import StandIn
    from replaysandbox.files.captures import open_capture, told_damage
    from replaysandbox.files.seen import seen_exchanges
    from replaysandbox.launch.loading import load_all

    most = settings.limits.decoded_bytes
    with open_capture(capture) as live:
        loaded = load_all(settings, live.header.started).loaded
        check = DriftCheck(loaded.checkers, StandIn(loaded))
        if since is not None:
            with open_capture(since) as old:
                for seen, _, recorded in seen_exchanges(old, most):
                    check.take_old(seen, recorded.at or recorded.started)
        for seen, place, recorded in seen_exchanges(live, most):
            check.take(seen, place, recorded.at or recorded.started)
        damaged = told_damage(live.damaged)
    report = check.report()
    return replace(report, notes=(*report.notes, *damaged))
