"""What the driver does with trials that are functions: nothing is run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.launch.shrinking import Budget, Shrinker, Shrunk
from replaysandbox.launch.trials import Trial
from replaysandbox.shrink.bug import Bug, Ran
from replaysandbox.shrink.fingerprint import Ending, Fingerprint
from replaysandbox.shrink.pieces import Pieces
from tests.unit.shrink.driving import bodies, pieces

WRONG = Fingerprint(1, ("KeyError",))
BUG = Bug(WRONG, frozenset(), 5, 5)
START = pieces(*({"data": [{"id": number, "rate": None if number == 7 else 1.5}]} for number in range(12)))


def fails(now: Pieces) -> bool:
    return any(
        isinstance(each, dict) and "rate" in each and each["rate"] is None
        for body in bodies(now)
        for each in body.get("data", ())
    )


class Bench:
    """Runs trials that take no time, or one turn of the loop each, in an order made up by chance."""

    def __init__(self, ran: Callable[[Pieces], Ran], turns: Callable[[], int] = lambda: 0) -> None:
        self.count = self.at_once = self.most_at_once = 0
        self.ran, self.turns = ran, turns
        self.after: Callable[[], None] = lambda: None

    async def run(self, now: Pieces) -> Trial:
        self.count += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for _ in range(self.turns()):
                await asyncio.sleep(0)
            return Trial(self.ran(now), Ending(1))
        finally:
            self.at_once -= 1
            self.after()


def plainly(now: Pieces) -> Ran:
    return Ran(WRONG if fails(now) else None, frozenset(piece.number for piece in now))


def shrunk(bench: Bench, budget: Budget, jobs: int = 1, bug: Bug = BUG, start: Pieces = START) -> Shrunk:
    return asyncio.run(Shrinker(bug, bench.run, budget, jobs, lambda _: None).shrink(start))


def test_it_shrinks_and_puts_fields_back() -> None:
    bench, budget = Bench(plainly), Budget(1000, 60)
    result = shrunk(bench, budget)
    assert bodies(result.pieces) == [{"data": [{"rate": None}]}]
    assert bodies(result.whole) == [{"data": [{"id": 7, "rate": None}]}]
    assert (result.spent, budget.trials) == ("", bench.count)


@pytest.mark.slow
@given(st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_result_is_the_same_however_many_run_at_a_time(jobs: int, chance: Any) -> None:
    alone = shrunk(Bench(plainly), Budget(1000, 60))
    bench = Bench(plainly, lambda: chance.randint(1, 4))
    assert shrunk(bench, Budget(1000, 60), jobs) == alone
    assert 1 < bench.most_at_once <= jobs


@pytest.mark.slow
@given(st.integers(0, 40), st.integers(1, 4))
def test_there_are_never_more_trials_than_were_given(most: int, jobs: int) -> None:
    bench, budget = Bench(plainly, lambda: 1), Budget(most, 60)
    result = shrunk(bench, budget, jobs)
    assert bench.count <= budget.trials <= most
    assert fails(result.pieces)
    assert "--max-trials" in result.spent or bodies(result.pieces) == [{"data": [{"rate": None}]}]


def test_time_runs_out() -> None:
    result = shrunk(Bench(plainly), Budget(1000, 0))
    assert (result.pieces, result.spent) == (START, "0 s were all it was given (--time-limit)")


def test_stopping_keeps_the_smallest_so_far_and_ends_what_runs() -> None:
    bench, budget = Bench(plainly, lambda: 3), Budget(1000, 60)
    bench.after = lambda: budget.stop.set() if bench.count >= 9 else None
    result = shrunk(bench, budget, jobs=2)
    assert result.spent == "it was stopped by hand"
    assert fails(result.pieces)
    assert len(result.pieces) < len(START)
    assert bench.at_once == 0


def test_a_flaky_command_is_tried_again() -> None:
    counts: dict[str, int] = {}

    def now_and_then(now: Pieces) -> Ran:
        key = repr(bodies(now))
        counts[key] = counts.get(key, 0) + 1
        return plainly(now) if counts[key] % 2 == 0 else Ran(None)

    result = shrunk(Bench(now_and_then), Budget(1000, 60), bug=Bug(WRONG, frozenset(), 2, 4))
    assert bodies(result.pieces) == [{"data": [{"rate": None}]}]


def test_what_a_run_does_not_use_goes_by_itself() -> None:
    def only_7(now: Pieces) -> Ran:
        return Ran(WRONG if fails(now) else None, frozenset({7}))

    bench = Bench(only_7)
    result = shrunk(bench, Budget(1000, 60))
    assert [piece.number for piece in result.pieces] == [7]


def test_calls_may_miss_that_the_command_does_not_stumble_over() -> None:
    def with_misses(now: Pieces) -> Ran:
        numbers = {piece.number for piece in now}
        missed = frozenset(f"GET {number}" for number in (2, 5) if number not in numbers)
        return Ran(WRONG if fails(now) else None, frozenset(numbers), missed, stumbled="GET 5" in missed)

    result = shrunk(Bench(with_misses), Budget(1000, 60))
    assert [piece.number for piece in result.pieces] == [5, 7]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_captures_before_the_best_are_known(count: int) -> None:
    shrinker = Shrinker(BUG, Bench(plainly).run, Budget(1000, 60), 1, lambda _: None)
    shrinker._bests = [START[:place] for place in range(count)]
    assert [len(each) for each in shrinker.before(4)] == [count - step for step in (1, 2, 4, 8) if step <= count]
