"""`compare`: the live API answers, while sandbox and contract are held against it."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.findings import Ending, check_ending, end, ending_options
from replaysandbox.cli.options import ALL, example, is_watched, settings_of, shared_options, tell
from replaysandbox.cli.record import around, stay
from replaysandbox.cli.run import FINDING

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.comparing import Comparing

_FREE_PORTS = {"port": 0, "control_port": 0}
_SHARED = tuple(name for name in ALL if name not in ("fail_on", "report"))


@click.command(
    epilog=example(
        "replaysandbox compare -- python app.py",
        "replaysandbox compare --pack amps --report markdown=parted.md --fail-on risky -- npm test",
    ),
    context_settings={"allow_interspersed_args": True},
)
@ending_options
@shared_options(_SHARED, defaults=_FREE_PORTS)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def command(
    command: tuple[str, ...],
    fail_on: str,
    report: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Let the live API answer, and hold each answer to the contract and to the sandbox's own to the same request.

    What may go out is what `record` lets out: hosts of the loaded packs and those that --live-host names, reading calls
    and logins, writes only with --allow-writes. Nothing is kept but the findings, without secrets. With COMMAND it ends
    with COMMAND's status, or with 65 when that was 0 but something is as bad as --fail-on says; without, it stays
    until Ctrl-C.
    """
    ending = Ending(fail_on, report, baseline, update_baseline, verbose)
    check_ending(ending)
    settings = settings_of(given, _FREE_PORTS if command else {})
    return asyncio.run(_compare(settings, command, ending))


async def _compare(settings: Settings, command: Sequence[str], ending: Ending) -> int:
    from replaysandbox.launch.serve import serve

    async with serve(settings, "compare", os.environ, Path.cwd(), tell) as serving:
        comparing = serving.comparing
        assert comparing is not None, "serve() makes one for this verb"  # noqa: S101  # a bug of ours
        _count_aloud(comparing)
        status = await (around(serving, "compare", command) if command else stay(serving))
    tell("")
    found = end(comparing.report(), ending, tell)
    return FINDING if status == 0 and found else status


def _count_aloud(comparing: Comparing) -> None:
    """Show a running summary, where a person looks on."""
    if is_watched():
        comparing.told = lambda count, grades: click.echo(f"\r{_so_far(count, grades)} ", err=True, nl=False)


def _so_far(count: int, grades: Counter[str]) -> str:
    told = ", ".join(f"{grades[grade]} {grade}" for grade in ("breaking", "risky", "harmless") if grades[grade])
    return f"{count} compared: {told or 'nothing found so far'}"
