"""Header fields of a pack that are templates: what can be seen wrong in them without a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.files.yaml_file import Document, KeyPath
from replaysandbox.render.problems import template_problems
from replaysandbox.render.render import has_holes
from replaysandbox.render.reply import TEMPLATE_NAMES


def line_problems(document: Document) -> list[Problem]:
    """List what is wrong in the header fields of a pack, its routes and its errors."""
    tables = document.data.get("maps", {})
    return [
        document.problem((*place, name), found.reason)
        for place, headers in _places(document.data)
        for name, line in headers.items()
        if has_holes(line)
        for found in template_problems({"header": line}, TEMPLATE_NAMES, tables)
    ]


def _places(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, str]]]:
    yield ("headers",), data.get("headers", {})
    for position, route in enumerate(data["routes"]):
        yield ("routes", position, "headers"), route.get("headers", {})
        for name, answer in route.get("errors", {}).items():
            yield ("routes", position, "errors", name, "headers"), answer.get("headers", {})
    for name, answer in data["errors"]["answers"].items():
        yield ("errors", "answers", name, "headers"), answer.get("headers", {})
