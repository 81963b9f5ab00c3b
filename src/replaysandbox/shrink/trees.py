"""JSON values as trees: where their members are, level by level, and the tree without some of them, or with others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

type Path = tuple[str | int, ...]
"""Keys and indices from the root."""

GONE: Final = object()
"""Stands in place of what is left out."""

type Simpler = Callable[[Any], Any]
"""A leaf → a simpler one, or the same."""


def elements(tree: Any, level: int) -> Iterator[Path]:
    """List the elements of all lists that lie inside of so many other lists, 0 for the outermost."""
    for path, value in _walk(tree):
        if isinstance(value, list) and sum(isinstance(step, int) for step in path) == level:
            yield from ((*path, index) for index in range(len(value)))


def members(tree: Any, level: int) -> Iterator[Path]:
    """List the members of all objects whose paths have `level` steps."""
    for path, value in _walk(tree):
        if isinstance(value, dict) and len(path) == level:
            yield from ((*path, key) for key in value)


def complex_leaves(tree: Any, simpler: Simpler) -> Iterator[Path]:
    """List what is neither list nor object, and could be simpler."""
    leaves = ((path, value) for path, value in _walk(tree) if not isinstance(value, dict | list))
    return (path for path, value in leaves if is_other(value, simpler(value)))


def lists(tree: Any) -> int:
    """Tell how many lists lie in each other at most."""
    found = (path for path, value in _walk(tree) if isinstance(value, list))
    return max((1 + sum(isinstance(step, int) for step in path) for path in found), default=0)


def depth(tree: Any) -> int:
    """Tell how many steps the longest path has."""
    return max((len(path) for path, _ in _walk(tree)), default=0)


def changed(tree: Any, changes: Mapping[Path, Any]) -> Any:
    """Give a tree with other values in some places, or without them (`GONE`); the tree given stays as it is."""
    return _changed(tree, (), changes) if changes else tree


def _changed(tree: Any, path: Path, changes: Mapping[Path, Any]) -> Any:
    if path in changes:
        return changes[path]
    if isinstance(tree, dict):
        new = ((key, _changed(value, (*path, key), changes)) for key, value in tree.items())
        return {key: value for key, value in new if value is not GONE}
    if isinstance(tree, list):
        parts = (_changed(value, (*path, index), changes) for index, value in enumerate(tree))
        return [value for value in parts if value is not GONE]
    return tree


def differences(whole: Any, tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """List the changes that make a tree of a whole one: members that are gone, and leaves that are others.

    Lists must be as long in both.
    """
    if isinstance(whole, dict) and isinstance(tree, dict):
        for key, value in whole.items():
            if key in tree:
                yield from differences(value, tree[key], (*path, key))
            else:
                yield (*path, key), GONE
    elif isinstance(whole, list) and isinstance(tree, list):
        for index, (value, other) in enumerate(zip(whole, tree, strict=True)):
            yield from differences(value, other, (*path, index))
    elif is_other(whole, tree):
        yield path, tree


def simplified(tree: Any, at: Collection[Path], simpler: Simpler) -> Any:
    """Give a tree with simpler leaves in some places; the tree given stays as it is."""
    return _simplified(tree, (), at, simpler)


def _simplified(tree: Any, path: Path, at: Collection[Path], simpler: Simpler) -> Any:
    if isinstance(tree, dict):
        return {key: _simplified(value, (*path, key), at, simpler) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_simplified(value, (*path, index), at, simpler) for index, value in enumerate(tree)]
    return simpler(tree) if path in at else tree


def place_of(path: Path) -> str:
    """Write a path as a JSON pointer, with `*` for any index."""
    steps = ("*" if isinstance(step, int) else step.replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def _walk(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, tree
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _walk(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _walk(value, (*path, index))


def nothing(leaf: Any) -> Any:
    """Give the simplest leaf of the same kind: 0, the empty text, false."""
    if isinstance(leaf, bool):
        return False
    if isinstance(leaf, int | float):
        return 0
    return "" if isinstance(leaf, str) else leaf


def one(leaf: Any) -> Any:
    """Give the next simplest number and text: 1 and "x"."""
    if isinstance(leaf, bool) or leaf in (0, ""):
        return leaf
    if isinstance(leaf, int | float):
        return 1
    return "x" if isinstance(leaf, str) else leaf


def whole(leaf: Any) -> Any:
    """Take off a number's fraction."""
    return int(leaf) if isinstance(leaf, float) and leaf == leaf and abs(leaf) < 1e15 else leaf  # noqa: PLR0124 - NaN


SIMPLER: tuple[Simpler, ...] = (nothing, one, whole)
"""What is tried for leaves, the simplest first."""


def is_other(old: Any, new: Any) -> bool:
    """Tell whether two leaves differ: `1`, `1.0` and `true` are three."""
    return type(old) is not type(new) or old != new
