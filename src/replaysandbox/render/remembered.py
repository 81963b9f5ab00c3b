"""Bodies remembered with each request that is asked again and again: the same bytes, only sooner.

What a template says follows from what it is given. So where all it is given equals what it was given before, but for
the values of this one request (its instant, its id, its latency), the text is the same, with those put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from operator import attrgetter
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

import orjson

from replaysandbox.render.environment import as_json
from replaysandbox.render.holes import CLOSE, OPEN, Filling, Hole, HoleError, Marks
from replaysandbox.render.render import FAILURES, RenderError, Templates, render

LONGEST_BODY = 32_000
"""Longest body that is remembered. Ours: a list of 50 devices takes 25 kB. [B]"""

_MARK: Final = re.compile(f'"{OPEN}([0-9]+){CLOSE}"'.encode())
_NOW: Final = "now"

SOURCES: Final = ("at", "id", "latency_ms", "record_of")
"""What is of one request only."""

Source = Callable[[str], Any]
"""One of `SOURCES` → its value."""

Given = Mapping[str, Any]
"""Word → value, as templates see it."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A body with holes.

    Attributes:
        templates: By which it was made; None where it cannot be made with holes by them.
        name: By which of them.
        form: What it was made from, but for the values of one request.
        pieces: Its text, with fillings in their places.
        fillings: Each once.
    """

    templates: Templates
    name: str
    form: list[Any] | None = None
    pieces: tuple[bytes | int, ...] = ()
    fillings: tuple[Filling, ...] = ()


def render_again(
    known: dict[str, Any],
    templates: Templates,
    name: str,
    given: Given,
    always: Callable[[Source], Given],
    source: Source,
) -> bytes:
    """Render a template, or remember how it was.

    Args:
        known: What is remembered of the request.
        templates: Compiled templates of a pack.
        name: Which of them.
        given: What the operation gives; it may hold the request's instant.
        always: Gives all else, made of the values of this request alone.
        source: Gives those.

    Raises:
        RenderError: As `render` does.
    """
    at: datetime = source("at")
    form = [_form(value, at) for value in given.values()]
    found: Remembered | None = known.get("body")
    if found is None or found.templates is not templates or found.name != name:
        found = None
    body = None
    if found is None or found.form is not None:
        try:
            if found is None or found.form != form:
                found = known["body"] = _with_marks(templates, name, form, given, always, at)
            body = _filled(found, source)
        except (HoleError, RenderError, *FAILURES):
            known["body"] = Remembered(templates, name)
    return render(templates, name, {**always(source), **given}) if body is None else body


def _with_marks(
    templates: Templates, name: str, form: list[Any], given: Given, always: Callable[[Source], Given], at: datetime
) -> Remembered:
    marks = Marks()
    holes = {source: Hole(marks, Filling(source)) for source in SOURCES}
    seen = {word: _with_holes(value, at, holes["at"]) for word, value in given.items()}
    text = render(templates, name, {**always(holes.__getitem__), **seen})
    if len(text) > LONGEST_BODY:
        raise HoleError
    return _split(templates, name, form, text, marks.written)


def _filled(found: Remembered, source: Source) -> bytes:
    values = [_bytes(each, source) for each in found.fillings]
    return b"".join([values[piece] if type(piece) is int else piece for piece in found.pieces])  # type: ignore[misc]


def _split(templates: Templates, name: str, form: list[Any], text: bytes, written: list[Filling]) -> Remembered:
    parts = _MARK.split(text)
    numbers = [int(each) for each in parts[1::2]]
    if sorted(numbers) != list(range(len(written))) or any(part.startswith(b":") for part in parts[2::2]):
        raise HoleError  # somebody else's marks, or a hole that names a member
    fillings = tuple(dict.fromkeys(written))
    places = {filling: place for place, filling in enumerate(fillings)}
    pieces: list[bytes | int] = [parts[0]]
    for number, part in zip(numbers, parts[2::2], strict=True):
        pieces += [places[written[number]], part]
    return Remembered(templates, name, form, tuple(pieces), fillings)


def _bytes(filling: Filling, source: Source) -> bytes:
    value = source(filling.source)
    for step, args in filling.steps:
        value = step(value, *args)
    if type(value) is str:
        return orjson.dumps(value)
    if type(value) is int and abs(value) < 2**53:
        return b"%d" % value
    return orjson.dumps(orjson.loads(as_json(value)))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How values of a class are compared: instants may be the request's own, parts may hold such, the rest is equal.

    What may be any JSON is compared as it is written: `1` and `true` are equal in Python.
    """

    rest: Callable[[Any], Any]
    instants: tuple[str, ...]
    parts: tuple[str, ...]
    json: tuple[str, ...]


_PLANS: Final[dict[type, _Plan | None]] = {}


def _plan(kind: type) -> _Plan | None:
    """Plan how to compare values of a class; None for those that are compared as they are."""
    if kind not in _PLANS:
        _PLANS[kind] = _made_plan(kind)
    return _PLANS[kind]


def _made_plan(kind: type) -> _Plan | None:
    if not is_dataclass(kind):
        return None
    try:
        hints = get_type_hints(kind)
    except NameError:  # a name that is imported for the type checker alone
        return None
    names = [each.name for each in fields(kind)]
    instants = tuple(name for name in names if hints[name] is datetime)
    parts = tuple(name for name in names if _holds_instants(hints[name]))
    json = tuple(name for name in names if hints[name] is Any)
    rest = [name for name in names if name not in (*instants, *parts, *json)]
    if not (instants or parts or json) or not rest:
        return None
    return _Plan(attrgetter(*rest), instants, parts, json)


def _holds_instants(hint: Any) -> bool:
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return all(isinstance(each, type) and is_dataclass(each) and _plan(each) is not None for each in kinds)


def _form(value: Any, at: datetime) -> Any:
    """Give what tells two values apart, wherever they name the instant of their request."""
    kind = type(value)
    if kind is list or kind is tuple:
        return [_form(each, at) for each in value]
    plan = _plan(kind)
    if plan is None:
        return value
    told: list[Any] = [kind, plan.rest(value)]
    for name in plan.instants:
        instant = getattr(value, name)
        told.append(_NOW if instant == at else instant)
    told += [_form(getattr(value, name), at) for name in plan.parts]
    told += [repr(getattr(value, name)) for name in plan.json]
    return told


def _with_holes(value: Any, at: datetime, hole: Hole) -> Any:
    """Put a hole wherever a value names the instant of its request."""
    kind = type(value)
    if kind is list or kind is tuple:
        return [_with_holes(each, at, hole) for each in value]
    plan = _plan(kind)
    if plan is None:
        return value
    now = {name: hole for name in plan.instants if getattr(value, name) == at}
    return replace(value, **now, **{name: _with_holes(getattr(value, name), at, hole) for name in plan.parts})
