"""Ids that look like an API's own, made from a device's number and read back by arithmetic: there is no table.

A number goes through a keyed permutation (so that neighbours do not look alike) and is written in the style the pack
asks for. The permutation depends on the realm (`amps/battery`), never on the seed: a device keeps its id under every
seed, so that documents and tests can quote it. A few bits must come back as zero, so that a mistyped id is no device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from replaysandbox.core import vin
from replaysandbox.core.id_patterns import read_text, shape_of, write_text
from replaysandbox.core.noise import mix
from replaysandbox.core.permutation import Cipher, cipher, permute, restore

Kind = Literal["base62", "digits", "hex", "uuid", "vin", "pattern"]

UNMEASURED: Final = ("uuid", "vin", "pattern")
"""Kinds that have no length of their own."""

NUMBER_BITS: Final = 47
"""Bits of the largest number a full-length id can hold."""

_CHECK_BITS: Final = 4
LENGTHS: Final = range(4, 20)
"""How many letters there may be after the prefix."""

_FULL_BITS: Final = 52
_HEX: Final = "0123456789ABCDEF"
_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS: Final = {"base62": _BASE62, "hex": _HEX, "vin": vin.LETTERS}
_RANGES: Final = {"base62": "0-9A-Za-z", "hex": "0-9A-F"}
_VALUES: Final = {kind: {letter: value for value, letter in enumerate(text)} for kind, text in _LETTERS.items()}
_PAIRS: Final = tuple(first + second for first in _BASE62 for second in _BASE62)
_UUID_LENGTH: Final = 36


@dataclass(frozen=True, slots=True)
class IdStyle:
    """How one API writes an id.

    Attributes:
        kind: `base62` letters and digits, `digits` a decimal number without leading zero, `hex` digits and capitals
            to F, `uuid` version 4, `vin` a vehicle identification number with its check digit, `pattern` see there.
        prefix: Text before it, as `device_`; of a VIN its first letters, at most 5.
        length: Letters after the prefix; not used by `uuid` and `vin`. 9 of base62, 16 digits or 13 of hex hold every
            number; `least_length` tells how many a smaller range needs.
        pattern: The whole id, as core/id_patterns.py reads it; with kind `pattern` alone.
    """

    kind: Kind = "base62"
    prefix: str = ""
    length: int = 9
    pattern: str = ""

    def __post_init__(self) -> None:
        if self.kind not in UNMEASURED and self.length not in LENGTHS:
            raise ValueError(f"an id needs {LENGTHS[0]} to {LENGTHS[-1]} letters after its prefix, not {self.length}")


@lru_cache(maxsize=1024)
def _cipher(kind: Kind, length: int, realm: str) -> tuple[Cipher, int]:
    """Make the permutation of a realm, and tell how many low bits must come back as zero."""
    half = _bits(kind, length) // 2
    return cipher(realm, half), 2 * half - min(NUMBER_BITS, 2 * half - _CHECK_BITS)


def _bits(kind: Kind, length: int) -> int:
    if kind in ("uuid", "vin"):
        return _FULL_BITS
    room: int = 9 * 10 ** (length - 1) if kind == "digits" else len(_LETTERS[kind]) ** length
    return min(_FULL_BITS, room.bit_length() - 1)


def least_length(kind: Kind, bits: int) -> int:
    """Tell how many letters after its prefix an id needs to hold every number of so many bits.

    Args:
        kind: How it is written; `uuid` and `vin` hold every number whatever their length, for them it is the least.
        bits: Up to `NUMBER_BITS`.
    """
    return next(length for length in LENGTHS if _held(kind, length) >= bits)


@lru_cache(maxsize=1024)
def numbers(style: IdStyle) -> int:
    """Tell how many numbers ids of a style hold: those below this one."""
    return shape_of(style.pattern).numbers if style.kind == "pattern" else 1 << _held(style.kind, style.length)


def as_pattern(kind: Kind, prefix: str, length: int) -> str:
    """Write a style of letters as a pattern, for one so short that each of its texts is needed."""
    before = re.sub(r"([^A-Za-z0-9_-])", r"\\\1", prefix)
    return f"{before}[1-9][0-9]{{{length - 1}}}" if kind == "digits" else f"{before}[{_RANGES[kind]}]{{{length}}}"


def _held(kind: Kind, length: int) -> int:
    """Tell how many bits a number may have."""
    made, check = _cipher(kind, length, "")
    return 2 * made.half - check


def write_id(style: IdStyle, realm: str, number: int) -> str:
    """Write a number as an id.

    Args:
        style: How the API writes its ids.
        realm: What the id names, as `amps/battery`; two realms give two ids for one number.
        number: From 0; the largest depends on the style's length.

    Returns:
        The id, always the same for the same three arguments.

    Raises:
        ValueError: The number does not fit the style's length.

    Source:
        Ours: see core/permutation.py.
    """
    if not 0 <= number < numbers(style):
        raise ValueError(
            f"{number} does not fit an id ({_size(style)}), which holds the numbers from 0 to {numbers(style) - 1}"
        )
    if style.kind == "pattern":
        return write_text(style.pattern, realm, number)
    made, check = _cipher(style.kind, style.length, realm)
    value = permute(made, number << check)
    if style.kind == "base62":
        return style.prefix + _base62(value, style.length)
    if style.kind == "digits":
        return f"{style.prefix}{value + 10 ** (style.length - 1)}"
    if style.kind == "hex":
        return style.prefix + _lettered(value, _HEX, style.length)
    if style.kind == "vin":
        return vin.checked(style.prefix + _lettered(value, vin.LETTERS, vin.LENGTH - 1 - len(style.prefix)))
    return style.prefix + _uuid(value, made.keys[0])


def _size(style: IdStyle) -> str:
    if style.kind == "pattern":
        return style.pattern
    return style.kind if style.kind in ("uuid", "vin") else f"{style.length} {style.kind} after its prefix"


encode = lru_cache(maxsize=4096)(write_id)
"""The same for ids that are asked for again and again; of a million homes only the last few are kept."""


def decode(style: IdStyle, realm: str, text: str) -> int | None:
    """Read the number back from an id.

    Args:
        style: How the API writes its ids.
        realm: What the id names.
        text: Whatever a client sent.

    Returns:
        The number, or None where `encode` never writes this text.
    """
    if style.kind == "pattern":
        return read_text(style.pattern, realm, text)
    # no id is longer: what a client sends in its place is not remembered
    return _decoded(style, realm, text) if len(text) <= len(style.prefix) + _UUID_LENGTH else None


@lru_cache(maxsize=4096)
def _decoded(style: IdStyle, realm: str, text: str) -> int | None:
    value = _value(style, realm, text)
    if value is None:
        return None
    made, check = _cipher(style.kind, style.length, realm)
    if value >> (2 * made.half):
        return None
    number = restore(made, value)
    return None if number & ((1 << check) - 1) else number >> check


def _value(style: IdStyle, realm: str, text: str) -> int | None:
    if not text.startswith(style.prefix) or not text.isascii():
        return None
    body = text[len(style.prefix) :]
    if style.kind == "uuid":
        return _from_uuid(body, _cipher(style.kind, style.length, realm)[0].keys[0])
    if style.kind == "vin":
        return _from_vin(text, len(style.prefix))
    if len(body) != style.length:
        return None
    if style.kind == "digits":
        first = 10 ** (style.length - 1)
        return int(body) - first if body.isdigit() and body[0] != "0" else None
    return _from_letters(body, style.kind)


def _from_vin(text: str, prefix: int) -> int | None:
    bare = text[: vin.CHECK_POSITION] + text[vin.CHECK_POSITION + 1 :]
    value = _from_letters(bare[prefix:], "vin") if len(text) == vin.LENGTH else None
    return value if value is not None and vin.checked(bare) == text else None


def _lettered(value: int, letters: str, length: int) -> str:
    text = ""
    for _ in range(length):
        value, rest = divmod(value, len(letters))
        text = letters[rest] + text
    return text


def _base62(value: int, length: int) -> str:
    pairs = []
    for _ in range(0, length - 1, 2):
        value, rest = divmod(value, 3844)
        pairs.append(_PAIRS[rest])
    text = "".join(reversed(pairs))
    return _BASE62[value] + text if length % 2 else text


def _from_letters(body: str, kind: Kind) -> int | None:
    letters = _VALUES[kind]
    value = 0
    for letter in body:
        digit = letters.get(letter)
        if digit is None:
            return None
        value = value * len(letters) + digit
    return value


def _uuid(value: int, key: int) -> str:
    """Spread 52 bits over a version-4 uuid; the other 70 free bits are a check of them."""
    check = mix(key, value)
    tail = mix(check, value) & 0x3F
    head = f"{value >> 20:08x}"
    middle = f"{check >> 48:04x}"
    third = f"{value >> 8 & 0xFFF:03x}"
    fourth = f"{0x80 | tail:02x}{value & 0xFF:02x}"
    return f"{head}-{middle}-4{third}-{fourth}-{check & 0xFFFFFFFFFFFF:012x}"


def _from_uuid(body: str, key: int) -> int | None:
    if len(body) != _UUID_LENGTH:
        return None
    try:
        value = int(body[0:8], 16) << 20 | int(body[15:18], 16) << 8 | int(body[21:23], 16)
    except ValueError:
        return None
    return value if value >= 0 and _uuid(value, key) == body else None
