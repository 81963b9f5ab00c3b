"""From a capture and a command to the smallest capture that fails: read, confirmed, shrunk, confirmed again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from replaysandbox.core.capture import CaptureHeader, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.pack import Pack
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import told_damage
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.files.settings import Settings
from replaysandbox.launch.child import CANNOT_RUN, NOT_FOUND
from replaysandbox.launch.foreign import open_any
from replaysandbox.launch.replaying import ReplayWish
from replaysandbox.launch.shrinking import Budget, Runs, Shrinker, Shrunk, SpentError, runner
from replaysandbox.launch.trials import Trial, places
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import VERSION, rules_of
from replaysandbox.shrink.bug import Bug, confirmed, is_alike, is_same
from replaysandbox.shrink.pieces import Pieces, exchange_of, piece_of

_PATIENCE = 3.0
_LEAST_PATIENCE_S = 5.0
"""A trial may take so many times as long as the longest of the first runs, and this much more. Ours. [s]"""

_STEPS_BACK = 4
"""How many captures, from the smallest back, are tried where the smallest does not fail once more. Ours."""


@dataclass(frozen=True, slots=True)
class Start:
    """A capture with all its exchanges in memory, redacted.

    Attributes:
        header: Its first line.
        pieces: Its exchanges.
        notes: What could not be read, in words.
    """

    header: CaptureHeader
    pieces: Pieces
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the first runs showed.

    Attributes:
        bug: How the command fails; None when it does not.
        trials: The runs.
        jobs: How many trials may run at a time without disturbing each other.
    """

    bug: Bug | None
    trials: tuple[Trial, ...]
    jobs: int

    @property
    def used(self) -> frozenset[int]:
        """Numbers of the exchanges that any run which failed so had used."""
        failed = (trial.ran for trial in self.trials if self.bug is not None and is_same(self.bug, trial.ran))
        return frozenset[int]().union(*(ran.used for ran in failed))

    @property
    def longest_s(self) -> float:
        """How long the longest run took. [s]"""
        return max((trial.ran.took_s for trial in self.trials), default=0.0)


