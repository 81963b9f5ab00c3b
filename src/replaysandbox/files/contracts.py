"""Contract files (OpenAPI 3.0 and 3.1, YAML or JSON, several files) read into contracts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from replaysandbox.contract.bounds import bounds_of
from replaysandbox.contract.dialect import holds_names, is_foreign, modern
from replaysandbox.core.contract import Contract
from replaysandbox.core.contract_compile import METHODS, compile_contract
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.pointers import joined, target_of, value_at
from replaysandbox.files.places import shown
from replaysandbox.files.yaml_file import Document, KeyPath, read_yaml

_LONGEST_SHOWN = 200

MOST_FILES = 100
"""Most files of one contract. Ours."""

LARGEST = 20_000_000
"""Largest file of a contract. Ours: GitHub's, the largest seen, has 13 MB and takes 3 s. [bytes]"""


@dataclass(slots=True)
class _Files:
    """A contract being read: its files in the order they were met, the first being the one that was named."""

    root: Path
    documents: dict[Path, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_contract(path: Path) -> Contract:
    """Read a contract file, and the files of its folder that it refers to; see `read_contract_files`."""
    return read_contract_files(path)[0]


def read_contract_files(path: Path) -> tuple[Contract, tuple[Path, ...]]:
    """Read a contract file, and the files of its folder that it refers to.

    Returns:
        The contract, and all files it is in, the one that was named first.

    Raises:
        SandboxError: It is no OpenAPI document, a reference leads nowhere, out of its folder or to another machine,
            or checking against it could take for ever.
    """
    files = _Files(path.parent.resolve())
    main = _read(files, path)
    version = str(main.data.get("openapi", "")) if isinstance(main.data, dict) else ""
    by_route = isinstance(main.data, dict) and isinstance(main.data.get("routes"), dict)
    if not by_route and not version.startswith(("3.0", "3.1")):
        reason = "is not an OpenAPI 3.0 or 3.1 document"
        raise SandboxError(main.problem(("openapi",), reason, "start it with `openapi: 3.1.0`"))
    whole = _whole(files)
    if files.problems:
        raise SandboxError(files.problems)
    if by_route:
        whole = _from_routes(main, whole)
    _shape(files, main)
    lines = _lines(files)
    document = modern(whole, old=version.startswith("3.0"))
    deepest, refused = bounds_of(document)
    if refused:
        raise SandboxError([_problem(lines, shown(path), pointer, reason) for pointer, reason in refused[:20]])
    try:
        return compile_contract(document, shown(path), lines, deepest), tuple(files.documents)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SandboxError(Problem(shown(path), 1, "", f"is not shaped like OpenAPI: {error!r}")) from error


def _from_routes(main: Document, whole: dict[str, Any]) -> dict[str, Any]:
    """Make OpenAPI of JSON Schemas by route: `routes: {GET /a/{id}: {200: SCHEMA, request: SCHEMA}}`."""
    paths: dict[str, dict[str, Any]] = {}
    for route, schemas in whole["routes"].items():
        method, _, path = route.partition(" ")
        if method.lower() not in METHODS or not path.startswith("/") or not isinstance(schemas, dict):
            hint = "write `GET /battery/{id}: {200: {$ref: battery.json}}`"
            raise SandboxError(main.problem(("routes", route), "is no method and path with schemas", hint))
        bodies = {word: {"content": {"application/json": {"schema": each}}} for word, each in schemas.items()}
        request = {"requestBody": bodies.pop("request")} if "request" in bodies else {}
        paths.setdefault(path, {})[method.lower()] = {**request, "responses": bodies}
    return {**whole, "paths": paths}


def _read(files: _Files, path: Path) -> Document:
    document = read_yaml(path, shown(path), LARGEST, aliases=True)
    files.documents[path.resolve()] = document
    return document


def _whole(files: _Files) -> dict[str, Any]:
    """Put all files into one document: the main one, and the others beneath `x-files`, references led there."""
    done: list[Any] = []
    while len(done) < len(files.documents):  # files are met while references are led
        path, document = list(files.documents.items())[len(done)]
        done.append(_led(files, path, document, document.data, ()))
    main, *others = done
    return {**main, "x-files": {str(number): each for number, each in enumerate(others, 1)}} if others else dict(main)


def _led(files: _Files, path: Path, document: Document, value: Any, keys: KeyPath, *, names: bool = False) -> Any:
    """Lead all references below a value; those in examples and in extensions of others (`x-…`) stay as they are."""
    if isinstance(value, dict):
        led = {
            key: inner
            if not names and is_foreign(key)
            else _led(files, path, document, inner, (*keys, key), names=not names and holds_names(key))
            for key, inner in value.items()
        }
        if names:
            return led
        if isinstance(value.get("$ref"), str):
            led["$ref"] = _reference(files, path, document, value["$ref"], (*keys, "$ref"))
        if isinstance(value.get("discriminator"), dict):
            place = (*keys, "discriminator", "mapping")
            led["discriminator"] = _discriminator(files, path, document, value["discriminator"], place)
        return led
    if isinstance(value, list):
        return [_led(files, path, document, inner, (*keys, position)) for position, inner in enumerate(value)]
    return value


def _discriminator(files: _Files, path: Path, document: Document, value: dict[str, Any], keys: KeyPath) -> Any:
    """Lead the references that a discriminator maps words to; names of schemas stay.

    A word for a schema that is not in this file is left out: real contracts hold some, and nobody can be told by it.
    """
    mapping = value.get("mapping")
    if not isinstance(mapping, dict):
        return value
    led = {
        word: _reference(files, path, document, target, (*keys, word)) if "/" in str(target) else target
        for word, target in mapping.items()
        if not _dangling(document, str(target))
    }
    return {**value, "mapping": led}


def _dangling(document: Document, target: str) -> bool:
    try:
        return target.startswith("#/") and value_at(document.data, target_of(target)) is None
    except KeyError:
        return True


def _reference(files: _Files, path: Path, document: Document, reference: str, keys: KeyPath) -> str:
    """Lead one reference to its place in the whole document; what cannot be followed is noted."""
    address, _, fragment = reference.partition("#")
    target, why = _file_of(files, path, address)
    if not why and fragment and not fragment.startswith("/"):
        why = "leads nowhere: anchors are not followed"
    if not why:
        try:
            value_at(files.documents[target].data, target_of(fragment))
        except KeyError:
            why = "leads nowhere"
    if why:
        shown_as = reference if len(reference) <= _LONGEST_SHOWN else f"{reference[:_LONGEST_SHOWN]}…"
        hint = "references may lead within this file (`#/…`) and to files beside it"
        files.problems.append(document.problem(keys, f"the reference '{shown_as}' {why}", hint))
        return "#"
    number = list(files.documents).index(target)
    return f"#{joined('', 'x-files', number) if number else ''}{fragment}"


def _file_of(files: _Files, path: Path, address: str) -> tuple[Path, str]:
    """Find the file that an address names, and read it where it is met first; or why it is not read."""
    if "://" in address or address.startswith("//"):
        return path, "leads to another machine"
    try:
        target = (path.parent / unquote(address)).resolve() if address else path
        known = target in files.documents
        is_there = known or (target.is_file() and len(files.documents) < MOST_FILES)
    except (OSError, ValueError, RuntimeError):  # a NUL, a name too long, links in a circle
        return path, "leads nowhere"
    if not target.is_relative_to(files.root):
        return path, "leads out of the contract's folder"
    if not is_there:
        return path, "leads nowhere"
    if not known:
        _read(files, target)
    return target, ""


def _shape(files: _Files, main: Document) -> None:
    """Hold what operations are made of to the shape that we rely on."""
    for section in ("paths", "webhooks"):
        items = main.data.get(section) or {}
        if not isinstance(items, dict):
            raise SandboxError(main.problem((section,), "is no mapping"))
        for path, item in items.items():
            methods = [(method, item[method]) for method in METHODS if method in item] if isinstance(item, dict) else []
            for method, body in methods or ([("", item)] if not isinstance(item, dict) else []):
                if not isinstance(body, dict) or not _is_table_of_tables(body.get("responses", {})):
                    files.problems.append(main.problem((section, path, method), "is not shaped like OpenAPI"))
    if files.problems:
        raise SandboxError(files.problems)


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


def _lines(files: _Files) -> dict[str, tuple[str, int]]:
    """Index file and line by pointers of the whole document."""
    found: dict[str, tuple[str, int]] = {}
    for number, document in enumerate(files.documents.values()):
        prefix = joined("", "x-files", number) if number else ""
        for keys, line in document.lines.items():
            found[joined(prefix, *keys)] = (document.file, line)
    return found


def _problem(lines: dict[str, tuple[str, int]], file: str, pointer: str, reason: str) -> Problem:
    place = pointer
    while place and place not in lines:
        place = place.rpartition("/")[0]
    name, line = lines.get(place, (file, 0))
    return Problem(name, line, pointer[1:].replace("/", ".").replace("~1", "/")[:120], reason)
