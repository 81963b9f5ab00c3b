"""JSON values as trees: where their members are, level by level, and the tree without some of them, or with others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
    return _changed(tree, (), changes.get, _above(changes)) if changes else tree


def simplified(tree: Any, at: Collection[Path], simpler: Simpler) -> Any:
    """Give a tree with simpler leaves in some places; the tree given stays as it is."""

    def new(path: Path, old: Any) -> Any:
        return simpler(old) if path in at else old

    return _changed(tree, (), new, _above(at))


def _above(paths: Iterable[Path]) -> frozenset[Path]:
    """List all places that something lies below of: what is not among them stays as it is."""
    return frozenset(path[:steps] for path in paths for steps in range(len(path)))


def _changed(tree: Any, path: Path, new: Callable[[Path, Any], Any], above: frozenset[Path]) -> Any:
    other = new(path, tree)
    if other is not tree or path not in above:
        return other
    if isinstance(tree, dict):
        members = ((key, _changed(value, (*path, key), new, above)) for key, value in tree.items())
        return {key: value for key, value in members if value is not GONE}
    if isinstance(tree, list):
        parts = (_changed(value, (*path, index), new, above) for index, value in enumerate(tree))
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