def read_start(wish: ReplayWish, packs: Sequence[Pack], project: Path | None) -> Start:
    """Read a capture, or what `convert` reads, into memory; what is not redacted yet is redacted.

    Raises:
        SandboxError: It cannot be read.
    """
    losses = Losses()
    redactor: list[Redactor] = []

    def redact(recorded: Recorded) -> Recorded:
        if not redactor:
            redactor.append(Redactor(redaction_key(project), rules_of(packs)))
        return redactor[0].exchange(recorded)

    with open_any(wish.file, losses, redact, wish.live_url) as capture:
        pieces, notes = [], []
        for number, recorded in capture.numbered():
            try:
                whole = capture.whole(recorded)
            except DamagedBodyError as error:
                notes.append(f"{wish.file}:{number + 2}: is left out: {error}")
                continue
            pieces.append(piece_of(number, whole if capture.header.redaction else redact(whole)))
        notes += told_damage(capture.damaged)
        header = replace(capture.header, redaction=capture.header.redaction or VERSION)
    return Start(header, tuple(pieces), (*losses.lines(), *notes))


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the command is run against captures.

    Attributes:
        command: Program and arguments.
        trials_at: Makes what runs a capture, given how long a run may take. [s]
        jobs: How many may run at a time.
    """

    command: tuple[str, ...]
    trials_at: Callable[[float], Runs]
    jobs: int

    async def confirm(self, pieces: Pieces, runs: int, patience_s: float, budget: Budget) -> Confirmed:
        """Run the command several times with a capture: the first time alone, then several at a time.

        Where they disturb each other (a file that all write, a port that all want) they end otherwise than
        alone: then all of them are run again, one by one.

        Raises:
            SandboxError: The command cannot be run.
            SpentError: The user wants no more.
        """
        run = self.trials_at(patience_s)
        first = await self._one(run, pieces, budget)
        if first.ending.status in (CANNOT_RUN, NOT_FOUND) and first.ending.errors.startswith(self.command[0]):
            raise SandboxError(Problem("COMMAND", 0, "", first.ending.errors, "name it as you would without us"))
        if self.jobs > 1 and runs > 1:
            rest = await asyncio.gather(*(self._one(run, pieces, budget) for _ in range(runs - 1)))
            if all(each.ran.fingerprint == first.ran.fingerprint for each in rest):
                return Confirmed(confirmed([first.ran, *(each.ran for each in rest)]), (first, *rest), self.jobs)
        alone = [first, *[await self._one(run, pieces, budget) for _ in range(runs - 1)]]
        bug = confirmed([each.ran for each in alone])
        jobs = 1 if self.jobs > 1 and bug is not None and not bug.flaky else self.jobs
        return Confirmed(bug, tuple(alone), jobs)

    async def _one(self, run: Runs, pieces: Pieces, budget: Budget) -> Trial:
        trial = asyncio.ensure_future(run(pieces))
        stop = asyncio.create_task(budget.stop.wait())
        try:
            await asyncio.wait({trial, stop}, return_when="FIRST_COMPLETED")
            if not trial.done():
                raise SpentError("it was stopped by hand")
            return trial.result()
        finally:
            stop.cancel()
            trial.cancel()
            await asyncio.gather(trial, return_exceptions=True)

    async def shrink(
        self, start: Pieces, found: Confirmed, patience_s: float, budget: Budget, told: Callable[[Shrinker], None]
    ) -> tuple[Shrunk, Confirmed]:
        """Shrink a capture whose failure is confirmed, and confirm what is left.

        Args:
            start: The capture.
            found: What its runs have shown.
            patience_s: How long a run may take, where the bug is that it never ends. [s]
            budget: What it may cost.
            told: Told after each trial.

        Returns:
            The smallest capture that fails in runs of its own, and these runs.
        """
        assert found.bug is not None  # noqa: S101 - there is nothing to shrink otherwise
        bug = found.bug
        ended = any(trial.ran.fingerprint == bug.fingerprint and not trial.ending.timed_out for trial in found.trials)
        patience_s = min(patience_s, _LEAST_PATIENCE_S + _PATIENCE * found.longest_s) if ended else patience_s
        run = self.trials_at(patience_s)
        shrinker = Shrinker(bug, run, budget, found.jobs, told)
        shrunk = await shrinker.shrink(tuple(piece for piece in start if piece.number in found.used))
        again = await self._again(run, shrunk.pieces, bug, found.jobs)
        whole = await self._again(run, shrunk.whole, bug, found.jobs) if again is not None else None
        if again is not None:
            return replace(shrunk, whole=shrunk.whole if whole is not None else shrunk.pieces), again
        for pieces in (*shrinker.before(_STEPS_BACK), start):
            again = await self._again(run, pieces, bug, found.jobs)
            if again is not None:
                return Shrunk(pieces, pieces, "the smallest capture did not fail once more"), again
        return Shrunk(start, start, "nothing smaller failed once more"), found

    async def _again(self, run: Runs, pieces: Pieces, bug: Bug, jobs: int) -> Confirmed | None:
        """Run a capture that is to be kept as often as the first; None when it does not fail."""
        trials = tuple([await run(pieces) for _ in range(bug.runs)])
        failed = [trial.ran for trial in trials if is_alike(bug, trial.ran)]
        if not failed:
            return None
        missed = bug.missed.union(*(ran.missed for ran in failed))
        return Confirmed(Bug(bug.fingerprint, missed, len(failed), bug.runs), trials, jobs)


@asynccontextmanager
async def bench(
    settings: Settings, wish: ReplayWish, start: Start, command: Sequence[str], jobs: int
) -> AsyncIterator[Bench]:
    """Make ready to run the command against captures while the block runs.

    Raises:
        SandboxError: A setting, or a file that is named, is not as it should be.
    """
    with TemporaryDirectory(prefix="replaysandbox-") as folder:  # mode 0700
        file = Path(folder) / wish.file.name
        with open_writer(file, start.header) as writer:
            for piece in start.pieces:
                writer.append(exchange_of(piece))
        async with places(settings, replace(wish, file=file, live_url=""), start.header, jobs) as free:
            yield Bench(tuple(command), partial(runner, free, tuple(command)), jobs)
