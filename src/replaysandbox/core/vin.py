"""Vehicle identification numbers: their alphabet and their check digit."""

from __future__ import annotations

from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""No I, O, Q. Source: ISO 3779:2009, 5; 49 CFR 565.13."""

LENGTH: Final = 17
"""Source: ISO 3779:2009, 5. [letters]"""

CHECK_POSITION: Final = 8
"""Where the check digit stands, from 0. Source: 49 CFR 565.15 (c)."""

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}


def check_digit(vin: str) -> str:
    """Compute the check digit of a VIN, whatever stands in its place.

    Source:
        49 CFR 565.15 (c): values of letters, weights by position, the remainder of 11 with X for 10.
    """
    rest = sum(_VALUES[letter] * weight for letter, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def checked(text: str) -> str:
    """Put the check digit into a VIN that lacks it."""
    head, tail = text[:CHECK_POSITION], text[CHECK_POSITION:]
    return head + check_digit(f"{head}0{tail}") + tail
