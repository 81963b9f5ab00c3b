"""Groups of a pack's routes: the keys they share, given to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.files.yaml_file import Document, KeyPath

_Found = tuple[KeyPath, KeyPath | None, dict[str, Any]]


def spread(document: Document) -> tuple[Document, list[Problem]]:
    """Write every route of a group as a route of its own, with the lines it has in the file.

    Args:
        document: A pack.yaml of the right shape.

    Returns:
        The same without groups, and what its routes lack.
    """
    lines = {path: line for path, line in document.lines.items() if path[0:1] != ("routes",) or len(path) == 1}
    routes = []
    problems = []
    for position, (own, shared, route) in enumerate(_routes(document.data["routes"])):
        for source in filter(None, (shared, own)):
            below = (path for path in document.lines if path[: len(source)] == source)
            lines |= {("routes", position, *path[len(source) :]): document.lines[path] for path in below}
        routes.append(route)
        if "operation" not in route:
            problems.append(document.problem(own, "the key 'operation' is missing"))
    return replace(document, data={**document.data, "routes": routes}, lines=lines), problems


def _routes(routes: list[dict[str, Any]]) -> Iterator[_Found]:
    """Go through all routes: where it stands, where what it shares stands, and its keys."""
    for position, entry in enumerate(routes):
        place: KeyPath = ("routes", position)
        if "shared" not in entry:
            yield place, None, entry
            continue
        for inner, route in enumerate(entry["routes"]):
            yield (*place, "routes", inner), (*place, "shared"), _joined(entry["shared"], route)


def _joined(shared: Mapping[str, Any], route: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**shared, **route}
    if "headers" in shared and "headers" in route:
        joined["headers"] = {**shared["headers"], **route["headers"]}
    return joined
