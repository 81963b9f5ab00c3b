"""Parts of a request's body, as a route says where they are. Where no contract has judged it, it may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replaysandbox.operations.call import Refusal


def part_of(body: Any, path: str) -> Any:
    """Take a part of a body by its dotted path; None where it is absent, or no path is given."""
    value = body if path else None
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def quantities_of(value: Any, place: str) -> Mapping[str, Mapping[str, Any]] | Refusal:
    """Read numbers with their units by name: `{"power": {"value": 2, "unit": "kw"}}`.

    Args:
        value: What is to be read.
        place: Where it was, as the refusal says.
    """
    if not isinstance(value, Mapping):
        return Refusal("bad_body", {"reason": f"holds no object{place}"})
    for name, each in value.items():
        number = each.get("value") if isinstance(each, Mapping) else None
        if not is_number(number) or not isinstance(each.get("unit"), str):
            return Refusal("bad_body", {"reason": f"holds no value with a unit for {name}"})
    return value


def is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
