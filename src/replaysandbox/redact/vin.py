"""What is a vehicle identification number among other texts."""

from __future__ import annotations

import re

from replaysandbox.core.vin import CHECK_POSITION, LENGTH, LETTERS, check_digit

VIN = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")
"""Seventeen characters of its alphabet."""


def looks_like_vin(text: str) -> bool:
    """Tell whether a text can be a VIN at all: letters and digits of its alphabet, at least four digits."""
    digits = sum(letter.isdigit() for letter in text)
    return VIN.fullmatch(text) is not None and 4 <= digits < len(text)


def is_vin(text: str) -> bool:
    """Tell whether a text is a VIN beyond doubt: its check digit is right."""
    return looks_like_vin(text) and check_digit(text) == text[CHECK_POSITION]
