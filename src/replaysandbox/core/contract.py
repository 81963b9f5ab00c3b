"""What an API promised, as values. `files/contracts.py` reads it; `check.py` holds exchanges to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ContractOperation:
    """One operation of a contract.

    Attributes:
        name: `operationId`, or `GET /path` where there is none.
        method: Upper case.
        path: Path template as written.
        responses: Status (`200`, `4XX`, `default`) → JSON pointer of the response object.
        body: JSON pointer of the schema of a JSON request body, or empty where none is described.
        body_required: Whether a request must have one.
    """

    name: str
    method: str
    path: str
    responses: Mapping[str, str]
    body: str = ""
    body_required: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """An OpenAPI 3.1 document and its operations.

    Attributes:
        file: Where it was read from, for people.
        operations: In the order of the document.
        document: The parsed document, which its schemas' references point into.
    """

    file: str
    operations: tuple[ContractOperation, ...]
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One clause of a contract broken by one exchange.

    Attributes:
        operation: Name of the contract's operation.
        status: HTTP status of the answer.
        pointer: JSON pointer into the body, or `header NAME`.
        reason: What was expected and what was seen.
        clause: JSON pointer of the clause in the contract.
    """

    operation: str
    status: int
    pointer: str
    reason: str
    clause: str = ""


def compile_contract(document: Mapping[str, Any], file: str) -> Contract:
    """List the operations of a parsed OpenAPI document.

    Args:
        document: The document; its shape has been checked by the caller.
        file: Where it was read from.
    """
    operations = [
        _operation(path, method, item[method])
        for path, item in document.get("paths", {}).items()
        for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        if method in item
    ]
    return Contract(file, tuple(operations), document)


def _operation(path: str, method: str, body: Mapping[str, Any]) -> ContractOperation:
    place = f"/paths/{_escaped(path)}/{method}"
    request = body.get("requestBody", {})
    described = "schema" in request.get("content", {}).get("application/json", {})
    return ContractOperation(
        name=body.get("operationId", f"{method.upper()} {path}"),
        method=method.upper(),
        path=path,
        responses={str(status): f"{place}/responses/{status}" for status in body.get("responses", {})},
        body=f"{place}/requestBody/content/application~1json/schema" if described else "",
        body_required=bool(request.get("required")),
    )


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def find_operation(contract: Contract, method: str, path: str) -> ContractOperation | None:
    """Find the operation of a request; a template with more literal segments wins; a slash at the end is let pass."""
    seen = (path.rstrip("/") or "/").split("/")
    best: tuple[int, ContractOperation] | None = None
    for operation in contract.operations:
        wanted = (operation.path.rstrip("/") or "/").split("/")
        if operation.method != method or len(wanted) != len(seen):
            continue
        literal = [part == text for part, text in zip(wanted, seen, strict=True) if not part.startswith("{")]
        if all(literal) and (best is None or len(literal) > best[0]):
            best = (len(literal), operation)
    return best[1] if best else None
