"""Pseudonyms: what stands in place of a secret. The same for the same value and key, of the same form and type.

Each carries a mark that anybody can check, key or not: its last letters are a digest of the others. So a
pseudonym is known for one, and redacting twice changes nothing. A real value that happens to bear the mark is
left as it is: one in 10^12 among keys of some length, one in 10^(n/2) among numbers of n digits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from replaysandbox.core.vin import CHECK_POSITION, check_digit
from replaysandbox.redact.names import is_neutral
from replaysandbox.redact.shapes import jwt_parts, shape_of

MARK_BITS = 40.0
"""How sure the mark is where a value has room for it. Ours. [bit]"""

_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_PREFIX = re.compile(
    r"(?:(?:amps|sk|pk|rk|test|live|ghp|gho|ghu|ghs|ghr|github|pat|whsec|npm)_|xox[abprs]-|glpat-|AKIA|AIza)+"
)
_EMAIL_DOMAIN = "@example.com"
_TEST_NET = ipaddress.ip_network("198.18.0.0/15")
"""Addresses of nobody. Source: RFC 2544, C.2.2."""
_DOCUMENTATION = ipaddress.ip_network("2001:db8::/32")
_MARK = "sandbox"
_KEPT_CLAIMS = frozenset(("iss", "aud", "typ", "scope", "scp", "azp", "token_use", "zoneinfo", "locale", "amr", "acr"))

Alphabets = Sequence[str]
"""For each position the letters it may become; empty: it is kept."""


def pseudonym(key: bytes, value: str, *, number: bool = False) -> str:
    """Give what stands in place of a value.

    Args:
        key: The project's key.
        value: Any text, decoded. One that is a pseudonym already, of whatever key, is given back.
        number: Whether it is a JSON number: its digits alone are replaced, and it stays one.
    """
    make = _known if len(value) <= _LONGEST_KNOWN else _pseudonym
    return make(key, value, number=number)


def _pseudonym(key: bytes, value: str, *, number: bool) -> str:
    shape = "text" if number else shape_of(value)
    match shape:
        case "jwt":
            return _jwt(key, value)
        case "email":
            return _email(key, value)
        case "ip":
            return _ip(key, value)
        case "date":
            return "1970-01-01" + value[10:]
        case _:
            return _marked(key, value, shape, _alphabets(value, shape, number=number), number=number)


_LONGEST_KNOWN = 1024
"""Pseudonyms of longer values are not remembered: they are few, and would fill the memory. Ours. [letters]"""

_known = lru_cache(maxsize=65536)(_pseudonym)


def _alphabets(value: str, shape: str, *, number: bool) -> Alphabets:
    kept = _kept(value, shape)
    small, large = ("abcdef", "ABCDEF") if shape in ("hex", "uuid") else (_LOWER, _UPPER)
    if shape == "vin":
        large = _VIN_LETTERS
    if number:
        small = large = ""
    found = ["" if position in kept else _alphabet(letter, small, large) for position, letter in enumerate(value)]
    first = next((position for position, letter in enumerate(value) if letter not in "+-"), None)
    if first is not None and found[first] == _DIGITS:
        # a number keeps its count of digits: what began with 0 does, what did not does not
        found[first] = "" if value[first] == "0" else _DIGITS[1:]
    return found


def _kept(value: str, shape: str) -> frozenset[int]:
    if shape == "vin":  # maker, check digit, model year
        return frozenset((0, 1, 2, CHECK_POSITION, 9))
    if shape == "uuid":  # version and variant. Source: RFC 9562, 4
        return frozenset((14, 19))
    prefix = _PREFIX.match(value)
    return frozenset(range(prefix.end())) if prefix and prefix.end() < len(value) else frozenset()


def _alphabet(letter: str, small: str, large: str) -> str:
    if letter in _DIGITS:
        return _DIGITS
    if not letter.isalpha():
        return ""
    return large if letter.isupper() else small


def _marked(key: bytes, value: str, shape: str, alphabets: Alphabets, *, number: bool) -> str:
    places = [position for position, letters in enumerate(alphabets) if letters]
    marks = _mark_places(places, alphabets)
    if not marks or _with_mark(value, shape, marks, alphabets) == value:
        return value
    # A result of another shape would not be known again; and one that is the value itself would hide nothing.
    for attempt in range(64):
        letters = list(value)
        stream = _numbers(key, b"value", value.encode("utf-8", "surrogatepass") + b"\0%d" % attempt)
        for position, drawn in zip(places, stream, strict=False):
            letters[position] = alphabets[position][drawn % len(alphabets[position])]
        made = _with_mark("".join(letters), shape, marks, alphabets)
        if made != value and (number or shape_of(made) == shape):
            return made
    return value


def _mark_places(places: list[int], alphabets: Alphabets) -> list[int]:
    """Choose the last positions that carry the mark: as sure as there is room, half of it at most."""
    bits = [math.log2(len(alphabets[place])) for place in places]
    wanted = min(MARK_BITS, sum(bits) / 2)
    held, chosen = 0.0, []
    for place, each in zip(reversed(places), reversed(bits), strict=True):
        if held >= wanted:
            break
        chosen.append(place)
        held += each
    return chosen


def _with_mark(value: str, shape: str, marks: list[int], alphabets: Alphabets) -> str:
    letters = list(value)
    for position in marks:
        letters[position] = "\0"
    if shape == "vin":
        letters[CHECK_POSITION] = "\0"
    blank = "".join(letters).encode("utf-8", "surrogatepass")
    for position, drawn in zip(marks, _numbers(b"", b"mark", blank), strict=False):
        letters[position] = alphabets[position][drawn % len(alphabets[position])]
    if shape == "vin":
        letters[CHECK_POSITION] = "0"
        letters[CHECK_POSITION] = check_digit("".join(letters))
    return "".join(letters)


class _numbers:  # noqa: N801 - an endless iterator, used like a function
    """Numbers without end from a key and a text: HMAC-SHA-256 in counter mode."""

    def __init__(self, key: bytes, use: bytes, text: bytes) -> None:
        self._seed = hmac.digest(key, use + b"\0" + text, hashlib.sha256)
        self._block, self._left = 0, b""

    def __iter__(self) -> _numbers:
        return self

    def __next__(self) -> int:
        if not self._left:
            self._left = hmac.digest(self._seed, b"%d" % self._block, hashlib.sha256)
            self._block += 1
        number, self._left = int.from_bytes(self._left[:4]), self._left[4:]
        return number


def _text_of(key: bytes, use: bytes, text: str, length: int, letters: str) -> str:
    stream = _numbers(key, use, text.encode("utf-8", "surrogatepass"))
    return "".join(letters[number % len(letters)] for number, _ in zip(stream, range(length), strict=False))


def _email(key: bytes, value: str) -> str:
    """Give an address of nobody: `example.com` is kept free for that. Source: RFC 2606, 3."""
    local, _, domain = value.rpartition("@")
    if "@" + domain == _EMAIL_DOMAIN and len(local) == 14 and local[6:] == _text_of(b"", b"mark", local[:6], 8, _LOWER):
        return value
    first = _text_of(key, b"email", value, 6, _LOWER)
    return first + _text_of(b"", b"mark", first, 8, _LOWER) + _EMAIL_DOMAIN


def _ip(key: bytes, value: str) -> str:
    """Give an address that is nobody's; those of private networks and of this machine tell nothing."""
    address = ipaddress.ip_address(value)
    if address in _TEST_NET or address in _DOCUMENTATION or not address.is_global:
        return value
    number = int.from_bytes(hmac.digest(key, b"ip\0" + address.packed, hashlib.sha256)[:8])
    network = _TEST_NET if address.version == 4 else _DOCUMENTATION
    return str(network[number % network.num_addresses])


def _jwt(key: bytes, value: str) -> str:
    """Write a token anew: header kept, claims redacted, signed with our key (HS256). Source: RFC 7515, 5.1."""
    parts = jwt_parts(value)
    if parts is None or _MARK in parts[0]:
        return value
    head = {**parts[0], "alg": "HS256", _MARK: "redacted"}
    claims = _claims(key, parts[1])
    if claims == parts[1]:
        claims = {**claims, "jti": _text_of(key, b"jti", value, 16, _LOWER)} if isinstance(claims, dict) else claims
    signed = ".".join(base64url(json.dumps(each, separators=(",", ":")).encode()) for each in (head, claims))
    return f"{signed}.{base64url(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def _claims(key: bytes, value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {each: inner if each in _KEPT_CLAIMS else _claims(key, inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [_claims(key, inner, name) for inner in value]
    return pseudonym(key, value) if isinstance(value, str) and not is_neutral(name) else value


def base64url(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
