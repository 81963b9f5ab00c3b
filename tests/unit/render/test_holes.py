from collections.abc import Callable
from typing import Any

import pytest

from replaysandbox.render.holes import CLOSE, OPEN, Filling, Hole, HoleError, Marks, guarded_filters, guarded_tests


def hole() -> tuple[Hole, Marks]:
    marks = Marks()
    return Hole(marks, Filling("at")), marks


def test_each_writing_is_a_mark_of_its_own() -> None:
    later, marks = hole()
    assert [later.mark(), later.mark()] == [f'"{OPEN}0{CLOSE}"', f'"{OPEN}1{CLOSE}"']
    assert marks.written == [Filling("at"), Filling("at")]


@pytest.mark.parametrize(
    "use",
    [
        bool,
        str,
        repr,
        hash,
        len,
        list,
        lambda later: later == 1,
        lambda later: later != 1,
        lambda later: later < 1,
        lambda later: later in [1, 2],
        lambda later: 1 in later,
        lambda later: f"{later}",
    ],
)
def test_whatever_would_depend_on_the_value_is_refused(use: Callable[[Any], object]) -> None:
    with pytest.raises(HoleError):
        use(hole()[0])


def test_filters_that_write_instants_come_later_and_others_not_at_all() -> None:
    filters = guarded_filters({"iso_ms": str.upper, "lower": str.lower})
    later, marks = hole()
    filters["iso_ms"](later).mark()
    assert marks.written == [Filling("at", ((str.upper, ()),))]
    assert filters["iso_ms"]("a") == "A"
    assert filters["lower"]("A") == "a"
    with pytest.raises(HoleError):
        filters["lower"](later)
    with pytest.raises(HoleError):
        filters["iso_ms"](later, later)


def test_tests_ask_a_hole_only_whether_it_is_there() -> None:
    tests = guarded_tests({"defined": lambda value: True, "number": lambda value: isinstance(value, int)})
    assert tests["defined"](hole()[0])
    assert tests["number"](1)
    with pytest.raises(HoleError):
        tests["number"](hole()[0])
