"""Words of a pack that name something elsewhere in it: each must lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.files.schema_check import nearest
from replaysandbox.files.yaml_file import Document, KeyPath

ENGINE_ERRORS = (
    "missing_credential",
    "invalid_credential",
    "bad_parameter",
    "device_not_found",
    "device_offline",
)
"""Errors the engine itself raises; every pack says how its API words them."""

OPERATION_ERRORS = {
    "push": (
        "bad_body",
        "unknown_command",
        "unsupported_parameter",
        "unsupported_unit",
        "parameter_out_of_range",
        "execution_not_supported",
        "start_in_past",
        "start_out_of_range",
        "invalid_time_window",
        "conflict",
        "conflict_at_work",
    ),
    "set": ("bad_body", "unsupported_setting", "read_only_setting", "unsupported_unit", "parameter_out_of_range"),
    "read_action": ("action_not_found",),
    "cancel": ("action_not_found", "not_cancellable"),
}
"""Errors that some operations raise beside those; a pack that uses such an operation words them."""

_NEEDS_ID = ("read", "push", "set", "read_action", "cancel")
_NEEDS = {
    "family": ("list", "read", "push", "set"),
    "template": ("list", "read", "push", "set", "list_actions", "read_action", "cancel"),
    "body": ("push",),
    "error": ("refuse",),
}
"""Key of a route → operations that need it."""


def name_problems(document: Document, templates: Mapping[str, str]) -> list[Problem]:
    """List the names in a pack that lead nowhere.

    Args:
        document: Its pack.yaml, already of the right shape.
        templates: Name → text.
    """
    return [
        *_error_problems(document, templates),
        *_pagination_problems(document),
        *_route_problems(document, templates),
    ]


def _error_problems(document: Document, templates: Mapping[str, str]) -> Iterator[Problem]:
    data = document.data
    answers, template = data["errors"]["answers"], data["errors"]["template"]
    used = {route["operation"] for route in data["routes"]}
    raised = [*ENGINE_ERRORS, *(name for operation in used for name in OPERATION_ERRORS.get(operation, ()))]
    for name in sorted(set(raised) - answers.keys()):
        reason = f"the error '{name}' is missing"
        yield document.problem(("errors", "answers"), reason, "say how this API words it")
    if template not in templates:
        yield _unknown(document, ("errors", "template"), "template", template, templates)
    for position, rule in enumerate(data.get("keys", ())):
        if "error" in rule and rule["error"] not in answers:
            yield _unknown(document, ("keys", position, "error"), "error", rule["error"], answers)


def _unknown(document: Document, path: KeyPath, kind: str, name: str, known: Mapping[str, Any]) -> Problem:
    return document.problem(path, f"there is no {kind} '{name}'", nearest(name, known))


def _pagination_problems(document: Document) -> Iterator[Problem]:
    pages, parameters = document.data.get("pagination"), document.data.get("parameters", {})
    for word in ("offset", "limit") if pages else ():
        if parameters.get(pages[word], {}).get("type") != "integer":
            yield _unknown(document, ("pagination", word), "integer parameter", pages[word], parameters)


def _route_problems(document: Document, templates: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for position, route in enumerate(document.data["routes"]):
        place: KeyPath = ("routes", position)
        yield from _reference_problems(document, place, route, templates)
        yield from _need_problems(document, place, route)
        if route["route"] in seen:
            line = document.line(("routes", seen[route["route"]]))
            yield document.problem((*place, "route"), f"repeats the route of line {line}")
        seen.setdefault(route["route"], position)


def _reference_problems(
    document: Document, place: KeyPath, route: Mapping[str, Any], templates: Mapping[str, str]
) -> Iterator[Problem]:
    answers, parameters = document.data["errors"]["answers"], document.data.get("parameters", {})
    for word, kind, known in (
        ("template", "template", templates),
        ("item", "template", templates),
        ("error", "error", answers),
    ):
        if word in route and route[word] not in known:
            yield _unknown(document, (*place, word), kind, route[word], known)
    for index, name in enumerate(route.get("query", ())):
        if name not in parameters:
            yield _unknown(document, (*place, "query", index), "parameter", name, parameters)


def _need_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    operation, path = route["operation"], route["route"].split(" ", 1)[1]
    names = [part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}")]
    if path.count("{") != len(names) or len(set(names)) != len(names):
        yield document.problem((*place, "route"), "braces catch whole segments, each with a name of its own")
    if operation in _NEEDS_ID and "id" not in names:
        yield document.problem((*place, "route"), f"the operation '{operation}' needs the segment {{id}}")
    for word, operations in _NEEDS.items():
        if operation in operations and word not in route:
            yield document.problem(place, f"the operation '{operation}' needs the key '{word}'")
    if operation in ("push", "set") and route.get("family") not in document.data.get("controls", {}):
        yield document.problem((*place, "family"), f"there are no controls for the family '{route.get('family')}'")
