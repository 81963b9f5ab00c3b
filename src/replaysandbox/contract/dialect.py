"""OpenAPI's dialects of JSON Schema made one: what 3.0 and 3.1 say in words of their own, said in those of 2020-12.

Places stay where they are as far as can be, so that a clause still leads to its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from replaysandbox.contract.families import choice, with_children, words_for
from replaysandbox.contract.patterns import literal_braces
from replaysandbox.contract.validators import looks_around
from replaysandbox.core.pointers import joined, target_of, value_at

Side = Literal["request", "response"]

_NAMES: Final = frozenset(
    (
        *("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas", "responses"),
        *("parameters", "headers", "requestBodies", "paths", "webhooks", "content", "callbacks", "links"),
        *("securitySchemes", "pathItems", "x-files", "mapping", "variables", "encoding"),
    )
)
"""Keys below which the keys are names, not words of the dialect."""

_DATA: Final = frozenset(("example", "examples", "default", "enum", "const"))
"""Keys below which there are values, not schemas."""

LONGEST_LOOKED_AROUND: Final = 1_000
"""Longest text that is held to an expression that looks around or refers back. Ours. [characters]"""

_WHOLE: Final = {"int32": 2**31, "int64": 2**63}


def is_foreign(key: str) -> bool:
    """Tell whether what is below a key is no schema: a value, or an extension of somebody else's (`x-…`)."""
    return key in _DATA or (key.startswith("x-") and key != "x-files")


def holds_names(key: str) -> bool:
    """Tell whether the keys below a key are names, not words of the dialect."""
    return key in _NAMES


def dicts(value: Any, pointer: str = "", *, names: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk all objects of a document that may be schemas, each with its pointer; values and names are left out."""
    if isinstance(value, dict):
        if not names:
            yield pointer, value
        for key, inner in value.items():
            if names or not is_foreign(key):
                yield from dicts(inner, joined(pointer, key), names=not names and key in _NAMES)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from dicts(inner, joined(pointer, position))


def modern(document: Mapping[str, Any], *, old: bool) -> dict[str, Any]:
    """Say a document in the words of JSON Schema 2020-12.

    Args:
        document: A parsed OpenAPI document, its references all within it.
        old: Whether it is OpenAPI 3.0.
    """

    def rewrite(schema: dict[str, Any]) -> dict[str, Any]:
        schema = _old(schema) if old else _exclusive(schema)
        kept = {key: each for key, each in schema.items() if key != "$id" and (each is not None or key in _DATA)}
        return _patterned(_bounded(_discriminated(kept)))

    rewritten = dict(_rewritten(document, rewrite))
    return with_children(rewritten, list(dicts(rewritten)))


def seen_from(document: Mapping[str, Any], side: Side) -> Mapping[str, Any]:
    """See a document from one side: what is read-only need not be in a request, what is write-only not in an answer.

    Returns:
        The document itself where both sides see the same.
    """
    word = "readOnly" if side == "request" else "writeOnly"
    if not any(schema.get(word) is True for _, schema in dicts(document)):
        return document

    def rewrite(schema: dict[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return schema
        other = {name for name, inner in properties.items() if _marked(document, inner, word)}
        wanted = schema.get("required")
        if other and isinstance(wanted, list):
            schema = {**schema, "required": [name for name in wanted if name not in other]}
        if other and side == "response":  # a secret that is written must not come back
            schema["properties"] = {name: False if name in other else inner for name, inner in properties.items()}
        return schema

    return dict(_rewritten(document, rewrite))


def _marked(document: Mapping[str, Any], schema: Any, word: str) -> bool:
    for _ in range(8):
        if not isinstance(schema, Mapping) or schema.get(word) is True:
            return isinstance(schema, Mapping)
        if not isinstance(schema.get("$ref"), str):
            return False
        schema = value_at(document, target_of(schema["$ref"]))
    return False


def _rewritten(value: Any, rewrite: Callable[[dict[str, Any]], dict[str, Any]], *, names: bool = False) -> Any:
    if isinstance(value, Mapping):
        inner = {
            key: each if not names and is_foreign(key) else _rewritten(each, rewrite, names=not names and key in _NAMES)
            for key, each in value.items()
        }
        return inner if names else rewrite(inner)
    if isinstance(value, list):
        return [_rewritten(each, rewrite) for each in value]
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _old(schema: dict[str, Any]) -> dict[str, Any]:
    """Translate OpenAPI 3.0: `nullable`, exclusive bounds that are true or false, `$ref` that stands alone."""
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    schema = dict(_exclusive(schema))
    if schema.pop("nullable", None) is not True:
        return schema
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    elif any(word in schema for word in ("allOf", "anyOf", "oneOf")):
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def _exclusive(schema: dict[str, Any]) -> dict[str, Any]:
    """Write exclusive bounds that are true or false as numbers; documents of 3.1 that were 3.0 once hold them too."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            schema = dict(schema)
            if schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """Write the range of `int32` and `int64` as bounds."""
    most = _WHOLE.get(str(schema.get("format")))
    if most is None or schema.get("type") not in ("integer", ["integer", "null"]):
        return schema
    return {"minimum": -most, "maximum": most - 1, **schema}


def _patterned(schema: dict[str, Any]) -> dict[str, Any]:
    """Write regular expressions so that our validators read them as JavaScript does."""
    if isinstance(schema.get("pattern"), str):
        pattern = literal_braces(schema["pattern"])
        schema = {**schema, "pattern": pattern}
        if looks_around(pattern):  # each step back may read all of the text once more
            rest = {key: value for key, value in schema.items() if key != "pattern"}
            short = {"if": {"maxLength": LONGEST_LOOKED_AROUND}, "then": {"pattern": pattern}}
            schema = {**rest, "allOf": [*_listed(rest.get("allOf")), short]}
    if isinstance(schema.get("patternProperties"), dict):
        patterns = {literal_braces(key): inner for key, inner in schema["patternProperties"].items()}
        schema = {**schema, "patternProperties": patterns}
    return schema


def _discriminated(schema: dict[str, Any]) -> dict[str, Any]:
    """Let the property that a `discriminator` names choose among alternatives; for one without see `families`."""
    found = schema.get("discriminator")
    if not isinstance(found, Mapping) or not isinstance(found.get("propertyName"), str):
        return schema
    word = next((each for each in ("oneOf", "anyOf") if isinstance(schema.get(each), list)), "")
    if not word or not all(isinstance(each, Mapping) and "$ref" in each for each in schema[word]):
        return schema
    chosen = words_for([each["$ref"] for each in schema[word]], found.get("mapping") or {})
    rest = {key: value for key, value in schema.items() if key not in (word, "discriminator")}
    return {**rest, "allOf": [*rest.get("allOf", ()), *choice(found["propertyName"], chosen)]}
