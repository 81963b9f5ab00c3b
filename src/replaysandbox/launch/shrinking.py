"""Drives the shrinking of a capture: runs what is proposed, several trials at a time, within what it may cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from replaysandbox.core.counted import many
from replaysandbox.files.capture_line import exchange_line
from replaysandbox.launch.trials import Place, Trial
from replaysandbox.repro import shrink
from replaysandbox.shrink.bug import Bug, Ran, is_alike, is_same
from replaysandbox.shrink.minimise import Kept, Shrinking
from replaysandbox.shrink.pieces import Pieces, exchange_of
from replaysandbox.shrink.stages import CALLS, fields_back

Runs = Callable[[Pieces], Awaitable[Trial]]

type Tried = tuple[Pieces, frozenset[str]]
"""A capture that fails, without what its run did not use, and the calls that found no answer."""


class SpentError(Exception):
    """No further trial may be run; the text says why."""


@dataclass(slots=True)
class Budget:
    """What shrinking may cost.

    Attributes:
        most_trials: Runs of the command.
        most_s: How long it may take. [s]
        stop: Set when the user wants no more.
        trials: Runs so far.
        begun_s: When it began, by the monotonic clock. [s]
    """

    most_trials: int
    most_s: float
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    trials: int = 0
    begun_s: float = field(default_factory=time.monotonic)

    def take(self) -> None:
        """Take one trial.

        Raises:
            SpentError: There is none left.
        """
        if self.stop.is_set():
            raise SpentError("it was stopped by hand")
        if self.trials >= self.most_trials:
            raise SpentError(f"{many(self.most_trials, 'trial')} were all it was given (--max-trials)")
        if self.left_s <= 0:
            raise SpentError(f"{self.most_s:g} s were all it was given (--time-limit)")
        self.trials += 1

    @property
    def left_s(self) -> float:
        """Time left. [s]"""
        return self.begun_s + self.most_s - time.monotonic()


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What came of it.

    Attributes:
        pieces: The smallest capture that failed.
        whole: The same exchanges with all the fields that do not keep it from failing.
        spent: Why it could still be smaller; empty when it is 1-minimal.
    """

    pieces: Pieces
    whole: Pieces
    spent: str = ""


class Shrinker:
    """Runs the trials that shrinking asks for.

    Attributes:
        best: The smallest capture that failed so far.
        stage: What is being tried.
    """

    def __init__(self, bug: Bug, run: Runs, budget: Budget, jobs: int, told: Callable[[Shrinker], None]) -> None:
        self.best: Pieces = ()
        self.stage = ""
        self.budget = budget
        self._bug = bug
        self._run = run
        self._jobs = jobs
        self._told = told
        self._known: dict[bytes, bool] = {}
        """Captures that were tried in vain → whether they fail all the same, but for calls without an answer."""
        self._bests: list[Pieces] = []

    async def shrink(self, start: Pieces) -> Shrunk:
        """Shrink a capture that fails; what is there so far is kept when time, trials or patience run out."""
        self.best = smallest = start
        try:
            await self._through(shrink(start, self._begin))
            smallest = self.best
            self._begin("fields back")
            await self._through(fields_back(smallest))
        except SpentError as error:
            if self.stage != "fields back":
                return Shrunk(self.best, self.best, str(error))
        return Shrunk(smallest, self.best)

    async def _through(self, steps: Shrinking[Pieces, Pieces]) -> None:
        with suppress(StopIteration):
            proposed = next(steps)
            while True:
                kept = await self._first(proposed)
                if kept is not None:
                    self._bests.append(self.best)
                    self.best = kept.candidate
                self._told(self)
                proposed = steps.send(kept)

    def before(self, steps: int) -> Sequence[Pieces]:
        """List captures that failed before the best was found: few steps back at first, then more."""
        backwards = self._bests[::-1]
        return [backwards[2**step - 1] for step in range(steps) if 2**step <= len(backwards)]

    def _begin(self, stage: str) -> None:
        self.stage = stage
        self._told(self)

    async def _first(self, proposed: Iterator[Pieces]) -> Kept[Pieces] | None:
        """Find the first of those proposed that still fails: the same one, however many trials run at a time."""
        waiting = ((place, each) for place, each in enumerate(proposed) if not self._is_known(each))
        running: dict[asyncio.Task[Tried | None], int] = {}
        best: Kept[Pieces] | None = None
        missed: frozenset[str] = frozenset()
        try:
            while True:
                while best is None and len(running) < self._jobs and (following := next(waiting, None)):
                    place, candidate = following
                    running[asyncio.create_task(self._tried(candidate))] = place
                ahead = [task for task, place in running.items() if best is None or place < best.place]
                if not ahead:
                    self._bug = replace(self._bug, missed=self._bug.missed | missed)
                    return best
                for task in await self._any_done(ahead):
                    place, found = running.pop(task), task.result()
                    if found is not None and (best is None or place < best.place):
                        best, missed = Kept(place, found[0]), found[1]
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _any_done(self, tasks: Sequence[asyncio.Task[Tried | None]]) -> Sequence[asyncio.Task[Tried | None]]:
        """Wait until one of the trials is done, or until the user, or the clock, says that it is enough."""
        stop = asyncio.create_task(self.budget.stop.wait())
        try:
            done, _ = await asyncio.wait(
                {*tasks, stop}, timeout=max(self.budget.left_s, 0), return_when="FIRST_COMPLETED"
            )
        finally:
            stop.cancel()
        ended = [task for task in tasks if task in done]
        if not ended:
            self.budget.take()  # says why
        return ended

    async def _tried(self, candidate: Pieces) -> Tried | None:
        """Run a candidate until it fails: once, or as often as a flaky command needs."""
        alike = False
        for _ in range(self._bug.tries):
            self.budget.take()
            trial = await self._run(candidate)
            self._told(self)
            if self._does(trial.ran):
                used = tuple(piece for piece in candidate if piece.number in trial.ran.used)
                return used, trial.ran.missed
            alike = alike or is_alike(self._bug, trial.ran)
        self._known[_digest(candidate)] = alike
        return None

    def _is_known(self, candidate: Pieces) -> bool:
        """Tell whether it is known that a candidate does not do."""
        alike = self._known.get(_digest(candidate))
        return alike is False or (alike is True and self.stage != CALLS)

    def _does(self, ran: Ran) -> bool:
        return (is_alike if self.stage == CALLS else is_same)(self._bug, ran)


def _digest(pieces: Pieces) -> bytes:
    lines = (b"%d %s" % (piece.number, exchange_line(exchange_of(piece))) for piece in pieces)
    return blake2b(b"".join(lines), digest_size=16).digest()


def runner(free: asyncio.Queue[Place], command: Sequence[str], patience_s: float) -> Runs:
    """Make what runs a capture in the next sandbox that is free.

    Args:
        free: Sandboxes.
        command: Program and arguments.
        patience_s: How long a run may take. [s]
    """

    async def run(pieces: Pieces) -> Trial:
        place = await free.get()
        try:
            return await place.run(command, pieces, patience_s)
        finally:
            free.put_nowait(place)

    return run
