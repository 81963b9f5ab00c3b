"""Texts that a schema takes: by its pattern, its format, its length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

# The standard library's own parser of regular expressions: not public, so that it is looked up, and may be missing.
_parser: Any = import_module("re._parser")

_FORMATS: Final = {
    "date-time": "2026-06-01T12:00:00Z",
    "date": "2026-06-01",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "email": "someone@home.example",
    "uri": "https://home.example/",
    "url": "https://home.example/",
    "uri-reference": "/here",
    "hostname": "home.example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "YQ==",
    "binary": "a",
}
_LONGEST: Final = 2_000
_MOST_REPEATS: Final = 64


def text_for(schema: Mapping[str, Any]) -> str:
    """Make a text that a schema takes, as far as can be seen from it."""
    pattern = schema.get("pattern")
    known = _FORMATS.get(str(schema.get("format", "")))
    if isinstance(pattern, str) and known is None:
        return fitting(pattern)
    least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", _LONGEST))
    if known is not None:
        return known
    return "text"[:most].ljust(min(least, _LONGEST), "x")


def fitting(pattern: str) -> str:
    """Make a text that fits a regular expression: of each choice the first, of each repeat the fewest.

    Returns:
        The text; `text` where the expression is none that can be read.
    """
    try:
        return _texts(_parser.parse(pattern))[:_LONGEST]
    except (ValueError, RecursionError, OverflowError, KeyError, AttributeError, TypeError):
        return "text"
    except _parser.error:
        return "text"


def _texts(parts: Any) -> str:
    return "".join(_text(str(kind), value) for kind, value in parts)


def _text(kind: str, value: Any) -> str:
    made = _MADE.get(kind)  # anchors, looking around, back references: nothing of their own
    return made(value) if made else ""


def _repeated(value: Any) -> str:
    least: int = value[0]
    return _texts(value[2]) * min(least, _MOST_REPEATS)


_CATEGORIES: Final = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
_TRIED: Final = "aA1 -_.xZ9/:"


def _member(parts: Any) -> str:
    """Choose a letter of a set."""
    (first, value), *_ = parts
    if str(first) == "NEGATE":
        excluded = parts[1:]
        return next((letter for letter in _TRIED if not any(_has(each, letter) for each in excluded)), "é")
    if str(first) == "RANGE":
        low, high = value
        return next((letter for letter in "a1A" if low <= ord(letter) <= high), chr(low))
    return chr(value) if str(first) == "LITERAL" else _CATEGORIES.get(str(value), "a")


def _has(part: Any, letter: str) -> bool:
    kind, value = str(part[0]), part[1]
    if kind == "LITERAL":
        return bool(ord(letter) == value)
    if kind == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    tests = {"CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": str.isalnum}
    test = tests.get(str(value))
    return bool(test and test(letter))


_MADE: Final[Mapping[str, Callable[[Any], str]]] = {
    "LITERAL": chr,
    "NOT_LITERAL": lambda value: "b" if value == ord("a") else "a",
    "ANY": lambda value: "a",
    "IN": _member,
    "BRANCH": lambda value: _texts(value[1][0]),
    "SUBPATTERN": lambda value: _texts(value[3]),
    "ATOMIC_GROUP": _texts,
    "MAX_REPEAT": _repeated,
    "MIN_REPEAT": _repeated,
    "POSSESSIVE_REPEAT": _repeated,
}
