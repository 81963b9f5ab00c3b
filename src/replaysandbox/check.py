"""One exchange against the contract: what it breaks, and how much of it rests on guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from jsonschema.exceptions import ValidationError, best_match

from replaysandbox.contract.dialect import seen_from
from replaysandbox.contract.validators import Schemas, errors, holds, make_schemas
from replaysandbox.core.contract import (
    Contract,
    ContractOperation,
    Violation,
    clause_of,
    find_operation,
    is_json,
    response_place,
)
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import Headers, header
from replaysandbox.core.json_body import nesting, whole_number
from replaysandbox.core.pointers import followed, joined, target_of

_NUMBER = re.compile(r"[+-]?[0-9]{1,99}((?:\.[0-9]{1,99})?(?:[eE][+-]?[0-9]{1,2})?)")
"""A number in a URL or header; longer and larger ones are texts, as are `nan` and `inf`."""

_NOT_OURS = frozenset(("content-type", "accept", "authorization"))
"""Headers a contract says nothing of by naming them. Source: OpenAPI 3.1, response and parameter objects."""


LONGEST_POINTER = 1_000
"""Most of a pointer that is told: names of members are the sender's. [characters]"""


@dataclass(frozen=True, slots=True)
class Checker:
    """A contract made ready for checking, seen from both sides; no reference is ever fetched."""

    contract: Contract
    responses: Schemas = field(repr=False)
    requests: Schemas = field(repr=False)


def make_checker(contract: Contract) -> Checker:
    """Make a contract ready for checking many exchanges."""
    response, request = (seen_from(contract.document, side) for side in ("response", "request"))
    responses = make_schemas(response)
    return Checker(contract, responses, responses if request is response else make_schemas(request))


def violations(
    checker: Checker, method: str, path: str, status: int, headers: Headers, body: bytes, host: str = ""
) -> list[Violation]:
    """Hold one answer to the contract.

    Args:
        checker: From `make_checker`.
        method: HTTP method of the request.
        path: Path of the request, decoded, without query.
        status: HTTP status of the answer.
        headers: Header fields of the answer.
        body: Body of the answer, content encoding removed.
        host: Host of the request, where the contract tells hosts apart.
    """
    operation = find_operation(checker.contract, method, path, host)
    if operation is None:
        return [Violation(f"{method} {path}", status, "", "the contract has no such operation")]
    return response_violations(checker, operation, status, headers, body)


def response_violations(
    checker: Checker, operation: ContractOperation, status: int, headers: Headers, body: bytes
) -> list[Violation]:
    """Hold one answer to what its operation promises; see `violations`."""
    place = response_place(operation, status)
    if not operation.responses:
        return []  # 3.1 lets an operation promise nothing
    if not place:
        known = ", ".join(operation.responses)
        clause = joined(operation.place, "responses")
        reason = f"status {status} is not promised (promised: {known})"
        return [Violation(operation.name, status, "", reason, clause, f"status {known}", str(status))]
    place, response = followed(checker.contract.document, place)
    found = list(_header_violations(checker, operation, status, place, response, headers))
    return found + list(_body_violations(checker, operation, status, place, response, headers, body))


def _header_violations(
    checker: Checker,
    operation: ContractOperation,
    status: int,
    place: str,
    response: Mapping[str, Any],
    headers: Headers,
) -> Iterator[Violation]:
    for name in response.get("headers", {}):
        clause, promise = followed(checker.contract.document, joined(place, "headers", name))
        text = header(headers, name)
        if text is None and promise.get("required"):
            yield Violation(
                operation.name, status, f"header {name}", "the header is missing", clause, "present", "absent"
            )
        if text is not None and "schema" in promise and name.lower() not in _NOT_OURS:
            schema = f"{clause}/schema"
            for each in text_violations(checker, checker.responses, operation.name, status, schema, (text,)):
                yield replace(each, pointer=f"header {name}")


def _body_violations(
    checker: Checker,
    operation: ContractOperation,
    status: int,
    place: str,
    response: Mapping[str, Any],
    headers: Headers,
    body: bytes,
) -> Iterator[Violation]:
    content = response.get("content", {})
    kind = content_type(headers)
    if not content:
        if body and method_has_body(operation.method):
            reason = "a body where none is promised"
            yield Violation(operation.name, status, "", reason, place, "no body", many(len(body), "byte"))
        return
    if not method_has_body(operation.method):
        return
    promised = media_type(content, kind)
    if promised is None:
        known = ", ".join(content)
        reason = f"content type '{kind}' is not promised (promised: {known})"
        yield Violation(operation.name, status, "header Content-Type", reason, f"{place}/content", known, kind)
        return
    if "schema" not in content[promised] or not is_json(kind):
        return
    clause = joined(place, "content", promised, "schema")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = f"the body is not JSON: {error}"
        yield Violation(operation.name, status, "", reason, clause, "JSON", short(body[:40].decode("utf-8", "replace")))
        return
    yield from value_violations(checker, checker.responses, operation.name, status, clause, value)


