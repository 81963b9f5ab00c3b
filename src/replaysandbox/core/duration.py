"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WHOLE = re.compile(r"([-+]?)((?:[0-9]{1,6}(?:\.[0-9]{1,6})?[dhms])+)")
_PART = re.compile(r"([0-9.]+)([dhms])")


def parse_duration(text: str) -> timedelta:
    """Parse `6h`, `90m`, `1h30m`, `2d`, `45s`, with an optional sign before all of it.

    Raises:
        ValueError: It is none of these.
    """
    found = _WHOLE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"'{text[:60]}' is not a length of time such as 6h, 90m or 1h30m")
    pairs = _PART.findall(found[2])
    parts = {_UNITS[unit]: float(number) for number, unit in pairs}
    if len(parts) != len(pairs):
        raise ValueError(f"'{text[:60]}' names a unit twice")
    length = timedelta(**parts)
    return -length if found[1] == "-" else length
