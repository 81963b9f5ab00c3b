"""Rows as aligned lines. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

_NARROWEST = 16
"""Columns that a cell is left at least where it goes on over several lines. Ours."""


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None) -> list[str]:
    """Align rows under their headers: numbers to the right, all else to the left.

    Args:
        headers: One per column.
        rows: Cells as values; None shows as `–`.
        width: Columns there are: the widest cells go on over several lines then. None for any number.

    Returns:
        Lines without trailing blanks, the headers first.
    """
    cells = [list(headers), *([_text(value) for value in row] for row in rows)]
    columns = range(len(headers))
    widths = _fitted([max(_width(line[column]) for line in cells) for column in columns], width)
    right = [bool(rows) and all(_is_number(row[column]) for row in rows) for column in columns]
    lines = [line for row in cells for line in zip_longest(*map(_wrapped, row, widths), fillvalue="")]
    return ["  ".join(_padded(line[c], widths[c], right[c]) for c in columns).rstrip() for line in lines]


def _fitted(widths: list[int], width: int | None) -> list[int]:
    """Take from the widest column what is too much for a line."""
    widest = widths.index(max(widths))
    over = 0 if width is None else sum(widths) + 2 * (len(widths) - 1) - width
    if over > 0:
        widths[widest] = min(widths[widest], max(_NARROWEST, widths[widest] - over))
    return widths


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) if _width(text) > width else [text]


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
