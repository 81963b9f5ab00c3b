"""Bodies that keep their schema: made, held to it, and made again more plainly where they broke it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema.exceptions import ValidationError, best_match

from replaysandbox.check import Checker, make_checker
from replaysandbox.contract.dialect import seen_from
from replaysandbox.contract.validators import errors, holds
from replaysandbox.core.contract import Contract
from replaysandbox.core.json_body import nesting
from replaysandbox.scaffold.making import Filler, Maker
from replaysandbox.scaffold.tree import filled, turns_of

ROUNDS: Final = 6
"""Times a body is made again more plainly. Ours."""

TURNS: Final = 6
"""Alternatives that are tried of each choice. Ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body is made for.

    Attributes:
        place: JSON pointer of its schema.
        hint: An example of it, or None.
        filler: Fills properties from what is known beside the schema.
        loop: Whether its first list of objects is one of devices.
    """

    place: str
    hint: Any = None
    filler: Filler | None = None
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A body that keeps its schema, and whether it is a list of devices."""

    tree: Any
    looped: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """A contract as answers are held to it: its checker, and its document as it is seen in answers."""

    checker: Checker
    document: Mapping[str, Any]


def promise_of(contract: Contract) -> Promise:
    """Make a contract ready."""
    return Promise(make_checker(contract), seen_from(contract.document, "response"))


def make_body(promise: Promise, wanted: Wanted) -> Made | None:
    """Make a body.

    Returns:
        The body; None where none was found that keeps the schema.
    """
    for turn in range(TURNS):
        plain: dict[tuple[str, ...], int] = {}
        for number in range(ROUNDS):
            if number == ROUNDS - 1:
                plain = {(): 2}
            maker = Maker(promise.document, wanted.filler, wanted.loop, turn, plain)
            tree = maker.make(wanted.place, wanted.hint)
            broken = list(_broken(promise.checker, wanted.place, tree))
            if not broken:
                return Made(tree, maker.looped)
            for way in broken:
                _plainer(plain, way)
    return None


def _plainer(plain: dict[tuple[str, ...], int], way: tuple[str, ...]) -> None:
    """Ask for more plainness at a place; where it is as plain as can be, in what is around it."""
    while way and plain.get(way, 0) >= 2:
        way = way[:-1]
    plain[way] = plain.get(way, 0) + 1


def _broken(checker: Checker, place: str, tree: Any) -> Iterator[tuple[str, ...]]:
    """List the places at which a body breaks its schema, over all that its holes may say."""
    found: dict[tuple[str, ...], None] = {}
    for turn in range(turns_of(tree)):
        value = filled(tree, turn)
        if nesting(value, checker.contract.deepest) > checker.contract.deepest:
            found[()] = None
        elif not holds(checker.responses, place, value):
            for error in errors(checker.responses, place, value)[:20]:
                found[_place(error)] = None
            if not found:
                found[()] = None
    yield from found


def _place(error: ValidationError) -> tuple[str, ...]:
    told = (best_match(error.context) if error.context else None) or error
    return tuple("*" if isinstance(part, int) else str(part) for part in told.absolute_path)
