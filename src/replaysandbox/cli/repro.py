"""`repro`: the smallest capture with which COMMAND still fails, as a bundle that anyone can replay."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.cli.repro_lines import confirmed_lines, shown, shrunk_lines
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.bundling import Covered, Told
    from replaysandbox.launch.reproducing import Confirmed, Start
    from replaysandbox.launch.shrinking import Budget, Shrunk

NOTHING_FAILS, INTERRUPTED = 1, 130
"""Exit status where COMMAND does not fail, and where Ctrl-C ended the search."""

_FREE_PORTS = {"port": 0, "control_port": 0}
_SHARED = ("pack", "pack_dir", "at", "pass")
_SEQUENCE = "What a call gets that was recorded n times and is made once more. [repeat-last]"
_JOBS = "Trials at a time, where they do not disturb each other. [one for each processor, at most 8]"


@click.command(
    epilog=example(
        "replaysandbox repro morning.capture -- python app.py",
        "replaysandbox repro ci.capture -o bugs/idle-battery --jobs 1 -- pytest tests/test_fleet.py::test_total",
        "replaysandbox replay morning.repro",
    ),
    context_settings={"allow_interspersed_args": True},
)
@click.option("-o", "target", metavar="DIR", type=click.Path(path_type=Path), help="The bundle. [CAPTURE's name.repro]")
@click.option("--confirm", type=click.IntRange(1, 1000), default=5, help="Runs that show how it fails. [5]")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help=_JOBS)
@click.option("--max-trials", type=click.IntRange(0), default=1000, help="Most runs of COMMAND to shrink with. [1000]")
@click.option("--time-limit", metavar="S", type=click.FloatRange(0), default=600.0, help="Longest to shrink for. [600]")
@click.option(
    "--timeout", metavar="S", type=click.FloatRange(0.1), default=60.0, help="A run that takes longer hangs. [60]"
)
@click.option("--match", type=click.Path(path_type=Path), metavar="FILE", help="Rules of matching (YAML).")
@click.option("--sequence", type=click.Choice(["repeat-last", "fail", "loop"]), default="repeat-last", help=_SEQUENCE)
@click.option("--shift-time", is_flag=True, help="Move recorded instants, so that it happens now, or at --at.")
@click.option("--live-url", metavar="URL", default="", help="Live host that CAPTURE stands for, where it names none.")
@shared_options(_SHARED)
@click.argument("capture", type=click.Path(path_type=Path))
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
def command(
    *,
    capture: Path,
    command: tuple[str, ...],
    target: Path | None,
    confirm: int,
    jobs: int | None,
    max_trials: int,
    time_limit: float,
    timeout: float,
    match: Path | None,
    sequence: str,
    shift_time: bool,
    live_url: str,
    **given: Any,
) -> int:
    """Shrink CAPTURE while COMMAND still fails, and write a bundle.

    COMMAND is run again and again, its calls answered from fewer exchanges, smaller lists, fewer fields, simpler
    values, for as long as it fails for the same reason: same exit status, same failing tests or exception. Ctrl-C
    keeps the smallest so far. Ends with 0 when a bundle was written, 1 when COMMAND does not fail.
    """
    from replaysandbox.files.repro_bundle import check_free
    from replaysandbox.launch.bundling import Told
    from replaysandbox.launch.replaying import ReplayWish
    from replaysandbox.launch.shrinking import Budget

    folder = target or Path(f"{capture.name.partition('.')[0]}.repro")
    check_free(folder)
    wish = ReplayWish(capture.absolute(), match, sequence, shift=shift_time, live_url=live_url)  # type: ignore[arg-type]  # click checked
    settings = settings_of(given, _FREE_PORTS)
    told = Told(command, wish, timeout, given["at"] or "", settings.pass_)
    search = _Search(settings, told, folder, confirm)
    return asyncio.run(search.run(Budget(max_trials, time_limit), jobs or min(8, os.cpu_count() or 1)))


class _Search:
    """One search for the smallest capture, told as it goes."""

    def __init__(self, settings: Settings, told: Told, folder: Path, confirm: int) -> None:
        self._settings = settings
        self._told = told
        self._folder = folder
        self._confirm = confirm

    async def run(self, budget: Budget, jobs: int) -> int:
        from replaysandbox.cli.up import stopping
        from replaysandbox.files.packs import read_packs
        from replaysandbox.launch.bundling import covered_by
        from replaysandbox.launch.reproducing import bench, read_start
        from replaysandbox.launch.shrinking import SpentError

        settings, wish = self._settings, self._told.wish
        packs = read_packs(settings.pack, settings.pack_dir)
        start = read_start(wish, packs, settings.project)
        for note in start.notes:
            tell(note)
        tell(f"capture     {many(len(start.pieces), 'exchange')} in {wish.file.name}")
        with stopping(budget.stop.set, with_parent=False):
            async with bench(settings, wish, start, self._told.command, jobs) as place:
                try:
                    found = await place.confirm(start.pieces, self._confirm, self._told.patience_s, budget)
                except SpentError:
                    tell("stopped     before it was known whether COMMAND fails; nothing was written")
                    return INTERRUPTED
                for line in confirmed_lines(found):
                    tell(line)
                if found.bug is None:
                    return NOTHING_FAILS
                with shown(len(start.pieces), budget) as told:
                    shrunk, again = await place.shrink(start.pieces, found, self._told.patience_s, budget, told)
        self._write(start, shrunk, again, budget, covered_by(packs))
        return INTERRUPTED if budget.stop.is_set() else 0

    def _write(self, start: Start, shrunk: Shrunk, found: Confirmed, budget: Budget, covered: Covered) -> None:
        from replaysandbox.launch.bundling import bundle_up

        lines = shrunk_lines(len(start.pieces), shrunk, found, budget)
        told = replace(self._told, notes=tuple(lines))
        packed = bundle_up(self._folder, start, shrunk, found, told, covered)
        for line in lines:
            tell(line)
        tell(f"bundle      {self._folder} and {packed}; run it: replaysandbox replay {self._folder}")
        print(self._folder)
