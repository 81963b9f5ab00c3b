"""What is tried, one kind of thing at a time: fewer exchanges, smaller lists, fewer fields, simpler values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from replaysandbox.core.exchange import Headers
from replaysandbox.shrink import trees
from replaysandbox.shrink.minimise import Shrinking, minimise
from replaysandbox.shrink.pieces import Piece, Pieces, bare, has_body, plain

PATIENCE = 12
"""After so many trials in a row that bring nothing another kind of thing is tried first. Ours."""

BODY = "body"
"""Names the body among the parts of an exchange."""

CALLS = "calls"
"""The stage in which a call may also find no answer, as long as the command fails for the same reason."""

type Item = tuple[int, Any]
"""(number of an exchange, what of it)."""

type Stage = Callable[[Pieces, bool], Shrinking[Pieces, Pieces]]
"""(what fails, whether to try one by one, however long nothing comes of it) → what fails and is smaller."""

type _Change = Callable[[Piece, set[Any]], Piece]
"""(a piece, what of it goes) → the piece without."""


def fewer_exchanges(left: Pieces, thorough: bool) -> Shrinking[Pieces, Pieces]:
    """Leave out exchanges. What a run does not use goes by itself."""

    def make(kept: Sequence[int], last: Pieces) -> Pieces:
        numbers = set(kept)
        return tuple(piece for piece in last if piece.number in numbers)

    numbers = [piece.number for piece in left]
    return (yield from minimise(numbers, left, make, _has, None if thorough else PATIENCE))


def plain_bodies(left: Pieces, thorough: bool) -> Shrinking[Pieces, Pieces]:
    """Take bodies apart: unpacked, written anew. Those stay as they are that fail only so."""
    taken = {piece.number: plain(piece) for piece in left}
    items = [("", (piece.number, BODY)) for piece in left if taken[piece.number] is not piece]
    return (yield from _fewer(left, items, lambda piece, _: taken[piece.number], thorough))


def smaller_lists(left: Pieces, thorough: bool) -> Shrinking[Pieces, Pieces]:
    """Leave out elements of lists, the outermost lists first."""
    level = 0
    while any(level < trees.lists(piece.tree) for piece in left if piece.is_plain):
        parts = _parts(left, lambda tree, level=level: trees.elements(tree, level))  # type: ignore[misc]  # mypy: default
        alone = [(f"{name} {item}", item) for name, item in parts]
        left = yield from _fewer(left, alone, _without_elements, thorough)
        level += 1
    return left


def fewer_fields(left: Pieces, thorough: bool) -> Shrinking[Pieces, Pieces]:
    """Leave out members of objects, the outermost first, then header fields."""
    level = 0
    while any(level < trees.depth(piece.tree) for piece in left if piece.is_plain):
        parts = _parts(left, lambda tree, level=level: trees.members(tree, level))  # type: ignore[misc]  # mypy: default
        left = yield from _fewer(left, parts, _without_parts, thorough)
        level += 1
    return (yield from _fewer(left, _header_fields(left), _without_header_fields, thorough))


def simpler_values(left: Pieces, thorough: bool) -> Shrinking[Pieces, Pieces]:
    """Put simpler values in place of others, and nothing in place of bodies that are no JSON."""
    others = [("", (piece.number, BODY)) for piece in left if not piece.is_plain and has_body(piece)]
    left = yield from _fewer(left, others, lambda piece, _: bare(piece), thorough)
    for simpler in trees.SIMPLER:
        leaves = _parts(left, lambda tree, simpler=simpler: trees.complex_leaves(tree, simpler))  # type: ignore[misc]  # mypy: default

        def change(piece: Piece, gone: set[Any], simpler: trees.Simpler = simpler) -> Piece:
            return replace(piece, tree=trees.simplified(piece.tree, gone, simpler))

        left = yield from _fewer(left, leaves, change, thorough)
    return left


def fields_back(left: Pieces) -> Shrinking[Pieces, Pieces]:
    """Put fields, values and header fields back, as many as there can be with these exchanges.

    An app that no longer fails goes on to read what the failing one never got to.
    """
    made: dict[int, dict[Any, Any]] = {piece.number: dict(_changes(piece)) for piece in left}
    items = [(_name(what), (number, what)) for number, changes in made.items() for what in changes]

    def change(piece: Piece, gone: set[Any]) -> Piece:
        return _rebuilt(piece, {what: new for what, new in made[piece.number].items() if what not in gone})

    return (yield from _fewer(left, sorted(items, key=lambda each: each[0]), change, thorough=False, patience=None))


STAGES: tuple[tuple[str, Stage], ...] = (
    ("exchanges", fewer_exchanges),
    ("bodies", plain_bodies),
    ("lists", smaller_lists),
    (CALLS, fewer_exchanges),
    ("fields", fewer_fields),
    ("values", simpler_values),
)
"""All of them, in the order in which they are tried: name → stage."""


def _fewer(
    left: Pieces,
    items: Sequence[tuple[str, Item]],
    change: _Change,
    thorough: bool,
    patience: int | None = PATIENCE,
) -> Shrinking[Pieces, Pieces]:
    """Leave out items, all of which are of the pieces as they are now.

    Args:
        left: The pieces.
        items: (name, item): those of one name go together, unless each is tried alone.
        change: Takes items out of a piece.
        thorough: Whether each is tried alone, and for as long as it takes.
        patience: Otherwise, after how many trials in a row that bring nothing it is given up.
    """
    begun = {piece.number: piece for piece in left}
    groups: dict[str | int, list[Item]] = {}
    for place, (name, item) in enumerate(items):
        groups.setdefault(place if thorough else name, []).append(item)

    def make(kept: Sequence[str | int], last: Pieces) -> Pieces:
        stays, gone = set(kept), dict[int, set[Any]]()
        for name, group in groups.items():
            for number, what in group if name not in stays else ():
                gone.setdefault(number, set()).add(what)
        numbers = (piece.number for piece in last)
        return tuple(change(begun[each], gone[each]) if each in gone else begun[each] for each in numbers)

    def survives(name: str | int, last: Pieces) -> bool:
        return any(_has(number, last) for number, _ in groups[name])

    return (yield from minimise(list(groups), left, make, survives, None if thorough else patience))


def _has(number: int, last: Pieces) -> bool:
    return any(piece.number == number for piece in last)


def _parts(left: Pieces, of: Callable[[Any], Iterator[trees.Path]]) -> list[tuple[str, Item]]:
    """List parts of all trees, those of one name side by side."""
    found = [
        (trees.place_of(path), (piece.number, path)) for piece in left if piece.is_plain for path in of(piece.tree)
    ]
    return sorted(found, key=lambda each: each[0])


def _without_elements(piece: Piece, gone: set[Any]) -> Piece:
    changes = dict.fromkeys(gone, trees.GONE)
    return replace(piece, tree=trees.changed(piece.tree, changes), whole=trees.changed(piece.whole, changes))


def _without_parts(piece: Piece, gone: set[Any]) -> Piece:
    return replace(piece, tree=trees.changed(piece.tree, dict.fromkeys(gone, trees.GONE)))


def _header_fields(left: Pieces) -> list[tuple[str, Item]]:
    """List header fields: (number, (side, place)). What a body is compared as stays."""
    items: list[tuple[str, Item]] = []
    for piece in left:
        asked, answered = piece.recorded.request.headers, piece.recorded.response
        for side, headers in (("request", asked), ("response", answered.headers if answered else ())):
            named = ((f"{side} {name.lower()}", place) for place, (name, _) in enumerate(headers))
            items += [(name, (piece.number, (side, place))) for name, place in named if name != "request content-type"]
    return sorted(items, key=lambda each: each[0])


def _without_header_fields(piece: Piece, gone: set[Any]) -> Piece:
    recorded, response = piece.recorded, piece.recorded.response
    if response is not None:
        response = replace(response, headers=_left(response.headers, "response", gone))
    request = replace(recorded.request, headers=_left(recorded.request.headers, "request", gone))
    return replace(piece, recorded=replace(recorded, request=request, response=response))


def _left(headers: Headers, side: str, gone: set[Any]) -> Headers:
    return tuple(pair for place, pair in enumerate(headers) if (side, place) not in gone)


def _changes(piece: Piece) -> Iterator[tuple[Any, Any]]:
    """List what was changed of an exchange that stays: what → the new, or nothing."""
    for side, before, after in _header_sides(piece):
        rest = list(after)
        for place, pair in enumerate(before):
            if rest and rest[0] == pair:
                rest.pop(0)
            else:
                yield (side, place), trees.GONE
    if piece.is_plain:
        yield from (((BODY, path), new) for path, new in trees.differences(piece.whole, piece.tree))
    elif piece.recorded.response != piece.first.response and not has_body(piece):
        yield (BODY, None), trees.GONE


def _header_sides(piece: Piece) -> Iterator[tuple[str, Headers, Headers]]:
    before, after = piece.first, piece.recorded
    yield "request", before.request.headers, after.request.headers
    if before.response is not None and after.response is not None:
        yield "response", before.response.headers, after.response.headers


def _rebuilt(piece: Piece, changes: dict[Any, Any]) -> Piece:
    """Make an exchange anew from what it was, with some of its changes only."""
    first = replace(piece, recorded=piece.first)
    if piece.is_plain:
        places = {what[1]: new for what, new in changes.items() if what[0] == BODY}
        first = replace(first, tree=trees.changed(piece.whole, places))
    elif (BODY, None) in changes:
        first = bare(first)
    return _without_header_fields(first, {what for what in changes if what[0] != BODY})


def _name(what: Any) -> str:
    kind, place = what
    return f"{kind} {trees.place_of(place) if isinstance(place, tuple) else place}"
