"""A whole exchange against the contract, both of its sides: what the client sent and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote

from replaysandbox.check import (
    Checker,
    content_type,
    media_type,
    response_violations,
    text_violations,
    value_violations,
)
from replaysandbox.core.contract import ContractOperation, ContractParameter, Violation, find_operation, is_json
from replaysandbox.core.exchange import Headers, header
from replaysandbox.core.json_body import BadBody, read_json

UNTOLD = frozenset(("accept", "content-type", "authorization"))
"""Header parameters that a contract says nothing of by naming them. Source: OpenAPI 3.1, parameter object."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One exchange, content codings removed.

    Attributes:
        method: HTTP method.
        host: Host, lower case.
        path: Path as sent.
        query: Query as sent.
        request_headers: Header fields of the request.
        request_body: Its body.
        status: HTTP status of the answer.
        headers: Header fields of the answer.
        body: Its body.
    """

    method: str
    host: str
    path: str
    query: str
    request_headers: Headers
    request_body: bytes
    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What came of holding an exchange to a contract.

    Attributes:
        operation: The operation it belongs to, or None where there is none.
        request: What the request breaks.
        response: What the answer breaks.
    """

    operation: ContractOperation | None
    request: tuple[Violation, ...] = ()
    response: tuple[Violation, ...] = ()


def hold(checker: Checker, seen: Seen) -> Held:
    """Hold both sides of an exchange to a contract."""
    operation = find_operation(checker.contract, seen.method, unquote(seen.path), seen.host)
    if operation is None:
        return Held(None)
    response = response_violations(checker, operation, seen.status, seen.headers, seen.body)
    return Held(operation, tuple(request_side(checker, operation, seen)), tuple(response))


def request_side(checker: Checker, operation: ContractOperation, seen: Seen) -> Iterator[Violation]:
    """Hold what the client sent to its operation: parameters in query and header, body."""
    query = parse_qs(seen.query, keep_blank_values=True, max_num_fields=1000) if seen.query else {}
    for parameter in operation.parameters:
        yield from _parameter(checker, operation, parameter, _texts(parameter, query, seen.request_headers))
    yield from _body(checker, operation, seen)


def _texts(parameter: ContractParameter, query: dict[str, list[str]], headers: Headers) -> tuple[str, ...] | None:
    """Find what was sent for a parameter; None where it is not looked at."""
    if parameter.place == "query" and not parameter.deep:
        texts = query.get(parameter.name, [])
        return tuple(texts if parameter.explode else [part for text in texts for part in text.split(",")])
    if parameter.place == "header" and parameter.name.lower() not in UNTOLD:
        text = header(headers, parameter.name)
        return () if text is None else (text,)
    return None


def _parameter(
    checker: Checker, operation: ContractOperation, parameter: ContractParameter, texts: tuple[str, ...] | None
) -> Iterator[Violation]:
    name = f"{parameter.place} {parameter.name}"
    if texts is None:
        return
    if not texts:
        if parameter.required:
            reason = "a parameter that must be sent is missing"
            yield Violation(operation.name, 0, name, reason, parameter.clause, "present", "absent")
        return
    if parameter.schema:
        for each in text_violations(checker, checker.requests, operation.name, 0, parameter.schema, texts):
            yield replace(each, pointer=name)


def _body(checker: Checker, operation: ContractOperation, seen: Seen) -> Iterator[Violation]:
    place = operation.place
    if not operation.contents:
        return
    if not seen.request_body:
        if operation.body_required:
            yield Violation(operation.name, 0, "", "a body is missing", f"{place}/requestBody", "a body", "none")
        return
    kind = content_type(seen.request_headers)
    described = media_type(operation.contents, kind or "application/json")
    if described is None:
        known = ", ".join(operation.contents)
        reason = f"content type '{kind}' is not taken (taken: {known})"
        clause = f"{place}/requestBody"
        yield Violation(operation.name, 0, "header Content-Type", reason, clause, known, kind)
    elif is_json(kind or "application/json") and operation.body:
        yield from _json_body(checker, operation, read_json(seen.request_body))


def _json_body(checker: Checker, operation: ContractOperation, value: Any | BadBody) -> list[Violation]:
    if isinstance(value, BadBody):
        return [Violation(operation.name, 0, "", f"the body {value.reason}", operation.body, "JSON", "none")]
    return value_violations(checker, checker.requests, operation.name, 0, operation.body, value)


def unquoted(broken: Violation) -> Violation:
    """Say what a request breaks without what it held, which may be a secret."""
    names_only = ("additionalProperties", "unevaluatedProperties")  # keys that are not known, but no values
    known = broken.expected in ("present", "a body") or broken.reason == broken.expected
    if known or broken.expected.startswith(names_only):
        return replace(broken, seen="")
    return replace(broken, reason=f"is not as promised: {broken.expected or broken.clause}", seen="")
