"""Ids that look like an API's own, made from a device's number and read back by arithmetic: there is no table.

A number goes through a keyed permutation (so that neighbours do not look alike) and is written in the style the pack
asks for. The permutation depends on the realm (`amps/battery`), never on the seed: a device keeps its id under every
seed, so that documents and tests can quote it. A few bits must come back as zero, so that a mistyped id is no device.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from replaysandbox.core.noise import GOLDEN, mix, signal

Kind = Literal["base62", "digits", "uuid"]

NUMBER_BITS: Final = 47
"""Bits of the largest number a full-length id can hold."""

_CHECK_BITS: Final = 4
_FULL_BITS: Final = 52
_ROUNDS: Final = 4
_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE62: Final = {letter: value for value, letter in enumerate(_BASE62)}
_UUID_LENGTH: Final = 36


@dataclass(frozen=True, slots=True)
class IdStyle:
    """How one API writes an id.

    Attributes:
        kind: `base62` letters and digits, `digits` a decimal number without leading zero, `uuid` version 4.
        prefix: Text before it, as `device_`.
        length: Letters after the prefix; not used by `uuid`. 9 of base62 or 16 digits hold every number; less holds
            fewer homes.
    """

    kind: Kind = "base62"
    prefix: str = ""
    length: int = 9

    def __post_init__(self) -> None:
        if self.kind != "uuid" and not 4 <= self.length <= 19:
            raise ValueError(f"an id needs 4 to 19 letters after its prefix, not {self.length}")


@dataclass(frozen=True, slots=True)
class _Cipher:
    """The permutation of one realm: a Feistel network over two halves of the same width."""

    half: int
    keys: tuple[int, ...]
    check: int


@lru_cache(maxsize=256)
def _cipher(realm: str, bits: int) -> _Cipher:
    key = signal(realm)
    half = bits // 2
    check = 2 * half - min(NUMBER_BITS, 2 * half - _CHECK_BITS)
    return _Cipher(half, tuple(mix(key, part) | 1 for part in range(_ROUNDS)), check)


@lru_cache(maxsize=64)
def _bits(style: IdStyle) -> int:
    if style.kind == "uuid":
        return _FULL_BITS
    room = 62**style.length if style.kind == "base62" else 9 * 10 ** (style.length - 1)
    return min(_FULL_BITS, room.bit_length() - 1)


def _permute(cipher: _Cipher, value: int) -> int:
    half = cipher.half
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for key in cipher.keys:
        left, right = right, left ^ (((right + GOLDEN) * key >> 31) & mask)
    return left << half | right


def _restore(cipher: _Cipher, value: int) -> int:
    half = cipher.half
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for key in reversed(cipher.keys):
        left, right = right ^ (((left + GOLDEN) * key >> 31) & mask), left
    return left << half | right


def encode(style: IdStyle, realm: str, number: int) -> str:
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
        Ours: a Feistel network of four rounds (H. Feistel, Scientific American 228, 1973) over a multiplicative hash.
        It hides the order of the numbers and is no protection.
    """
    cipher = _cipher(realm, _bits(style))
    if not 0 <= number < 1 << (2 * cipher.half - cipher.check):
        raise ValueError(f"number {number} does not fit an id of {style.length} {style.kind}")
    value = _permute(cipher, number << cipher.check)
    if style.kind == "base62":
        return style.prefix + _base62(value, style.length)
    if style.kind == "digits":
        return f"{style.prefix}{value + 10 ** (style.length - 1)}"
    return style.prefix + _uuid(value, cipher.keys[0])


def decode(style: IdStyle, realm: str, text: str) -> int | None:
    """Read the number back from an id.

    Args:
        style: How the API writes its ids.
        realm: What the id names.
        text: Whatever a client sent.

    Returns:
        The number, or None where `encode` never writes this text.
    """
    value = _value(style, realm, text)
    if value is None:
        return None
    cipher = _cipher(realm, _bits(style))
    if value >> (2 * cipher.half):
        return None
    number = _restore(cipher, value)
    return None if number & ((1 << cipher.check) - 1) else number >> cipher.check


def _value(style: IdStyle, realm: str, text: str) -> int | None:
    if not text.startswith(style.prefix) or not text.isascii():
        return None
    body = text[len(style.prefix) :]
    if style.kind == "uuid":
        return _from_uuid(body, _cipher(realm, _FULL_BITS).keys[0])
    if len(body) != style.length:
        return None
    if style.kind == "digits":
        first = 10 ** (style.length - 1)
        return int(body) - first if body.isdigit() and body[0] != "0" else None
    return _from_base62(body)


def _base62(value: int, length: int) -> str:
    letters = [""] * length
    for place in range(length - 1, -1, -1):
        value, rest = divmod(value, 62)
        letters[place] = _BASE62[rest]
    return "".join(letters)


def _from_base62(body: str) -> int | None:
    value = 0
    for letter in body:
        digit = _VALUE62.get(letter)
        if digit is None:
            return None
        value = value * 62 + digit
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
