"""Laws of shrinking, held on captures and bugs made up by chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.repro import shrink
from replaysandbox.shrink import trees
from replaysandbox.shrink.pieces import Pieces, plain
from tests.unit.shrink.driving import bodies, drive, pieces

batteries = st.fixed_dictionaries(
    {
        "id": st.integers(1, 99),
        "state": st.fixed_dictionaries({"rate": st.none() | st.floats(0.5, 9), "on": st.booleans()}),
    }
)
answers = st.fixed_dictionaries({"data": st.lists(batteries, max_size=4), "meta": st.integers(0, 5)})


def nulls(now: Pieces) -> int:
    """Count batteries that say nothing of their rate."""
    found = 0
    for body in bodies(now):
        for battery in body.get("data", ()) if isinstance(body, dict) else ():
            state = battery.get("state", {}) if isinstance(battery, dict) else {}
            found += "rate" in state and state["rate"] is None
    return found


def smaller(now: Pieces) -> Iterator[Pieces]:
    """List all captures that have one thing less, or one thing that is simpler."""
    for place, piece in enumerate(now):
        yield (*now[:place], *now[place + 1 :])
        tree = piece.tree
        parts = [path for level in range(trees.lists(tree)) for path in trees.elements(tree, level)]
        parts += [path for level in range(trees.depth(tree)) for path in trees.members(tree, level)]
        for path in parts:
            yield _with(now, place, trees.changed(tree, {path: trees.GONE}))
        for simpler in trees.SIMPLER:
            for path in trees.complex_leaves(tree, simpler):
                yield _with(now, place, trees.simplified(tree, {path}, simpler))


def _with(now: Pieces, place: int, tree: Any) -> Pieces:
    (made,) = pieces(tree)
    return (*now[:place], plain(made), *now[place + 1 :])


@pytest.mark.slow
@given(st.lists(answers, min_size=1, max_size=12), st.integers(0, 3))
def test_it_fails_still_and_is_minimal(values: list[Any], wanted: int) -> None:
    start = pieces(*values)
    if nulls(start) < wanted:
        return
    left, _ = drive(shrink(start, lambda stage: None), lambda now: nulls(now) >= wanted)
    assert nulls(left) == wanted
    assert not [bodies(now) for now in smaller(left) if nulls(now) >= wanted]


def test_its_stages_come_in_order_and_again() -> None:
    begun: list[str] = []
    drive(shrink(pieces(1), begun.append), bool)
    assert begun[:6] == ["exchanges", "bodies", "lists", "calls", "fields", "values"]
    assert len(begun) % 6 == 0


def test_much_is_left_out_in_few_trials() -> None:
    battery = {"id": 1, "state": {"rate": 1.5, "on": True}}
    values: list[Any] = [{"data": [battery] * 5, "meta": 1} for _ in range(400)]
    values[300] = {"data": [battery, {"id": 2, "state": {"rate": None, "on": True}}], "meta": 1}
    left, tried = drive(shrink(pieces(*values), lambda stage: None), lambda now: nulls(now) >= 1)
    assert bodies(left) == [{"data": [{"state": {"rate": None}}]}]
    assert tried < 60
