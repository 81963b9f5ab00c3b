"""Parents with a `discriminator` and without alternatives: whoever asks for one gets the child that its value names.

A child extends its parent by `allOf`. So a reference to the parent from anywhere else means: one of the children, or
the parent itself; it is led to a choice that stands within the parent, beneath `x-any`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from replaysandbox.core.pointers import joined, parts_of, target_of


def choice(name: str, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Let the value of a property choose among schemas, so that only the chosen one is told.

    Args:
        name: The property.
        chosen: Its value → reference.
    """
    cases = [
        {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": {"$ref": reference}}
        for value, reference in chosen.items()
    ]
    return [{"required": [name], "properties": {name: {"enum": sorted(chosen)}}}, *cases]


def words_for(references: Sequence[str], mapping: Mapping[str, Any]) -> dict[str, str]:
    """Tell which value of a discriminator stands for which reference: the mapped ones by that, the others by name.

    Args:
        references: References to the alternatives.
        mapping: The discriminator's `mapping`.
    """
    chosen = {reference.rpartition("/")[2]: reference for reference in references}
    for value, target in mapping.items():
        reference = target if target.startswith("#") else f"#/components/schemas/{target}"
        chosen = {key: each for key, each in chosen.items() if each != reference or key in mapping}
        chosen[str(value)] = reference
    return chosen


def with_children(document: dict[str, Any], schemas: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Let references to parents choose a child.

    Args:
        document: A document in the words of JSON Schema 2020-12.
        schemas: All its schemas by pointer.

    Returns:
        The document itself where it has no such parent.
    """
    parents = {pointer: schema for pointer, schema in schemas if _is_parent(schema)}
    children = {pointer: list(_children(pointer, schemas)) for pointer in parents}
    chosen = {pointer: _choice_of(pointer, parents[pointer], children) for pointer in parents if children[pointer]}
    if not chosen:
        return document
    heirs = frozenset(child for found in children.values() for child in found)
    return dict(_led(document, "", chosen, heirs))


def _is_parent(schema: Mapping[str, Any]) -> bool:
    found = schema.get("discriminator")
    alone = not any(isinstance(schema.get(word), list) for word in ("oneOf", "anyOf"))
    return alone and isinstance(found, Mapping) and isinstance(found.get("propertyName"), str)


def _children(parent: str, schemas: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Find the schemas beside a parent that extend it, and those that extend these."""
    for pointer, schema in schemas:
        beside = pointer.rpartition("/")[0] == parent.rpartition("/")[0]
        if beside and parent in _extended(schema):
            yield pointer
            yield from _children(pointer, [each for each in schemas if each[0] != parent])


def _extended(schema: Mapping[str, Any]) -> list[str]:
    parts = schema.get("allOf")
    return [_target(part) for part in parts] if isinstance(parts, list) else []


def _target(schema: Any) -> str:
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return target_of(reference) if isinstance(reference, str) else ""


def _choice_of(pointer: str, parent: Mapping[str, Any], children: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    found = parent["discriminator"]
    references = [f"#{each}" for each in (pointer, *dict.fromkeys(children[pointer]))]
    mapping = found.get("mapping") or {}
    return {"allOf": choice(found["propertyName"], words_for(references, mapping))}


def _led(value: Any, pointer: str, chosen: Mapping[str, Any], heirs: frozenset[str]) -> Any:
    """Lead references to parents to their choice, but for those by which children extend them."""
    if isinstance(value, Mapping):
        led = {key: _led(inner, joined(pointer, key), chosen, heirs) for key, inner in value.items()}
        target = _target(value)
        if target in chosen and not _extends(pointer, heirs):
            led["$ref"] = f"{value['$ref']}/x-any"
        if pointer in chosen:
            led["x-any"] = chosen[pointer]
        return led
    if isinstance(value, list):
        return [_led(inner, joined(pointer, position), chosen, heirs) for position, inner in enumerate(value)]
    return value


def _extends(pointer: str, heirs: frozenset[str]) -> bool:
    parts = parts_of(pointer)
    return len(parts) > 2 and parts[-2] == "allOf" and joined("", *parts[:-2]) in heirs
