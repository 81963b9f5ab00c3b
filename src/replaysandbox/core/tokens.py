"""Access tokens, refresh tokens and authorization codes that carry their own instant: there is no table of them.

A token is 128 bits as letters and digits: the instant it was issued, whom it was issued to, and a check of both. It
hides nothing and protects nothing, for a sandbox has nothing to protect; it only tells ours from any other text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from replaysandbox.core.noise import mix, signal

TokenKind = Literal["access", "refresh", "code"]

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 22
_TIME_BITS: Final = 48
_HOLDER_BITS: Final = 32
_CHECK_BITS: Final = 48
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OAuth:
    """How long what an API issues is good for, and how it begins.

    Attributes:
        access_s: Life of an access token. [s]
        refresh_s: Life of a refresh token; 0 where the API gives none. [s]
        code_s: Life of an authorization code. [s]
        prefix: Text before an access token.
        clients: `optional` where users may get tokens without saying which client they use.
        rotates: Whether a refresh token is good once.
    """

    access_s: int = 3600
    refresh_s: int = 0
    code_s: int = 600
    prefix: str = ""
    clients: Literal["required", "optional"] = "required"
    rotates: bool = False


def issue(pack: str, kind: TokenKind, at: datetime, holder: int) -> str:
    """Write a token.

    Args:
        pack: API that issues it.
        kind: What it is good for.
        at: Instant of issue, of any that a clock shows; parts of a millisecond are dropped.
        holder: Number of whom it is for; its low 32 bits are kept.
    """
    issued_ms = (at - _EPOCH) // timedelta(milliseconds=1) & (1 << _TIME_BITS) - 1
    holder &= (1 << _HOLDER_BITS) - 1
    value = (issued_ms << _HOLDER_BITS | holder) << _CHECK_BITS | _check(pack, kind, issued_ms, holder)
    letters = []
    for _ in range(_LENGTH):
        value, rest = divmod(value, 62)
        letters.append(_LETTERS[rest])
    return "".join(reversed(letters))


def issued_at(pack: str, kind: TokenKind, text: str) -> datetime | None:
    """Read the instant of issue back from a token; None where `issue` never writes this text for this kind."""
    found = _read(pack, kind, text)
    return found and found[0]


def holder_of(pack: str, kind: TokenKind, text: str) -> int | None:
    """Read back from a token the number of whom it is for; None where `issue` never writes this text for this kind."""
    found = _read(pack, kind, text)
    return found and found[1]


def _read(pack: str, kind: TokenKind, text: str) -> tuple[datetime, int] | None:
    if len(text) != _LENGTH or not (text.isascii() and text.isalnum()):
        return None
    value = 0
    for letter in text:
        value = value * 62 + _LETTERS.index(letter)
    head, check = value >> _CHECK_BITS, value & (1 << _CHECK_BITS) - 1
    issued_ms, holder = head >> _HOLDER_BITS, head & (1 << _HOLDER_BITS) - 1
    if issued_ms >> _TIME_BITS or check != _check(pack, kind, issued_ms, holder):
        return None
    return _EPOCH + timedelta(milliseconds=issued_ms), holder


def _check(pack: str, kind: TokenKind, issued_ms: int, holder: int) -> int:
    return mix(signal(f"{pack}/{kind} token"), issued_ms, holder) & (1 << _CHECK_BITS) - 1


def holder_number(seed: int, *words: str) -> int:
    """Tell the number of whom a token is for: session, client, user."""
    number = seed
    for word in words:
        number = mix(number, signal(word))
    return number
