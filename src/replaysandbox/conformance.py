"""A whole exchange against the contract, both of its sides: what the client sent and what came back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote

from replaysandbox.check import (
    Checker,
    content_type,
    media_type,
    object_of,
    response_violations,
    text_violations,
    value_violations,
)
from replaysandbox.core.contract import ContractOperation, ContractParameter, Violation, find_operation, is_json
from replaysandbox.core.exchange import Headers, Request, header
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


def hold_webhook(checker: Checker, event: str, body: bytes) -> Held:
    """Hold what an API tells an app by itself to its contract: as an answer, for the API says it.

    Args:
        checker: From `make_checker`.
        event: The API's word for the event, a key of the contract's `webhooks`.
        body: The body.
    """
    path = f"webhook:{event}"
    operation = next((each for each in checker.contract.operations if each.path == path), None)
    if operation is None or not operation.body:
        return Held(operation)
    value = read_json(body)
    if isinstance(value, BadBody):
        return Held(operation, (), (Violation(operation.name, 0, "", f"the body {value.reason}", operation.body),))
    found = value_violations(checker, checker.responses, operation.name, 0, operation.body, value)
    return Held(operation, (), tuple(found))


def request_side(checker: Checker, operation: ContractOperation, seen: Seen) -> Iterator[Violation]:
    """Hold what the client sent to its operation: parameters in path, query, header and cookies; body."""
    yield from _parameters(checker, operation, seen)
    yield from _body(checker, operation, seen)


def url_violation(checker: Checker, request: Request, path: str, judged: Collection[str]) -> Violation | None:
    """Find what a URL breaks of the contract first, in path or query; None where it breaks nothing.

    Args:
        checker: From `make_checker`.
        request: The request.
        path: Path of its route: arguments are those of the contract that stand in the same place.
        judged: Arguments of that path that are not held to the contract, since the route judges them.
    """
    operation = find_operation(checker.contract, request.method, unquote(request.path), request.host)
    if operation is None:
        return None
    own = {f"{{{name}}}" for name in judged}
    pairs = zip(reversed(path.split("/")), reversed(operation.path.split("/")), strict=False)
    unheld = {theirs for ours, theirs in pairs if ours in own}
    asked = tuple(
        each
        for each in operation.parameters
        if each.place == "query" or (each.place == "path" and f"{{{each.name}}}" not in unheld)
    )
    seen = Seen(request.method, request.host, request.path, request.query, (), b"", 0, (), b"")
    return next(_parameters(checker, replace(operation, parameters=asked), seen), None)


def _parameters(checker: Checker, operation: ContractOperation, seen: Seen) -> Iterator[Violation]:
    query = parse_qs(seen.query, keep_blank_values=True) if seen.query else {}
    for parameter in operation.parameters:
        if parameter.deep:
            yield from _deep(checker, operation, parameter, query)
        else:
            yield from _parameter(checker, operation, parameter, _texts(operation, parameter, query, seen))


def _texts(
    operation: ContractOperation, parameter: ContractParameter, query: dict[str, list[str]], seen: Seen
) -> tuple[str, ...] | None:
    """Find what was sent for a parameter; None where it is not looked at."""
    name = parameter.name
    if parameter.place == "query":
        texts = query.get(name, [])
        return tuple(texts if parameter.explode else [part for text in texts for part in text.split(",")])
    if parameter.place == "header" and name.lower() not in UNTOLD:
        text = header(seen.request_headers, name)
        return () if text is None else (text,)
    if parameter.place == "cookie":
        return tuple(value for key, value in _cookies(seen.request_headers) if key == name)
    return _caught(operation, name, seen.path) if parameter.place == "path" else None


def _cookies(headers: Headers) -> Iterator[tuple[str, str]]:
    """Read the cookies of a request.

    Source: RFC 6265, 4.2.1.
    """
    for line in (value for name, value in headers if name.lower() == "cookie"):
        for pair in line.split(";"):
            name, _, value = pair.strip().partition("=")
            yield name, value.strip('"')


def _caught(operation: ContractOperation, name: str, path: str) -> tuple[str, ...] | None:
    """Find what a path has in the place of a parameter that is a whole segment; None where there is no such segment."""
    wanted = operation.path.split("/")
    if wanted[-1] == f"{{{name}}}":  # what `find_operation` looks past
        path = path.removesuffix("/").removesuffix(".json")
    seen = path.split("/")[-len(wanted) + 1 :] if len(wanted) > 1 else []
    for part, text in zip(wanted[1:], seen, strict=False):
        if part == f"{{{name}}}":
            return (unquote(text),)
    return None


def _deep(
    checker: Checker, operation: ContractOperation, parameter: ContractParameter, query: dict[str, list[str]]
) -> Iterator[Violation]:
    """Hold an object that is written `name[key]=…` to its schema."""
    start = f"{parameter.name}["
    sent = {key[len(start) : -1]: texts for key, texts in query.items() if key.startswith(start) and key[-1] == "]"}
    name = f"query {parameter.name}"
    if not sent:
        yield from _parameter(checker, operation, parameter, ())
    elif parameter.schema:
        value = object_of(checker, parameter.schema, sent)
        for each in value_violations(checker, checker.requests, operation.name, 0, parameter.schema, value):
            yield replace(each, pointer=f"{name}{each.pointer}")


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
    if described is None or not kind:
        known = ", ".join(operation.contents)
        reason = f"content type '{kind}' is not taken (taken: {known})" if kind else f"no content type (taken: {known})"
        clause = f"{place}/requestBody"
        yield Violation(operation.name, 0, "header Content-Type", reason, clause, known, kind)
    if described is not None and is_json(kind or "application/json") and operation.body:
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
