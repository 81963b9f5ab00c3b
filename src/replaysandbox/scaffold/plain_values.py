"""Plain values that a schema takes: its examples, and the least of texts and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replaysandbox.contract.texts import text_for


def given_for(schema: Mapping[str, Any], hint: Any, *, plain: bool) -> Any:
    """Find an example: the schema's own, or what an example of the whole holds here; None where it is made plainly."""
    if plain:
        return None
    for word in ("example", "default"):
        if schema.get(word) is not None:
            return schema[word]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    return hint


def kind_of(schema: Mapping[str, Any]) -> str:
    """Tell the type of a schema, null aside; empty where it says none."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return str(next((each for each in kinds if each != "null"), "null"))
    if isinstance(kinds, str):
        return kinds
    if "properties" in schema or "required" in schema or isinstance(schema.get("additionalProperties"), Mapping):
        return "object"
    return "array" if "items" in schema else ""


def is_kind(value: Any, kind: str) -> bool:
    """Tell whether a value is of a plain type."""
    if isinstance(value, bool):
        return kind == "boolean"
    kinds = {"string": str, "integer": int, "number": int | float}
    return kind in kinds and isinstance(value, kinds[kind])


def scalar(schema: Mapping[str, Any], kind: str) -> Any:
    """Make a text, number or truth value that a schema takes, as far as can be seen from it."""
    if kind == "string":
        return text_for(schema)
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    return {"boolean": False}.get(kind)


def _number(schema: Mapping[str, Any], *, whole: bool) -> float | int:
    step = schema.get("multipleOf", 1 if whole else 0)
    least = schema.get("minimum", 0)
    if "exclusiveMinimum" in schema:
        least = max(schema["exclusiveMinimum"] + (step or 0.5), least)
    most = schema.get("maximum", schema.get("exclusiveMaximum", 1) - (0 if "maximum" in schema else 1))
    value = least if "minimum" in schema or "exclusiveMinimum" in schema else min(0, most)
    if step:
        value = -(-value // step) * step
    return int(value) if whole and value == int(value) else value
