"""Our own files held against our own JSON Schemas, told in words with line numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.nearest import nearest
from replaysandbox.files.places import SCHEMAS, shown
from replaysandbox.files.yaml_file import Document, KeyPath, read_yaml


@cache
def format_validator(name: str) -> Draft202012Validator:
    """Load the schema of one of our file formats (`pack`, `profile`, `scenario`, `settings`, `fault`)."""
    schema = _schema(f"{name}.schema.json")
    return Draft202012Validator(schema, registry=_FORMATS)


def _schema(file: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / "formats" / file).read_text("utf-8"))
    return schema


def _sibling(uri: str) -> Resource[Any]:
    """Find what a schema refers to: the file beside it, whatever its address says. Nothing is ever fetched."""
    return Resource.from_contents(_schema(uri.rsplit("/", 1)[-1]))


_FORMATS: Registry[Any] = Registry(retrieve=_sibling)  # type: ignore[call-arg]


def load_yaml(path: Path, format_name: str) -> Document:
    """Read a file of ours and hold it to its format.

    Raises:
        SandboxError: With every problem of the file at once.
    """
    document = read_yaml(path, shown(path))
    problems = format_problems(document, format_name)
    if problems:
        raise SandboxError(problems)
    return document


def format_problems(document: Document, format_name: str) -> list[Problem]:
    """List all that keeps a document from being a file of this format."""
    told = _told(document, format_validator(format_name).iter_errors(document.data))
    return list(dict.fromkeys(told))  # jsonschema tells a missing key once for each


def _told(document: Document, errors: Iterable[Any]) -> Iterator[Problem]:
    """Tell jsonschema's `ValidationError`s; typed loosely, for each of its attributes may be `Unset` to mypy."""
    for error in errors:
        path: KeyPath = tuple(error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            yield from _unknown_keys(document, error, path)
        elif error.validator == "propertyNames":
            yield document.problem((*path, error.instance), f"'{error.instance}' cannot be a key here: {error.message}")
        elif error.context:
            inner = best_match(error.context)
            yield document.problem(tuple(inner.absolute_path) if inner else path, _reason(inner or error))
        else:
            yield document.problem(path, _reason(error), _hint(error))


def _unknown_keys(document: Document, error: Any, path: KeyPath) -> Iterator[Problem]:
    known = sorted(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            yield document.problem((*path, key), f"unknown key '{key}'", nearest(key, known))


def _reason(error: Any) -> str:
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return (
                f"the key '{missing[0]}' is missing" if len(missing) == 1 else f"keys are missing: {', '.join(missing)}"
            )
        case "type":
            return f"is {_kind(error.instance)}, but should be {_kinds(error.validator_value)}"
        case "enum":
            return f"'{error.instance}' is not one of {', '.join(str(value) for value in error.validator_value)}"
        case "pattern":
            return f"'{error.instance}' is not of the form {error.validator_value}"
        case _:
            return str(error.message)[:300]


def _hint(error: Any) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        return nearest(error.instance, [str(value) for value in error.validator_value])
    return str(error.schema.get("description", "")) if isinstance(error.schema, dict) else ""


_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _kinds(wanted: str | list[str]) -> str:
    return " or ".join(_NAMES[kind] for kind in ([wanted] if isinstance(wanted, str) else wanted))


def _kind(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text '{value[:60]}'"
        case list():
            return "a list"
        case _:
            return "a mapping"
