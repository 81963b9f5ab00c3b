"""Values of one request only (its instant, id, latency) that a template is rendered without, to be filled in later.

A hole may be written, and go through the filters that write instants. Whatever else a template does with one (asks
whether it is true, compares it, joins it to text) would make the rest of the text depend on it: that raises, and the
template is rendered as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, NoReturn

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Around the number of a hole in the text. Noncharacters: no API has a use for them. Source: Unicode, 23.7."""

_MAY_BE_LATER: Final = frozenset({"iso_ms", "iso_s", "epoch_s", "epoch_ms", "plus", "strftime"})
_MAY_BE_ASKED: Final = frozenset({"defined", "undefined", "none"})

Step = tuple[Callable[..., Any], tuple[Any, ...]]


class HoleError(Exception):
    """The text around a hole depends on its value."""


def _refuse(self: object, *args: object) -> NoReturn:  # noqa: ARG001 - stands for any operator
    raise HoleError


@dataclass(frozen=True, slots=True)
class Filling:
    """How a hole is filled: from which value of the request, through which filters."""

    source: str
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Marks:
    """Which holes were written, in order."""

    written: list[Filling] = field(default_factory=list)


class Hole:
    """A value that comes later."""

    __slots__ = ("_filling", "_marks")

    def __init__(self, marks: Marks, filling: Filling) -> None:
        self._marks = marks
        self._filling = filling

    def then(self, step: Callable[..., Any], args: tuple[Any, ...]) -> Hole:
        """Give what a filter makes of it."""
        if any(type(each) is Hole for each in args):
            raise HoleError
        return Hole(self._marks, Filling(self._filling.source, (*self._filling.steps, (step, args))))

    def mark(self) -> str:
        """Write a mark in its place, as a JSON string."""
        self._marks.written.append(self._filling)
        return f'"{OPEN}{len(self._marks.written) - 1}{CLOSE}"'

    __bool__ = __str__ = __repr__ = __format__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __len__ = __iter__ = __contains__ = _refuse


def guarded_filters(filters: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Let filters take holes where they may."""
    return {name: _guarded(name, each) for name, each in filters.items()}


def guarded_tests(tests: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Let nobody ask of holes what depends on their value."""
    return {name: each if name in _MAY_BE_ASKED else _refusing(each, 0) for name, each in tests.items()}


def _guarded(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    if hasattr(inner, "jinja_pass_arg"):
        return _refusing(inner, 1)  # `wraps` keeps what Jinja passes: context or environment
    if name not in _MAY_BE_LATER:
        return _refusing(inner, 0)

    @wraps(inner)
    def later(value: Any, *args: Any, **named: Any) -> Any:
        if type(value) is Hole:
            if named:
                raise HoleError
            return value.then(inner, args)
        return inner(value, *args, **named)

    return later


def _refusing(inner: Callable[..., Any], place: int) -> Callable[..., Any]:
    @wraps(inner)
    def now(*args: Any, **named: Any) -> Any:
        if len(args) > place and type(args[place]) is Hole:
            raise HoleError
        return inner(*args, **named)

    return now
