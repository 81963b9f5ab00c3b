"""Operations of a contract → routes of a pack with their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import Contract, ContractOperation
from replaysandbox.core.contract_compile import path_alone
from replaysandbox.core.ids import IdStyle
from replaysandbox.scaffold.answers import Answer, body_of, is_text, success_of, text_of
from replaysandbox.scaffold.bodies import Made, Promise
from replaysandbox.scaffold.devices import DeviceFiller, about_of, id_style
from replaysandbox.scaffold.errors import ErrorBook, Words, without_default
from replaysandbox.scaffold.families import About
from replaysandbox.scaffold.paths import route_path, shape
from replaysandbox.scaffold.queries import Queries, pagination_of
from replaysandbox.scaffold.security import Security, asks
from replaysandbox.scaffold.shelf import Shelf
from replaysandbox.scaffold.tree import holes_of, template_of
from replaysandbox.scaffold.yaml_text import Noted

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_EMPTY: Final = "{# guess: made from the schema: its examples, or the least it takes; nothing follows the world #}\n"
_TOLD: Final = (
    "{# what is marked as a guess follows the world; all else is the schema's example, or the least it takes #}\n"
)


@dataclass(slots=True)
class Routing:
    """Routes as they are made.

    Attributes:
        promise: The contract, ready.
        contract: The contract.
        security: How callers are known.
        errors: How errors are worded.
        shelf: Where templates are put.
        queries: The query parameters by which lists are cut.
        style: How ids of devices look.
        tables: The pack's `maps`.
        routes: Routes so far.
        skipped: Operations that became none: name and why.
        families: Family → how many routes show its devices.
        quantities: How many holes the world fills.
    """

    promise: Promise
    contract: Contract
    security: Security
    errors: ErrorBook
    shelf: Shelf
    queries: Queries
    style: IdStyle
    usual: Mapping[str, Words] = field(default_factory=dict)
    default: str = ""
    tables: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    routes: list[Any] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    families: dict[str, int] = field(default_factory=dict)
    quantities: int = 0
    _seen: set[tuple[str, str, str]] = field(default_factory=set)


def routing(promise: Promise, contract: Contract, security: Security) -> Routing:
    """Make ready to make routes: errors read, and how ids look."""
    shelf = Shelf()
    errors = ErrorBook(promise, shelf)
    for operation in contract.calls:
        errors.read(operation)
    made = Routing(promise, contract, security, errors, shelf, Queries(), id_style(promise, contract))
    made.usual = errors.usual()
    templates = [str(words["template"]) for words in made.usual.values()]
    made.default = max(dict.fromkeys(templates), key=templates.count)
    return made


def add_route(making: Routing, operation: ContractOperation, hosts: tuple[str, ...]) -> None:
    """Make the route of an operation, or note why there is none.

    Args:
        making: Where it is added.
        operation: The operation.
        hosts: Hosts it answers on, where the pack's routes differ in that; else none.
    """
    found = about_of(operation) if operation.method in METHODS else None
    offset = len([part for part in operation.prefixes[0].split("/") if part])
    device = found.position + offset if found and found.position >= 0 else -1
    path = route_path(operation.prefixes[0] + path_alone(operation.path), device)
    if operation.method not in METHODS or path is None:
        why = "the method is answered with GET, or not at all" if path else "no route can have such a path"
        making.skipped.append((operation.name, why))
        return
    key = (operation.method, shape(path.text), repr(hosts))
    if key in making._seen:  # noqa: SLF001  # its own maker
        making.skipped.append((operation.name, "another route catches the same paths"))
        return
    route = _route(making, operation, found, path.text)
    if route is None:
        return
    making._seen.add(key)  # noqa: SLF001  # as above
    if hosts:
        route["host"] = hosts[0] if len(hosts) == 1 else list(hosts)
    notes = [route.pop("note")] if "note" in route else []
    notes += ["guess: a whole segment is caught, where the contract parts it"] if path.widened else []
    making.routes.append(Noted(route, "\n".join(notes)) if notes else route)


def _route(making: Routing, operation: ContractOperation, found: About | None, path: str) -> dict[str, Any] | None:
    """Make the words of a route; None where nothing could be answered."""
    head = {"route": f"{operation.method} {path}"}
    answer = success_of(making.promise, operation)
    if answer is None:
        return _refusing(making, operation, head)
    shown = _device_words(making, operation, found, answer) if operation.method == "GET" and found else None
    if shown is None:
        plain = is_text(answer)
        made = body_of(making.promise, answer) if answer.kind and not plain else None
        if made is None and answer.kind and not plain:
            why = "no body was found that keeps its schema: write the route and its template by hand"
            making.skipped.append((operation.name, why))
            return None
        body = (
            {"template": making.shelf.put(operation.name, text_of(answer), ".txt.j2")}
            if plain
            else _template(making, operation, answer, made, _EMPTY)
        )
        shown = {"operation": "show", **body}
        if operation.method != "GET":
            shown["note"] = "guess: does nothing; see `command`, `set` and `create_record` in docs/packs.md"
    pages = shown.get("pagination", {})
    query = making.queries.read(making.promise.document, operation, pages) if pages else []
    words = {**head, **shown, **({"query": query} if query else {})}
    if answer.status != 200:
        words["status"] = answer.status
    if answer.headers:
        words["headers"] = dict(answer.headers)
    if making.security.credentials and not asks(making.promise.document, operation, making.security):
        words["credentials"] = []
    return {**words, **_errors(making, operation)}


def _refusing(making: Routing, operation: ContractOperation, head: dict[str, str]) -> dict[str, Any] | None:
    """Make a route that says no: nothing else is promised."""
    known = making.errors.by_operation[operation.place]
    name = next((name for name in known if name in making.usual), "")
    if not name:
        making.skipped.append((operation.name, "no answer is promised that a route can give"))
        return None
    open_to_all: dict[str, Any] = {"credentials": []} if making.security.credentials else {}
    return {**head, "operation": "refuse", "error": name, **open_to_all, **_errors(making, operation)}


def _errors(making: Routing, operation: ContractOperation) -> dict[str, Any]:
    """List the errors that an operation words otherwise than the pack does."""
    known = making.errors.by_operation[operation.place]
    others = {
        name: without_default(words, making.default)
        for name, words in known.items()
        if name in making.usual and words != making.usual[name]
    }
    return {"errors": others} if others else {}


def _device_words(making: Routing, operation: ContractOperation, found: About, answer: Answer) -> dict[str, Any] | None:
    """Make a route that shows devices; None where no quantity of them is told."""
    if not answer.schema:
        return None
    many = found.position < 0
    filler = DeviceFiller(found.family, making.style, making.tables)
    made = body_of(making.promise, answer, filler, loop=many)
    if made is None or made.looped is not many:
        return None
    told = [
        hole
        for hole in holes_of(made.tree)
        if hole.expression.startswith("device.") or "(0 - device" in hole.expression
    ]
    if not any("reading" in hole.expression for hole in told):
        return None
    making.families[found.family] = making.families.get(found.family, 0) + 1
    making.quantities += len(told)
    doubts = "".join(f"{{# guess: {each}; not filled #}}\n" for each in filler.doubts)
    words: dict[str, Any] = {"operation": "list" if many else "read", "family": found.family}
    words |= _template(making, operation, answer, made, _TOLD + doubts)
    if many:
        pages = pagination_of(making.promise.document, operation)
        words |= {"pagination": pages} if pages else {}
    elif not {"503", "5XX", "default"} & set(operation.responses):
        words["offline"] = "show"
    words["note"] = f"guess: shows devices of the family {found.family}, for its path says so"
    return words


def _template(
    making: Routing, operation: ContractOperation, answer: Answer, made: Made | None, head: str
) -> dict[str, Any]:
    if made is None:
        return {}
    name = answer.name if answer.name and not made.looped else operation.name
    return {"template": making.shelf.put(name, head + template_of(made.tree))}
