"""What was removed on the way from a capture to the smallest that still fails."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from replaysandbox.core.capture import Recorded
from replaysandbox.shrink import trees
from replaysandbox.shrink.pieces import Piece, Pieces, plain, size_of

MOST = 40
"""Lines of one kind that are named; the others are counted. Ours."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and what is left.

    Attributes:
        exchanges: How many there were, and are.
        size: Bytes of answers there were, and are. [B]
        calls: Method, host and path of exchanges that went → how many.
        lists: Lists of exchanges that stay, as (call, pointer) → elements there were and are.
        fields: Fields and header fields that went, as (call, pointer) → how many.
        values: Values made simpler, as (call, pointer) → the new one, as JSON text.
    """

    exchanges: tuple[int, int]
    size: tuple[int, int]
    calls: dict[str, int]
    lists: dict[tuple[str, str], tuple[int, int]]
    fields: dict[tuple[str, str], int]
    values: dict[tuple[str, str], str]


def removed(start: Pieces, end: Pieces) -> Removed:
    """Compare what was begun with and what is left."""
    left = {piece.number: piece for piece in end}
    calls = Counter(call_of(piece.recorded) for piece in start if piece.number not in left)
    found = Removed((len(start), len(end)), (size_of(start), size_of(end)), dict(calls.most_common()), {}, {}, {})
    for before in start:
        after = left.get(before.number)
        if after is not None:
            _compare(before, after, found)
    return found


def call_of(recorded: Recorded) -> str:
    """Name an exchange: method, host and path."""
    return f"{recorded.request.method} {recorded.request.host}{recorded.request.path}"


def _compare(before: Piece, after: Piece, found: Removed) -> None:
    call, whole = call_of(before.recorded), plain(before)
    for name in _header_names(whole.recorded):
        if name not in _header_names(after.recorded):
            found.fields[call, name] = found.fields.get((call, name), 0) + 1
    if whole.is_plain and after.is_plain:
        _trees(call, (), whole.tree, after.tree, found)


def _header_names(recorded: Recorded) -> list[str]:
    asked = [f"request field {name}" for name, _ in recorded.request.headers]
    return asked + [f"answer's field {name}" for name, _ in (recorded.response.headers if recorded.response else ())]


def _trees(call: str, path: trees.Path, before: Any, after: Any, found: Removed) -> None:
    place = call, trees.place_of(path)
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key in after:
                _trees(call, (*path, key), value, after[key], found)
            else:
                gone = call, trees.place_of((*path, key))
                found.fields[gone] = found.fields.get(gone, 0) + 1
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            found.lists[place] = len(before), len(after)
        for one, other in _alike(before, after):
            _trees(call, (*path, 0), one, other, found)
    elif trees.is_other(before, after):
        found.values[place] = json.dumps(after, ensure_ascii=False)


def _alike(before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair what is left of a list with what it came from: the first in order that has all its fields."""
    rest = iter(before)
    for other in after:
        for one in rest:
            if _holds(one, other):
                yield one, other
                break


def _holds(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return all(key in before and _holds(before[key], value) for key, value in after.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) >= len(after)
    return not trees.is_other(before, after) or after in (trees.nothing(before), trees.one(before), trees.whole(before))
