"""A request's JSON body, read strictly: what two parsers could read differently is refused, with the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LARGEST = 1_000_000
"""Largest body that is read. Ours. [bytes]"""

DEEPEST = 64
"""Deepest nesting that is read. Ours: bodies of device APIs have five levels."""

LONGEST_NUMBER = 100
"""Longest number that is read. Ours: a double has 17 significant digits. [characters]"""


@dataclass(frozen=True, slots=True)
class BadBody:
    """A body that is no JSON we read.

    Attributes:
        reason: What is wrong with it, as a clause: "is not UTF-8".
    """

    reason: str


def read_json(body: bytes) -> Any | BadBody:
    """Read a JSON body.

    Args:
        body: Bytes as sent, content encoding removed.

    Returns:
        The value, or why there is none: wrong encoding, a syntax error, NaN or infinity, a repeated key, a lone
        surrogate, a number or a nesting beyond our bounds.

    Source:
        RFC 8259, sections 4 (repeated keys), 6 (numbers; see `whole_number`), 8.1 (UTF-8), 8.2
        (surrogates), 9 (bounds).
    """
    if len(body) > LARGEST:
        return BadBody(f"is larger than {LARGEST} bytes")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return BadBody(f"is not UTF-8 (byte {error.start})")
    if _depth(text) > DEEPEST:
        return BadBody(f"is nested deeper than {DEEPEST} levels")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return BadBody("holds half of a surrogate pair")
    except json.JSONDecodeError as error:
        return BadBody(f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})")
    except ValueError as error:
        return BadBody(str(error))
    return value


def _depth(text: str) -> int:
    """Count the deepest nesting without reading; brackets inside of strings do not count."""
    deepest = depth = 0
    quoted = escaped = False
    for letter in text:
        if quoted:
            quoted = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    seen: set[str] = set()
    for name, _ in pairs if len(values) != len(pairs) else ():
        if name in seen:
            raise ValueError(f"repeats the key {json.dumps(name[:80])}")
        seen.add(name)
    return values


def _constant(word: str) -> Any:
    raise ValueError(f"holds {word}, which is not JSON")


def _integer(text: str) -> int | float:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"holds a number of more than {LONGEST_NUMBER} digits")
    return whole_number(text)


def whole_number(text: str) -> int | float:
    """Read a whole number; one of more than 64 bits to the digits of a double, as JavaScript has them.

    What keeps, checks and writes JSON has no room for more.
    """
    value = int(text)
    return value if -(2**63) <= value < 2**64 else float(value)


def _float(text: str) -> float:
    value = float(text) if len(text) <= LONGEST_NUMBER else float("inf")
    if value in (float("inf"), float("-inf")):
        raise ValueError("holds a number that is too large")
    return value


def nesting(value: Any, most: int) -> int:
    """Count how deep a parsed value is nested; counting ends past `most`."""
    level, layer = 0, [value]
    while layer and level <= most:
        inner: list[Any] = []
        for each in layer:
            if isinstance(each, dict):
                inner += [part for part in each.values() if isinstance(part, dict | list)]
            elif isinstance(each, list):
                inner += [part for part in each if isinstance(part, dict | list)]
        level += 1
        layer = inner
    return level
