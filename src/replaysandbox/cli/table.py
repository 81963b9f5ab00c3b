"""Rows as aligned lines. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Align rows under their headers: numbers to the right, all else to the left.

    Args:
        headers: One per column.
        rows: Cells as values; None shows as `–`.

    Returns:
        Lines without trailing blanks, the headers first.
    """
    cells = [[_text(value) for value in row] for row in rows]
    columns = range(len(headers))
    widths = [max(_width(line[column]) for line in [list(headers), *cells]) for column in columns]
    right = [bool(rows) and all(_is_number(row[column]) for row in rows) for column in columns]
    lines = [list(headers), *cells]
    return ["  ".join(_padded(line[c], widths[c], right[c]) for c in columns).rstrip() for line in lines]


def _text(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    """Count terminal cells: East Asian wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
