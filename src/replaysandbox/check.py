"""One exchange against the contract: what it breaks, and how much of it rests on guesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from replaysandbox.core.contract import Contract, ContractOperation, Violation, find_operation
from replaysandbox.core.exchange import Headers, header

_BASE = "urn:contract"
_GUESSES = 64
"""Deepest level of a body in which guesses are counted. Ours."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A contract made ready for checking; remote references are refused, for none is ever fetched."""

    contract: Contract
    registry: Registry[Any] = field(repr=False)
    validators: dict[str, Draft202012Validator] = field(default_factory=dict, repr=False)


def make_checker(contract: Contract) -> Checker:
    """Make a contract ready for checking many exchanges."""
    resource = DRAFT202012.create_resource(contract.document)
    return Checker(contract, Registry().with_resource(_BASE, resource))


def violations(checker: Checker, method: str, path: str, status: int, headers: Headers, body: bytes) -> list[Violation]:
    """Hold one answer to the contract.

    Args:
        checker: From `make_checker`.
        method: HTTP method of the request.
        path: Path of the request, decoded, without query.
        status: HTTP status of the answer.
        headers: Header fields of the answer.
        body: Body of the answer, content encoding removed.
    """
    operation = find_operation(checker.contract, method, path)
    if operation is None:
        return [Violation(f"{method} {path}", status, "", "the contract has no such operation")]
    place = _response_place(operation, status)
    if place is None:
        known = ", ".join(operation.responses)
        return [Violation(operation.name, status, "", f"status {status} is not promised (promised: {known})")]
    found = list(_header_violations(checker, operation, status, place, headers))
    return found + list(_body_violations(checker, operation, status, place, headers, body))


def _response_place(operation: ContractOperation, status: int) -> str | None:
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in operation.responses:
            return operation.responses[key]
    return None


def _response(checker: Checker, place: str) -> tuple[str, Mapping[str, Any]]:
    """Follow a response's own `$ref`: its place and the object there."""
    resolver = checker.registry.resolver(_BASE)
    value = resolver.lookup(f"#{place}").contents
    if "$ref" in value:
        place = value["$ref"].removeprefix("#")
        value = resolver.lookup(value["$ref"]).contents
    return place, value


def _header_violations(
    checker: Checker, operation: ContractOperation, status: int, place: str, headers: Headers
) -> Iterator[Violation]:
    place, response = _response(checker, place)
    for name, promise in response.get("headers", {}).items():
        if promise.get("required") and header(headers, name) is None:
            clause = f"{place}/headers/{name}"
            yield Violation(operation.name, status, f"header {name}", "the header is missing", clause)


def _body_violations(
    checker: Checker, operation: ContractOperation, status: int, place: str, headers: Headers, body: bytes
) -> Iterator[Violation]:
    place, response = _response(checker, place)
    content = response.get("content", {})
    kind = (header(headers, "content-type") or "").partition(";")[0].strip().lower()
    if not content:
        if body and method_has_body(operation.method):
            yield Violation(operation.name, status, "", "a body where none is promised", place)
        return
    if kind not in content:
        reason = f"content type '{kind}' is not promised (promised: {', '.join(content)})"
        yield Violation(operation.name, status, "header Content-Type", reason, f"{place}/content")
        return
    if "schema" not in content[kind] or not method_has_body(operation.method):
        return
    clause = f"{place}/content/{kind.replace('/', '~1')}/schema"
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        yield Violation(operation.name, status, "", f"the body is not JSON: {error}", clause)
        return
    for broken in _validator(checker, clause).iter_errors(value):
        yield _violation(operation.name, status, broken, clause)


def request_violations(checker: Checker, method: str, path: str, body: Any) -> list[str]:
    """Hold a request's JSON body to the contract.

    Args:
        checker: From `make_checker`.
        method: HTTP method of the request.
        path: Path of the request, decoded.
        body: The value of the body; None where there is none.

    Returns:
        What it breaks, each as JSON pointer and reason; empty where the contract describes no body.
    """
    operation = find_operation(checker.contract, method, path)
    if operation is None or not operation.body or (body is None and not operation.body_required):
        return []
    if body is None:
        return ["a JSON body is missing"]
    found = [
        _violation(operation.name, 0, broken, operation.body)
        for broken in _validator(checker, operation.body).iter_errors(body)
    ]
    return [f"{each.pointer or 'the body'}: {each.reason}" for each in found]


def method_has_body(method: str) -> bool:
    """Tell whether answers to a method carry a body; those to HEAD never do."""
    return method != "HEAD"


def _validator(checker: Checker, clause: str) -> Draft202012Validator:
    validator = checker.validators.get(clause)
    if validator is None:
        validator = Draft202012Validator(
            {"$ref": f"{_BASE}#{clause}"},
            registry=checker.registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        checker.validators[clause] = validator
    return validator


def _violation(operation: str, status: int, error: ValidationError, clause: str) -> Violation:
    inner = best_match(error.context) if error.context else None
    told = inner or error
    pointer = "".join(f"/{part}" for part in told.absolute_path)
    return Violation(operation, status, pointer, told.message[:300], clause)


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
    place = _response_place(operation, status) if operation else None
    if place is None or not body:
        return ()
    place, response = _response(checker, place)
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    return tuple(_guessed(checker, schema, orjson.loads(body), "", 0)) if schema else ()


def _guessed(checker: Checker, schema: Any, value: Any, pointer: str, depth: int) -> Iterator[str]:
    if not isinstance(schema, Mapping) or depth > _GUESSES:
        return
    if schema.get("x-source") == "guess":
        yield pointer or "/"
        return
    if "$ref" in schema:
        target = checker.registry.resolver(_BASE).lookup(schema["$ref"]).contents
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
