"""Contract files (OpenAPI 3.1, YAML or JSON) read into contracts."""

from __future__ import annotations

from pathlib import Path

from replaysandbox.core.contract import Contract, compile_contract
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.places import shown
from replaysandbox.files.yaml_file import Document, KeyPath, read_yaml


def read_contract(path: Path) -> Contract:
    """Read a contract file.

    Raises:
        SandboxError: It is no OpenAPI 3.1 document, or a reference in it leads nowhere or out of the file.
    """
    document = read_yaml(path, shown(path))
    data = document.data
    if not isinstance(data, dict) or not str(data.get("openapi", "")).startswith("3.1"):
        raise SandboxError(
            document.problem(("openapi",), "is not an OpenAPI 3.1 document", "start it with `openapi: 3.1.0`")
        )
    problems = [
        document.problem(place, f"the reference '{target}' leads nowhere in this file", "only `#/…` is followed")
        for place, target in _references(data, ())
        if not _exists(document, target)
    ]
    if problems:
        raise SandboxError(problems)
    return compile_contract(data, shown(path))


def _references(value: object, path: KeyPath) -> list[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        found = [((*path, "$ref"), value["$ref"])] if isinstance(value.get("$ref"), str) else []
        return found + [each for key, inner in value.items() for each in _references(inner, (*path, key))]
    if isinstance(value, list):
        return [each for position, inner in enumerate(value) for each in _references(inner, (*path, position))]
    return []


def _exists(document: Document, target: str) -> bool:
    if not target.startswith("#/"):
        return False
    value = document.data
    for part in target[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
