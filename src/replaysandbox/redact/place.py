"""Coordinates made coarse: all homes of one cell of a fixed grid and one time zone are given the same place in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from replaysandbox.redact.names import words_of

Axis = Literal["latitude", "longitude"]

CELL_DEG = Decimal("0.03")
"""Width of a cell. Ours: a degree of latitude is 111 km, so that no place moves by more than 4.8 km. [°]"""

CANDIDATES = 256
"""Places of a cell that are tried for one in the right time zone. Ours."""

NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,20})?")
PAIR = re.compile(r"([+-]?\d{1,3}\.\d{2,20})(\s*[,;]\s*|%2[Cc]|\s+)([+-]?\d{1,3}\.\d{2,20})")


_LATITUDE = frozenset({"latitude", "lat"})
_LONGITUDE = frozenset({"longitude", "lng", "lon", "long"})


def is_fine(text: str) -> bool:
    """Tell whether a text is a number in degrees, fine enough to find a house: two decimals or more."""
    return NUMBER.fullmatch(text) is not None and len(text.partition(".")[2]) >= 2


def moved(text: str) -> str:
    """Move a latitude or a longitude of which nobody knows the other; a coarse one is left as it is.

    The place within a cell is a digest of the cell: the same for all, so that moving twice changes nothing and
    nobody can tell who lives where in it. Its digits are as many as before.

    Args:
        text: A number in degrees, as written.
    """
    if not is_fine(text):
        return text
    cell = _cell(text)
    return _within(text, cell, b"place\0%d" % cell)


def moved_together(latitude: str, longitude: str) -> tuple[str, str]:
    """Move a place by less than a cell, within its time zone; one that is coarse is left as it is.

    Moving twice changes nothing: a place stays in its cell and zone, and of all places of that cell the first in that
    zone is taken. Where none of those tried lies in it (a sliver of a zone), the first is taken.

    Args:
        latitude: In degrees, as written.
        longitude: In degrees, as written.
    """
    alone = moved(latitude), moved(longitude)
    if not (is_fine(latitude) and is_fine(longitude)) or abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return alone
    zone = _zone(latitude, longitude)
    return next((each for each in _candidates(latitude, longitude, alone) if _zone(*each) == zone), alone)


def _candidates(latitude: str, longitude: str, first: tuple[str, str]) -> Iterator[tuple[str, str]]:
    yield first
    cells = _cell(latitude), _cell(longitude)
    for count in range(1, CANDIDATES):
        digest = b"place\0%d\0%d\0%d" % (*cells, count)
        yield _within(latitude, cells[0], digest + b"\0n", most=90), _within(longitude, cells[1], digest + b"\0e")


def _cell(text: str) -> int:
    return int((Decimal(text) / CELL_DEG).to_integral_value(ROUND_FLOOR))


def _within(text: str, cell: int, digest: bytes, most: int = 180) -> str:
    share = Decimal(int.from_bytes(hashlib.sha256(digest).digest()[:6])) / Decimal(2**48)
    unit = Decimal(1).scaleb(-len(text.partition(".")[2]))
    made = min((cell + share) * CELL_DEG, Decimal(most)).quantize(unit, ROUND_FLOOR)
    sign = "+" if text.startswith("+") and made >= 0 else ""
    return f"{sign}{made:f}"


def _zone(latitude: str, longitude: str) -> str:
    # Its map of the world takes 0.4 s to unpack: only once there is a place to move.
    from tzfpy import get_tz  # noqa: PLC0415

    return str(get_tz(float(longitude), float(latitude)))


def moved_pair(text: str) -> str:
    """Move each pair of coordinates in a text, as in `?ll=52.5200,13.4050`; latitude first, unless it cannot be."""
    return PAIR.sub(_moved_match, text)


def _moved_match(match: re.Match[str]) -> str:
    first, second = in_order(match[1], match[3], latitude_first=True)
    return first + match[2] + second


def in_order(first: str, second: str, *, latitude_first: bool) -> tuple[str, str]:
    """Move two numbers that stand side by side.

    Args:
        first: The first, in degrees.
        second: The second.
        latitude_first: Whether the first is the latitude; one beyond 90° is none all the same.
    """
    beyond = [abs(float(each)) > 90 for each in (first, second)]
    if latitude_first if beyond[0] == beyond[1] else beyond[1]:
        return moved_together(first, second)
    latitude, longitude = moved_together(second, first)
    return longitude, latitude


def axis_of(name: str) -> tuple[tuple[str, ...], Axis] | None:
    """Tell of what place a name is which coordinate: `startLat` is the latitude of `start`; None for neither."""
    words = words_of(name)
    axes: tuple[tuple[frozenset[str], Axis], ...] = ((_LATITUDE, "latitude"), (_LONGITUDE, "longitude"))
    for known, axis in axes:
        rest = tuple(word for word in words if word not in known)
        if len(rest) == len(words) - 1:
            return rest, axis
    return None
