"""Values made from a schema: one that keeps it, and some that break it. Enough for requests, no general generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from replaysandbox.contract.texts import text_for
from replaysandbox.core.contract import Contract, ContractOperation
from replaysandbox.core.pointers import followed, joined

_DEEPEST = 12


def sample(document: Mapping[str, Any], place: str, depth: int = 0) -> Any:
    """Make a value for the schema at a pointer: its example where it gives one, else the least that it asks for."""
    place, schema = followed(document, place)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return {}
    for word in ("const", "example", "default"):
        if word in schema:
            return schema[word]
    for word in ("enum", "examples"):
        if isinstance(schema.get(word), list) and schema[word]:
            return schema[word][0]
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            return _merged(_plain(document, place, schema, depth), sample(document, joined(place, word, 0), depth + 1))
    return _plain(document, place, schema, depth)


def _plain(document: Mapping[str, Any], place: str, schema: Mapping[str, Any], depth: int) -> Any:
    kinds = schema.get("type")
    kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
    if kind in (None, "object"):
        value: Any = _object(document, place, schema, depth) if kind or "properties" in schema else {}
        for position in range(len(schema.get("allOf", ()))):
            value = _merged(value, sample(document, joined(place, "allOf", position), depth + 1))
        return value
    return _scalar(document, place, schema, str(kind), depth)


def _object(document: Mapping[str, Any], place: str, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    known = schema.get("properties", {})
    return {
        name: sample(document, joined(place, "properties", name), depth + 1) if name in known else {}
        for name in _wanted(document, place, schema, known)
    }


def _wanted(document: Mapping[str, Any], place: str, schema: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """Name the members an object must have: those required, by a choice too, and as many more as it must have."""
    wanted = list(schema.get("required", ()))
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            _, first = followed(document, joined(place, word, 0))
            wanted += [name for name in first.get("required", ()) if name in known and name not in wanted]
    more = [name for name in known if name not in wanted]
    return wanted + more[: max(0, schema.get("minProperties", 0) - len(wanted))]


def _scalar(document: Mapping[str, Any], place: str, schema: Mapping[str, Any], kind: str, depth: int) -> Any:
    if kind == "string":
        return text_for(schema)
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + (1 if "exclusiveMinimum" in schema else 0))
    if kind == "array":
        one = sample(document, joined(place, "items"), depth + 1) if "items" in schema else {}
        return [one] * min(schema.get("minItems", 0), 100)
    return {"boolean": False}.get(kind)


def _merged(one: Any, other: Any) -> Any:
    return {**one, **other} if isinstance(one, dict) and isinstance(other, dict) else other


def least_parameters(contract: Contract, operation: ContractOperation) -> Iterator[tuple[str, str, str]]:
    """Make the parameters that an operation demands in query and header: place, name, text."""
    for each in operation.parameters:
        if each.required and each.schema and each.place in ("query", "header") and not each.deep:
            value = sample(contract.document, each.schema)
            members = value if isinstance(value, list) else [value]
            texts = [text_of(member) for member in members or [_item(contract.document, each.schema)]]
            for text in texts if each.explode else [",".join(texts)]:
                yield each.place, each.name, text


def _item(document: Mapping[str, Any], place: str) -> Any:
    place, schema = followed(document, place)
    return sample(document, joined(place, "items")) if "items" in schema else "a"


def text_of(value: Any) -> str:
    """Write a value as a URL has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


MOST_SPOILED = 50
"""Members of one object that are broken, one after the other. Ours: a contract may demand any number of them."""


def spoiled(value: Any) -> Iterator[tuple[str, Any]]:
    """Break a value in many ways, each with what was done: members missing, members of another type, not an object."""
    yield "an object that is a list", [value]
    yield "an object that is a text", "x"
    if not isinstance(value, dict):
        return
    for name, member in islice(value.items(), MOST_SPOILED):
        yield f"without '{name}'", {key: each for key, each in value.items() if key != name}
        yield f"'{name}' of another type", {**value, name: 7 if isinstance(member, str) else "x"}
        for how, inner in spoiled(member) if isinstance(member, dict) else ():
            yield f"'{name}': {how}", {**value, name: inner}
