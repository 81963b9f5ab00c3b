"""Coordinates made coarse: all homes of one cell of a fixed grid are given the same place in it."""

from __future__ import annotations

import hashlib
import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation

CELL_DEG = Decimal("0.03")
"""Width of a cell. Ours: a degree of latitude is 111 km, so that no place moves by more than 4.8 km. [°]"""

NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,20})?")
PAIR = re.compile(r"([+-]?\d{1,3}\.\d{2,20})(\s*[,;]\s*|%2[Cc]|\s+)([+-]?\d{1,3}\.\d{2,20})")


def moved(text: str) -> str:
    """Move a latitude or a longitude by less than a cell; with fewer than two decimals it is left as it is.

    The place within a cell is a digest of the cell: the same for all, so that moving twice changes nothing and
    nobody can tell who lives where in it. Its digits are as many as before.

    Args:
        text: A number in degrees, as written.
    """
    decimals = len(text.partition(".")[2])
    if not NUMBER.fullmatch(text) or decimals < 2:
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    cell = int((value / CELL_DEG).to_integral_value(ROUND_FLOOR))
    share = Decimal(int.from_bytes(hashlib.sha256(b"place\0%d" % cell).digest()[:6])) / Decimal(2**48)
    unit = Decimal(1).scaleb(-decimals)
    made = ((cell + share) * CELL_DEG).quantize(unit, ROUND_FLOOR)
    sign = "+" if text.startswith("+") and made >= 0 else ""
    return f"{sign}{made:f}"


def moved_pair(text: str) -> str:
    """Move each pair of coordinates in a text, as in `?ll=52.5200,13.4050`."""
    return PAIR.sub(lambda match: moved(match[1]) + match[2] + moved(match[3]), text)
