"""JSON for people's eyes: short things on one line. Pure."""

from __future__ import annotations

import json
from typing import Any


def laid_out(value: Any, width: int = 100) -> list[str]:
    """Lay a JSON value out over lines: what fits on one stands on one.

    Args:
        value: The value.
        width: Columns a line may take.
    """
    return _lines("", value, width)


def _lines(head: str, value: Any, width: int) -> list[str]:
    whole = head + json.dumps(value, ensure_ascii=False)
    if len(whole) <= width or not isinstance(value, dict | list) or not value:
        return [whole]
    if isinstance(value, dict):
        opening, closing = "{", "}"
        parts = [(f"{json.dumps(key, ensure_ascii=False)}: ", inner) for key, inner in value.items()]
    else:
        opening, closing = "[", "]"
        parts = [("", inner) for inner in value]
    lines = [head + opening]
    for position, (inner_head, inner) in enumerate(parts, start=1):
        lines += [f"  {line}" for line in _lines(inner_head, inner, width - 3)]
        lines[-1] += "," if position < len(parts) else ""
    return [*lines, closing]
