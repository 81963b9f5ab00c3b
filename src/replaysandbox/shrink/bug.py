"""The failure that is being looked for, and what a run of the command tells of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from replaysandbox.shrink.fingerprint import Fingerprint

_OVERLOOKED = 0.05
"""How often a capture that still fails may be taken for one that does not, where the command is flaky. Ours."""

_MOST_RUNS = 10
"""Runs of one capture. Ours: a bug that shows itself in fewer than one of four runs is shrunk less."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of the command came to.

    Attributes:
        fingerprint: Why it failed; None when it did not.
        used: Numbers of the exchanges that answered it.
        missed: Calls that no exchange answered: method, host and path.
        stumbled: Whether the last call it made was one of those.
        took_s: How long it took. [s]
    """

    fingerprint: Fingerprint | None
    used: frozenset[int] = frozenset()
    missed: frozenset[str] = frozenset()
    stumbled: bool = False
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Bug:
    """What is being looked for: the failure that was seen first.

    Attributes:
        fingerprint: Why the command fails.
        missed: Calls that found no answer even with the whole capture.
        failed: In how many of the runs it failed so.
        runs: How many runs there were.
    """

    fingerprint: Fingerprint
    missed: frozenset[str]
    failed: int
    runs: int

    @property
    def flaky(self) -> bool:
        """Whether it does not show itself in every run."""
        return self.failed < self.runs

    @property
    def tries(self) -> int:
        """How often a capture is run until it counts as one that does not fail."""
        if not self.flaky:
            return 1
        enough = math.log(_OVERLOOKED) / math.log(1 - self.failed / self.runs)
        return min(_MOST_RUNS, math.ceil(enough))


def confirmed(runs: Sequence[Ran]) -> Bug | None:
    """Say what a command's runs with the whole capture show: the most common failure, or None."""
    failures = Counter(run.fingerprint for run in runs if run.fingerprint is not None)
    if not failures:
        return None
    (wanted, count), *_ = failures.most_common(1)
    missed = frozenset[str]().union(*(run.missed for run in runs if run.fingerprint == wanted))
    return Bug(wanted, missed, count, len(runs))


def is_same(bug: Bug, ran: Ran) -> bool:
    """Tell whether a run failed for the same reason, and found an answer wherever the first runs did.

    A command that stumbles over our own answer to a miss may well fail in the same words, and shows nothing.
    """
    return ran.fingerprint == bug.fingerprint and ran.missed <= bug.missed


def is_alike(bug: Bug, ran: Ran) -> bool:
    """Tell whether a run failed for the same reason although calls found no answer.

    The command must have taken it: after such a call it made another, which was answered, before it failed.
    """
    return ran.fingerprint == bug.fingerprint and (ran.missed <= bug.missed or not ran.stumbled)


def is_mended(bug: Bug, ran: Ran) -> bool | None:
    """Tell whether a run shows that the bug is gone; None where it cannot be told.

    A command that ends well has no bug. One that gets further than what fails, and so to calls that the capture
    does not hold, has this one no more, whatever it makes of our answer to them.
    """
    if ran.fingerprint is None:
        return True
    if bug.fingerprint.fits(ran.fingerprint):
        return False
    return True if ran.missed - bug.missed else None
