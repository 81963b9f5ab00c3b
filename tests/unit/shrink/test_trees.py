from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.shrink import trees

TREE = {"data": [{"id": "a", "rates": [1, 2]}, {"id": "b/c", "rates": []}], "more": False}
leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text("ab", max_size=2)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/", max_size=2), inner, max_size=3)
)


def test_elements_are_listed_the_outermost_lists_first() -> None:
    assert list(trees.elements(TREE, 0)) == [("data", 0), ("data", 1)]
    assert list(trees.elements(TREE, 1)) == [("data", 0, "rates", 0), ("data", 0, "rates", 1)]
    assert (trees.lists(TREE), trees.lists([]), trees.lists({"a": 1})) == (2, 1, 0)


def test_members_are_listed_by_how_deep_they_are() -> None:
    assert list(trees.members(TREE, 0)) == [("data",), ("more",)]
    assert list(trees.members(TREE, 2))[-1] == ("data", 1, "rates")
    assert trees.depth(TREE) == 4


def test_a_tree_is_changed_and_the_old_one_stays() -> None:
    new = trees.changed(TREE, {("data", 0): trees.GONE, ("data", 1, "id"): "x", ("more",): trees.GONE})
    assert new == {"data": [{"id": "x", "rates": []}]}
    assert len(TREE["data"]) == 2  # type: ignore[arg-type]  # mypy takes the union


@given(anything, st.data())
def test_what_is_changed_is_told_by_the_differences(tree: Any, data: st.DataObject) -> None:
    paths = [path for level in range(trees.depth(tree)) for path in trees.members(tree, level)]
    gone = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    fewer = trees.changed(tree, dict.fromkeys(gone, trees.GONE))
    simple = trees.simplified(fewer, set(trees.complex_leaves(fewer, trees.nothing)), trees.nothing)
    assert trees.changed(tree, dict(trees.differences(tree, simple))) == simple


@pytest.mark.parametrize(
    ("leaf", "simplest"), [(7, 0), (-0.5, 0), ("text", ""), (True, False), (None, None), (0, 0), ("", "")]
)
def test_there_is_a_simplest_leaf_of_each_kind(leaf: Any, simplest: Any) -> None:
    assert trees.nothing(leaf) == simplest
    assert type(trees.nothing(leaf)) is type(simplest)


def test_a_simpler_leaf_becomes_simpler_until_it_is_simplest() -> None:
    assert [trees.one(leaf) for leaf in (7, 2.5, "text", True, 0, "", None)] == [1, 1, "x", True, 0, "", None]
    assert [trees.whole(leaf) for leaf in (2.5, 2, "2.5", float("inf"))] == [2, 2, "2.5", float("inf")]
    assert list(trees.complex_leaves({"a": 0, "b": [False, "", None], "c": 3}, trees.nothing)) == [("c",)]


def test_values_of_two_kinds_are_two() -> None:
    assert trees.is_other(1, True)
    assert trees.is_other(1, 1.0)
    assert not trees.is_other("a", "a")


def test_a_place_is_a_pointer_with_any_index() -> None:
    assert trees.place_of(("data", 3, "a/b~")) == "/data/*/a~1b~0"
