"""Ids by a pattern, as `EH[0-9]{6}`: which texts there are, and which of them a number is.

The pattern says how many texts there are, and so how many numbers the ids hold: all of them are used, through a
permutation of exactly as many. Where there are far more texts than we have numbers, the rest of the text is a check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Final

from replaysandbox.core.noise import mix, signal
from replaysandbox.core.permutation import permute_below, restore_below

LONGEST: Final = 64
"""Most characters of an id. Ours."""

_MOST: Final = 1 << 52
_PIECE: Final = re.compile(r"(?:\[([^\[\]^\\]+)\]|(\\d)|\\([^A-Za-z0-9])|([^\[\]\\(){}.*+?^$|]))(?:\{(\d{1,3})\})?")
_SPAN: Final = re.compile(r"(.)-(.)|(.)", re.DOTALL)
_UNFIT: Final = frozenset('/?#%\\" <>')
"""Characters that no path of a URL holds as they are. Source: RFC 3986, 3.3."""

_DIGITS: Final = "0123456789"


@dataclass(frozen=True, slots=True)
class Shape:
    """The texts of a pattern.

    Attributes:
        places: For each place of the text, the characters that may stand there, in order.
        texts: How many texts there are.
    """

    places: tuple[str, ...]
    texts: int

    @property
    def numbers(self) -> int:
        """How many numbers the ids hold."""
        return min(self.texts, _MOST)


@lru_cache(maxsize=256)
def shape_of(pattern: str) -> Shape:
    r"""Read a pattern: characters, sets of them (`[0-9a-f]`, `\d`) and counts (`{6}`).

    Args:
        pattern: As in a contract; `^` before it and `$` after it mean nothing more.

    Raises:
        ValueError: It says what no id of ours is, as `+`; or its texts are longer than `LONGEST`.
    """
    text = pattern.removeprefix("^").removesuffix("$")
    places: list[str] = []
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise ValueError(f"'{text[position]}' at character {position + 1} is no character, [set] or {{count}}")
        places += [_letters(piece)] * int(piece[5] or 1)
        position = piece.end()
    if not 1 <= len(places) <= LONGEST:
        raise ValueError(f"an id has 1 to {LONGEST} characters, not {len(places)}")
    return Shape(tuple(places), prod(len(each) for each in places))


def _letters(piece: re.Match[str]) -> str:
    letters = _DIGITS if piece[2] else _listed(piece[1]) if piece[1] else piece[3] or piece[4]
    unfit = [each for each in letters if each in _UNFIT or not "!" <= each <= "~"]
    if unfit:
        raise ValueError(f"'{unfit[0]}' cannot be in an id: it stands in the path of URLs")
    return letters


def _listed(inside: str) -> str:
    """Spell out a set: `0-9a-f` → all sixteen, in order and each once."""
    found: dict[str, None] = {}
    for span in _SPAN.finditer(inside):
        first, last = (span[1], span[2]) if span[1] else (span[3], span[3])
        if first > last:
            raise ValueError(f"the set [{inside}] runs from '{first}' back to '{last}'")
        found |= dict.fromkeys(chr(code) for code in range(ord(first), ord(last) + 1))
    return "".join(found)


def write_text(pattern: str, realm: str, number: int) -> str:
    """Write a number as a text of the pattern.

    Args:
        pattern: As `shape_of` reads it.
        realm: What the id names; two realms give two texts for one number.
        number: From 0, below the shape's `numbers`.
    """
    shape = shape_of(pattern)
    value = permute_below(shape.numbers, realm, number)
    value += shape.numbers * _check(shape, realm, value)
    letters = []
    for place in reversed(shape.places):
        value, rest = divmod(value, len(place))
        letters.append(place[rest])
    return "".join(reversed(letters))


def read_text(pattern: str, realm: str, text: str) -> int | None:
    """Read the number back from a text; None where `write_text` never writes it."""
    shape = shape_of(pattern)
    if len(text) != len(shape.places):
        return None
    value = 0
    for place, letter in zip(shape.places, text, strict=True):
        digit = place.find(letter)
        if digit < 0:
            return None
        value = value * len(place) + digit
    check, value = divmod(value, shape.numbers)
    return restore_below(shape.numbers, realm, value) if check == _check(shape, realm, value) else None


def _check(shape: Shape, realm: str, value: int) -> int:
    """Tell what stands in the places that the number does not need."""
    room, check = shape.texts // shape.numbers, 0
    for part in range(-(-room.bit_length() // 64)):
        check = check << 64 | mix(signal(realm), value, part)
    return check % room
