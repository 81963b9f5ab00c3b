"""Delta debugging: of many items, those without which it no longer fails. Decides only; who drives it runs the trials.

Source:
    A. Zeller, R. Hildebrandt: Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28 (2), 2002. Ours: only
    complements are tried, chunk by chunk from where the last was taken out, as later reducers do.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Kept[Candidate]:
    """A candidate that still fails for the same reason.

    Attributes:
        place: Which of those proposed, from 0. It is the first: none before it fails.
        candidate: What is gone on with: the candidate, without what its run did not use.
    """

    place: int
    candidate: Candidate


type Shrinking[Candidate, Result] = Generator[Iterator[Candidate], Kept[Candidate] | None, Result]
"""Proposes candidates in order of preference, and is told of the first that still fails, or None where none does."""


def minimise[Item, Candidate](
    items: Sequence[Item],
    left: Candidate,
    make: Callable[[Sequence[Item], Candidate], Candidate],
    survives: Callable[[Item, Candidate], bool],
    patience: int | None = None,
) -> Shrinking[Candidate, Candidate]:
    """Leave out as many items as can be left out.

    Args:
        items: What may be left out.
        left: What fails with all of them.
        make: (items that stay, what failed last) → candidate.
        survives: Tells whether an item is still there in what failed last; it may have gone on its own.
        patience: After how many candidates in a row that do not fail it is given up; None: never.

    Returns:
        What still fails. Where it was not given up it is 1-minimal: no single item more can be left out of it.
    """
    kept, size, chances, fewer = list(items), len(items), patience, False
    while kept:
        size = min(size, len(kept))
        start, fewer = 0, False
        while start < len(kept):
            starts = range(start, len(kept), size)
            found = yield islice((make([*kept[:at], *kept[at + size :]], left) for at in starts), chances)
            if found is None:
                chances = None if chances is None else chances - len(starts)
                break
            left, fewer, chances = found.candidate, True, patience
            at = starts[found.place]
            before = [item for item in kept[:at] if survives(item, left)]
            kept = before + [item for item in kept[at + size :] if survives(item, left)]
            start = len(before)
        if (size == 1 and not fewer) or (chances is not None and chances <= 0):
            break
        size = max(size // 2, 1)
    return left
