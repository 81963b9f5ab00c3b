"""What `repro` tells: lines, and a bar while it works."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from replaysandbox.cli.options import is_watched
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.launch.reproducing import Confirmed
    from replaysandbox.launch.shrinking import Budget, Shrinker, Shrunk


def confirmed_lines(found: Confirmed) -> list[str]:
    """Say how the command fails with the whole capture, and how often."""
    bug = found.bug
    if bug is None:
        return [f"confirmed   COMMAND ends with 0 in {many(len(found.trials), 'run')}: there is nothing to shrink"]
    lines = [f"confirmed   {bug.failed} of {many(bug.runs, 'run')} fail: {bug.fingerprint}"]
    if bug.flaky:
        lines.append(
            f"flaky       it fails in {bug.failed / bug.runs:.0%} of runs; each trial is run up to {bug.tries} times"
        )
    lines += [f"miss        {call}: the capture does not answer it either" for call in sorted(bug.missed)]
    if found.jobs == 1:
        lines.append("jobs        one trial at a time")
    return lines


def shrunk_lines(count: int, shrunk: Shrunk, again: Confirmed, budget: Budget) -> list[str]:
    """Say what is left, what it took, and how surely it fails."""
    took_s = time.monotonic() - budget.begun_s
    left = many(len(shrunk.pieces), "exchange")
    lines = [f"shrunk      to {left} of {count:,}, in {many(budget.trials, 'trial')} and {took_s:.1f} s"]
    if not shrunk.spent:
        lines.append("minimal     nothing more can be left out or made simpler alone")
    if shrunk.spent:
        lines.append(f"not done    it could be smaller still: {shrunk.spent}")
    bug = again.bug
    if bug is not None:
        lines.append(f"fails       in {bug.failed} of {many(bug.runs, 'run')} with what is left")
        if bug.missed:
            lines.append(
                f"misses      {many(len(bug.missed), 'call')} without an answer, which COMMAND takes in its stride"
            )
    return lines


@contextmanager
def shown(count: int, budget: Budget) -> Iterator[Callable[[Shrinker], None]]:
    """Show a bar while the block runs, on a terminal only: how many exchanges are gone, and what is being tried.

    Args:
        count: Exchanges at the start.
        budget: Counts the trials.
    """
    if not is_watched():
        yield lambda shrinker: None
        return

    def text(shrinker: Shrinker | None) -> str:
        return f"{many(budget.trials, 'trial')}, {shrinker.stage}: {len(shrinker.best)} left" if shrinker else ""

    with click.progressbar(
        length=count, label="shrinking", file=sys.stderr, show_eta=False, show_pos=True, item_show_func=text
    ) as bar:

        def told(shrinker: Shrinker) -> None:
            gone = count - len(shrinker.best)
            bar.update(gone - bar.pos, shrinker)
            bar.render_progress()

        yield told
