from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.shrink.minimise import Shrinking, minimise
from tests.unit.shrink.driving import drive

Numbers = tuple[int, ...]


def shrinking(items: Sequence[int], patience: int | None = None) -> Shrinking[Numbers, Numbers]:
    return minimise(items, tuple(items), lambda kept, last: tuple(kept), lambda item, last: item in last, patience)


@given(st.integers(1, 60), st.data())
def test_what_is_needed_stays_and_nothing_else(count: int, data: st.DataObject) -> None:
    needed = data.draw(st.sets(st.integers(0, count - 1)))
    left, _ = drive(shrinking(range(count)), needed.issubset)
    assert set(left) == needed


@given(st.integers(1, 24), st.data())
def test_it_still_fails_and_no_single_one_more_can_be_left_out(count: int, data: st.DataObject) -> None:
    parts = st.sets(st.integers(0, count - 1), min_size=1)
    clauses = data.draw(st.lists(parts, min_size=1, max_size=5))  # one of each must be there: many minima

    def fails(kept: Numbers) -> bool:
        return all(clause & set(kept) for clause in clauses)

    left, _ = drive(shrinking(range(count)), fails)
    assert fails(left)
    assert not any(fails(tuple(one for one in left if one != gone)) for gone in left)


def test_what_goes_by_itself_is_not_tried_any_more() -> None:
    left, tried = drive(shrinking(range(64)), lambda kept: 63 in kept, used=lambda kept: (63,))
    assert left == (63,)
    assert tried <= 5


def test_it_is_given_up_where_nothing_comes_of_it() -> None:
    left, tried = drive(shrinking(range(1000), patience=12), lambda kept: len(kept) == 1000)
    assert len(left) == 1000
    assert tried == 12
    assert len(drive(shrinking(range(1000), patience=12), lambda kept: 700 in kept)[0]) == 1


def test_of_nothing_nothing_is_tried() -> None:
    assert drive(shrinking(()), lambda kept: True) == ((), 0)
