"""What an API promised, as values. `files/contracts.py` reads it; `check.py` holds exchanges to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from replaysandbox.core.pointers import followed, joined, value_at


@dataclass(frozen=True, slots=True)
class ContractParameter:
    """A parameter of an operation.

    Attributes:
        place: `query`, `header`, `path` or `cookie`.
        name: Its name.
        clause: JSON pointer of the parameter.
        schema: JSON pointer of its schema, or empty where it has none.
        required: Whether a request must carry it.
        explode: Whether a list is several parameters of one name; else its members are parted by commas.
        deep: Whether it is written `name[key]=…`.
    """

    place: str
    name: str
    clause: str
    schema: str
    required: bool = False
    explode: bool = True
    deep: bool = False


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
        contents: Content type of a request body → JSON pointer of its media type object.
        parameters: What it takes beside the body.
        prefixes: What its servers put before the path: `/v2.0`, or empty.
        hosts: Hosts of its servers, lower case; empty where they are not told.
        place: JSON pointer of the operation.
    """

    name: str
    method: str
    path: str
    responses: Mapping[str, str]
    body: str = ""
    body_required: bool = False
    contents: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[ContractParameter, ...] = ()
    prefixes: tuple[str, ...] = ("",)
    hosts: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A path template made ready for matching: literal segments, or patterns."""

    operation: ContractOperation
    parts: tuple[str | re.Pattern[str], ...]

    def fits(self, seen: list[str]) -> bool:
        """Tell whether the segments of a path fit."""
        return all(
            part == text if isinstance(part, str) else part.fullmatch(text)
            for part, text in zip(self.parts, seen, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Contract:
    """An OpenAPI document and its operations.

    Attributes:
        file: Where it was read from, for people.
        operations: In the order of the document; those of webhooks, whose path is `webhook:NAME`, come last.
        document: The parsed document in the terms of JSON Schema 2020-12, other files' parts beneath `/x-files`.
        lines: File and line of each place, by its pointer.
        deepest: Deepest nesting of a body that is checked. [levels]
    """

    file: str
    operations: tuple[ContractOperation, ...]
    document: Mapping[str, Any] = field(repr=False)
    lines: Mapping[str, tuple[str, int]] = field(default_factory=dict, repr=False)
    deepest: int = 64
    templates: Mapping[tuple[str, int], tuple[Template, ...]] = field(default_factory=dict, repr=False)

    @property
    def calls(self) -> tuple[ContractOperation, ...]:
        """The operations that a client calls: all but the webhooks."""
        return tuple(each for each in self.operations if not each.path.startswith("webhook:"))

    @property
    def webhooks(self) -> tuple[ContractOperation, ...]:
        """The operations by which the API calls the app."""
        return tuple(each for each in self.operations if each.path.startswith("webhook:"))

    def where(self, clause: str) -> str:
        """Name file and line of a place, or of the nearest above it: `openapi.yaml:12`."""
        while clause and clause not in self.lines:
            clause = clause.rpartition("/")[0]
        file, line = self.lines.get(clause, (self.file, 0))
        return f"{file}:{line}" if line else file


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One clause of a contract broken by one exchange.

    Attributes:
        operation: Name of the contract's operation.
        status: HTTP status of the answer; 0 where the request breaks it.
        pointer: JSON pointer into the body, or `header NAME`, `query NAME`.
        reason: What was expected and what was seen.
        clause: JSON pointer of the clause in the contract.
        expected: What the clause says, in short.
        seen: What was seen, in short.
        guess: Whether the clause is marked `x-source: guess`.
    """

    operation: str
    status: int
    pointer: str
    reason: str
    clause: str = ""
    expected: str = ""
    seen: str = ""
    guess: bool = False


def is_json(kind: str) -> bool:
    """Tell whether a content type's bodies are JSON."""
    return kind == "application/json" or kind.endswith("+json")


def find_operation(contract: Contract, method: str, path: str, host: str = "") -> ContractOperation | None:
    """Find the operation of a request; a template with more literal segments wins.

    Args:
        contract: The contract.
        method: HTTP method.
        path: Path, decoded; a slash or `.json` at its end counts for nothing, unless the contract has such a path.
        host: Host it was sent to: where several operations fit, one whose servers name it wins.
    """
    for text in (path, path.removesuffix("/"), path.removesuffix("/") + "/", path.removesuffix(".json")):
        seen = text.split("/")
        fitting = [each.operation for each in contract.templates.get((method, len(seen)), ()) if each.fits(seen)]
        if fitting:
            return next((each for each in fitting if host in each.hosts), fitting[0])
    return None


def response_place(operation: ContractOperation, status: int) -> str:
    """Find the pointer of the response promised for a status: its own, its range's, the default; empty for none."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in operation.responses:
            return operation.responses[key]
    return ""


def clause_of(contract: Contract, start: str, path: list[str | int]) -> tuple[str, bool]:
    """Follow a way through schemas, through references where need be.

    Args:
        contract: The contract.
        start: Pointer of the schema to begin at.
        path: Keywords and positions, as jsonschema's `schema_path`.

    Returns:
        Pointer of where it ends, and whether anything on the way is marked as a guess.
    """
    place, value, guess = start, _value(contract, start), False
    for part in path:
        guess = guess or _is_guess(value)
        if not _has(value, part):
            place, value = _followed(contract, place)
            guess = guess or _is_guess(value)
        place = joined(place, part)
        value = value[part] if _has(value, part) else {}
    return place, guess or _is_guess(value)


def _value(contract: Contract, place: str) -> Any:
    try:
        return value_at(contract.document, place)
    except KeyError:
        return {}


def _followed(contract: Contract, place: str) -> tuple[str, Any]:
    try:
        return followed(contract.document, place)
    except KeyError:
        return place, {}


def _has(value: Any, part: str | int) -> bool:
    return part in value if isinstance(value, Mapping) else isinstance(value, list) and isinstance(part, int)


def _is_guess(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("x-source") == "guess"
