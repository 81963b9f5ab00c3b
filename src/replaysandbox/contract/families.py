"""Parents with a `discriminator` and without alternatives: whoever asks for one gets the child that its value names.

A child extends its parent by `allOf`. So a reference to the parent from anywhere else means: one of the children, or
the parent itself; it is led to a choice that stands within the parent, beneath `x-any`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from replaysandbox.core.pointers import joined, parts_of, target_of

MOST_CASES: Final = 20_000
"""Most children of all parents together; parents beyond say no more than they say themselves. Ours: 0.1 s."""


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
    targets = {
        str(value): target if target.startswith("#") else f"#/components/schemas/{target}"
        for value, target in mapping.items()
    }
    mapped = frozenset(targets.values())
    names = {reference.rpartition("/")[2]: reference for reference in references}
    return {name: each for name, each in names.items() if each not in mapped or name in targets} | targets


def with_children(document: dict[str, Any], schemas: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Let references to parents choose a child.

    Args:
        document: A document in the words of JSON Schema 2020-12.
        schemas: All its schemas by pointer.

    Returns:
        The document itself where it has no such parent.
    """
    parents = {pointer: schema for pointer, schema in schemas if _is_parent(schema)}
    heirs = _heirs(schemas)
    children: dict[str, list[str]] = {}
    left = MOST_CASES
    for pointer in parents:
        found = _children(pointer, heirs, left)
        if found and len(found) <= left:
            children[pointer] = found
            left -= len(found)
    if not children:
        return document
    chosen = {pointer: _choice_of(pointer, parents[pointer], found) for pointer, found in children.items()}
    return dict(_led(document, "", chosen, frozenset(child for found in children.values() for child in found)))


def _is_parent(schema: Mapping[str, Any]) -> bool:
    found = schema.get("discriminator")
    alone = not any(isinstance(schema.get(word), list) for word in ("oneOf", "anyOf"))
    return alone and isinstance(found, Mapping) and isinstance(found.get("propertyName"), str)


def _heirs(schemas: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, list[str]]:
    """Index schemas by those beside them that they extend."""
    found: dict[str, list[str]] = {}
    for pointer, schema in schemas:
        for target in _extended(schema):
            if target.rpartition("/")[0] == pointer.rpartition("/")[0]:
                found.setdefault(target, []).append(pointer)
    return found


def _children(parent: str, heirs: Mapping[str, Sequence[str]], most: int) -> list[str]:
    """List the schemas that extend a parent, and those that extend these; not many more than `most`."""
    found: dict[str, None] = {}
    waiting = [parent]
    while waiting and len(found) <= most:
        further = [each for each in heirs.get(waiting.pop(), ()) if each not in found and each != parent]
        found.update(dict.fromkeys(further))
        waiting += further
    return list(found)


def _extended(schema: Mapping[str, Any]) -> list[str]:
    parts = schema.get("allOf")
    return [_target(part) for part in parts] if isinstance(parts, list) else []


def _target(schema: Any) -> str:
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return target_of(reference) if isinstance(reference, str) else ""


def _choice_of(pointer: str, parent: Mapping[str, Any], children: Sequence[str]) -> dict[str, Any]:
    found = parent["discriminator"]
    references = [f"#{each}" for each in (pointer, *children)]
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