def content_type(headers: Headers) -> str:
    """Read the content type, without its parameters."""
    return (header(headers, "content-type") or "").partition(";")[0].strip().lower()


def media_type(content: Mapping[str, Any], kind: str) -> str | None:
    """Find which described content type one falls under: itself, `application/*`, `*/*`; None for none."""
    described = {each.partition(";")[0].strip().lower(): each for each in content}
    return next(
        (described[each] for each in (kind, f"{kind.partition('/')[0]}/*", "*/*") if kind and each in described), None
    )


def value_violations(
    checker: Checker, schemas: Schemas, operation: str, status: int, clause: str, value: Any
) -> list[Violation]:
    """Hold a value to the schema at a pointer: quickly first, and explained where it breaks it."""
    deepest = checker.contract.deepest
    if nesting(value, deepest) > deepest:
        reason = f"it is nested deeper than {deepest} levels, and cannot be checked in bounded time"
        return [Violation(operation, status, "", reason, clause, f"at most {deepest} levels", "more")]
    if holds(schemas, clause, value):
        return []
    try:
        found = errors(schemas, clause, value)
    except RecursionError:
        return [Violation(operation, status, "", "it is nested too deep to be explained", clause)]
    return [_violation(checker.contract, operation, status, error, clause) for error in found]


def text_violations(
    checker: Checker, schemas: Schemas, operation: str, status: int, clause: str, texts: tuple[str, ...]
) -> list[Violation]:
    """Hold a header or parameter to its schema, read as what the schema takes: number, truth value, list, text."""
    value = _read_as(checker, followed(checker.contract.document, clause)[1], texts)
    return value_violations(checker, schemas, operation, status, clause, value)


def object_of(checker: Checker, clause: str, sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Read texts by name as the members of an object, each as what the schema takes for it."""
    schema = followed(checker.contract.document, clause)[1]
    known = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return {name: _read_as(checker, known.get(name, {}), texts) for name, texts in sent.items()}


def _read_as(checker: Checker, schema: Any, texts: Sequence[str]) -> Any:
    if isinstance(schema, Mapping) and "$ref" in schema:
        schema = followed(checker.contract.document, target_of(schema["$ref"]))[1]
    kinds = _kinds(checker, schema)
    if "array" in kinds:
        return [_read(text, _kinds(checker, schema.get("items", {}))) for text in texts]
    return _read(texts[-1], kinds)


def _kinds(checker: Checker, schema: Any) -> list[str]:
    if isinstance(schema, Mapping) and "$ref" in schema:
        schema = followed(checker.contract.document, target_of(schema["$ref"]))[1]
    kinds = schema.get("type", "string") if isinstance(schema, Mapping) else "string"
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _read(text: str, kinds: list[str]) -> Any:
    """Read a text as one of the kinds; as text where it is none of them, which is then told as it was seen."""
    if ("integer" in kinds or "number" in kinds) and (found := _NUMBER.fullmatch(text)):
        return float(text) if found[1] else whole_number(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return None if "null" in kinds and text == "" else text


def request_violations(checker: Checker, method: str, path: str, body: Any, host: str = "") -> list[str]:
    """Hold a request's JSON body to the contract.

    Args:
        checker: From `make_checker`.
        method: HTTP method of the request.
        path: Path of the request, decoded.
        body: The value of the body; None where there is none.
        host: Host of the request, where the contract tells hosts apart.

    Returns:
        What it breaks, each said so that it goes on "The body …"; empty where the contract describes no body.
    """
    operation = find_operation(checker.contract, method, path, host)
    if operation is None or (body is None and not operation.body_required):
        return []
    if body is None:
        return ["is missing"]
    if not operation.body:
        return []
    found = value_violations(checker, checker.requests, operation.name, 0, operation.body, body)
    return [f"is wrong{f' at {each.pointer}' if each.pointer else ''}: {each.reason}" for each in found]


def method_has_body(method: str) -> bool:
    """Tell whether answers to a method carry a body; those to HEAD never do."""
    return method != "HEAD"


def short(value: Any) -> str:
    """Write a value for people, at most 80 characters of it."""
    if isinstance(value, dict | list) and len(value) > 20:
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {many(len(value), 'member')}"
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"


def _violation(contract: Contract, operation: str, status: int, error: ValidationError, clause: str) -> Violation:
    told = (best_match(error.context) if error.context else None) or error
    pointer = joined("", *told.absolute_path)[:LONGEST_POINTER]
    place, guess = clause_of(contract, clause, list(told.absolute_schema_path))
    message = told.message
    if told.validator is None:  # the schema `false`: what is write-only, in an answer
        message = "is write-only, or forbidden"
    expected = "" if told.validator is None else f"{told.validator} {short(told.validator_value)}"
    if told.validator == "required":  # which one is missing tells two violations apart
        expected = message[:200]
    return Violation(operation, status, pointer, message[:300], place, expected, short(told.instance), guess)
