"""How much of an answer rests on guesses: the fields that its contract marks `x-source: guess`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from replaysandbox.check import Checker
from replaysandbox.core.contract import find_operation, response_place
from replaysandbox.core.pointers import followed, target_of, value_at

_GUESSES = 64
"""Deepest level of a body in which guesses are counted. Ours."""


def guesses(checker: Checker, method: str, path: str, status: int, body: bytes) -> tuple[str, ...]:
    """List the answered fields which the contract marks as guesses, as JSON pointers.

    Args:
        checker: From `make_checker`.
        method: HTTP method of the request.
        path: Path of the request, decoded.
        status: HTTP status of the answer.
        body: Body of the answer.
    """
    operation = find_operation(checker.contract, method, path)
    place = response_place(operation, status) if operation else ""
    if not place or not body:
        return ()
    response = followed(checker.contract.document, place)[1]
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:  # an answer that breaks its promise rests on no guess
        return ()
    return tuple(_guessed(checker, schema, value, "", 0)) if schema else ()


def _guessed(checker: Checker, schema: Any, value: Any, pointer: str, depth: int) -> Iterator[str]:
    if not isinstance(schema, Mapping) or depth > _GUESSES:
        return
    if schema.get("x-source") == "guess":
        yield pointer or "/"
        return
    if "$ref" in schema:
        target = value_at(checker.contract.document, target_of(schema["$ref"]))
        yield from _guessed(checker, target, value, pointer, depth + 1)
    for part in schema.get("allOf", ()):
        yield from _guessed(checker, part, value, pointer, depth + 1)
    for key, part, inner in _parts(schema, value):
        yield from _guessed(checker, part, inner, f"{pointer}/{key}", depth + 1)


def _parts(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str | int, Any, Any]]:
    """Pair what a value holds with the schemas for it."""
    if isinstance(value, dict):
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                yield key, inner, value[key]
    if isinstance(value, list):
        for position, member in enumerate(value):
            yield position, schema.get("items"), member
