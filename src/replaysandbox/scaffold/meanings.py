"""What a property of an API's device may mean in our world: by its name, its unit and its range, with a confidence.

A meaning is taken only where nothing speaks against it; what is taken is marked as a guess all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from replaysandbox.scaffold.names import phrase
from replaysandbox.scaffold.quantity_words import MEANINGS, UNITS, UNITS_IN_NAMES, UNITS_IN_TEXTS, Meaning

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place of a body that the world fills.

    Attributes:
        expression: What is written between the braces.
        tries: Values that may come out, the ends of the range among them: a schema has to take each.
        why: What spoke for it.
        confidence: How much that was.
    """

    expression: str
    tries: tuple[Any, ...]
    why: str
    confidence: Confidence = "high"


def meaning_of(family: str, name: str, schema: Mapping[str, Any]) -> Hole | None:
    """Find what a property of a device says of the world.

    Args:
        family: Family of the device.
        name: Name of the property.
        schema: Its schema; `x-observed` tells the least and most that was seen, where it comes from a capture.

    Returns:
        What fills it, or None where nothing is known, or something speaks against it.
    """
    text, unit_named = _parted(name)
    for meaning in MEANINGS.get(family, ()):
        if meaning.name.fullmatch(text):
            return _boolean(meaning, schema) if meaning.kind == "boolean" else _number(meaning, unit_named, schema)
    return None


def _parted(name: str) -> tuple[str, str]:
    """Part a name from the unit at its end: `battery_level_pct` → battery level, percent."""
    words = phrase(name).split(" ")
    unit = UNITS_IN_NAMES.get(words[-1], "") if len(words) > 1 else ""
    rest = words[:-1] if unit else words
    if unit and len(rest) > 1 and rest[-1] == "in":
        rest = rest[:-1]
    return " ".join(rest), unit


def _boolean(meaning: Meaning, schema: Mapping[str, Any]) -> Hole | None:
    if "boolean" not in _kinds(schema) or "enum" in schema or "const" in schema:
        return None
    return Hole(meaning.expression, (True, False), "name and type", "high")


def _number(meaning: Meaning, named: str, schema: Mapping[str, Any]) -> Hole | None:
    kinds = _kinds(schema)
    if not {"number", "integer"} & set(kinds) or "enum" in schema or "const" in schema:
        return None
    units = UNITS[meaning.kind]
    unit, source = _unit(units, named, meaning, schema)
    if unit not in units:
        return None
    suffix, factor = units[unit]
    low, high = _ends(meaning, unit, factor)
    expression, low = _signed(f"{meaning.expression}{suffix}", schema, low)
    bounds, why = _bounds(schema), [f"name, unit {unit} by {source}"]
    if bounds[0] > low or bounds[1] < high:
        return None
    if bounds != (float("-inf"), float("inf")):
        why.append("range")
    seen = _bounds(schema.get("x-observed", {}))
    if "x-observed" in schema:
        if seen[0] < low or seen[1] > high:
            return None
        why.append("values seen")
    confidence: Confidence = "low" if source == "nothing" else "high" if len(why) > 1 or source == "name" else "medium"
    if "number" not in kinds:
        return Hole(f"{_bracketed(expression)} | round", (round(low), round(high)), ", ".join(why), confidence)
    return Hole(expression, (low, high), ", ".join(why), confidence)


def _bracketed(expression: str) -> str:
    return f"({expression})" if " " in expression and "|" not in expression else expression


def _signed(expression: str, schema: Mapping[str, Any], low: float) -> tuple[str, float]:
    """Take the sign off where the API has none."""
    if low < 0 <= _bounds(schema)[0]:
        return f"{expression} | abs", 0.0
    return expression, low


def _ends(meaning: Meaning, unit: str, factor: float) -> tuple[float, float]:
    shift = 32.0 if unit == "f" else 0.0
    return meaning.low * factor + shift, meaning.high * factor + shift


def _unit(units: Mapping[str, Any], named: str, meaning: Meaning, schema: Mapping[str, Any]) -> tuple[str, str]:
    """Tell the unit, and where it was learnt."""
    if named in units:
        return named, "name"
    if meaning.kind == "share":
        most = _bounds(schema)[1]
        if most in (1.0, 100.0):
            return ("percent" if most == 100.0 else "ratio"), "range"
    text = " ".join(str(schema.get(word, "")) for word in ("x-unit", "unit", "units", "description", "title"))
    told = next((unit for unit, pattern in UNITS_IN_TEXTS if unit in units and pattern.search(text)), "")
    if told:
        return told, "description"
    seen = _bounds(schema.get("x-observed", {}))[1]
    if meaning.kind == "share" and 1.0 < seen <= 100.0:
        return "percent", "values seen"
    return (next(iter(units)), "nothing") if "x-observed" in schema else ("", "")


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    least = [schema[word] for word in ("minimum", "exclusiveMinimum") if _is_number(schema.get(word))]
    most = [schema[word] for word in ("maximum", "exclusiveMaximum") if _is_number(schema.get(word))]
    whole = [2.0**31 - 1, 2.0**63 - 1]  # what `int32` and `int64` mean is no range of anybody's
    return (
        max(
            [float(each) for each in least if abs(each) - 1 not in whole and abs(each) not in (2.0**31, 2.0**63)]
            or [float("-inf")]
        ),
        min([float(each) for each in most if float(each) not in whole] or [float("inf")]),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)
