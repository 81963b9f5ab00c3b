"""Words of a pack that name something elsewhere in it: each must lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.files.pack_errors import ENGINE_ERRORS, ERROR_FACTS, OPERATION_ERRORS
from replaysandbox.files.pack_series import series_problems
from replaysandbox.files.yaml_file import Document, KeyPath

_BRACES = re.compile(r"\{([a-z_]+)\}")

_OF_SETTINGS_BY_NAME = ("unsupported_setting", "read_only_setting", "unsupported_unit")

_RECORDS = ("create_record", "put_record", "list_records", "read_record", "delete_record")
_NEEDS_ID = (
    *("read", "push", "set", "command", "read_action", "cancel", "read_home", "series"),
    *("put_record", "read_record", "delete_record"),
)
_NEEDS = {
    "family": ("list", "read", "push", "set", "command"),
    "template": (
        *("list", "read", "push", "set", "list_actions", "read_action", "cancel"),
        *("list_homes", "read_home", "series", "batch", "token", "list_records", "read_record"),
    ),
    "body": ("push",),
    "error": ("refuse",),
    "series": ("series",),
    "batch": ("batch",),
    "collection": _RECORDS,
    "grants": ("token",),
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
    raised = _raised(data)
    for name in sorted(raised.keys() - answers.keys()):
        reason = f"the error '{name}' is missing, which {raised[name]} needs"
        yield document.problem(("errors", "answers"), reason, _worded(name))
    for path, answer in _error_answers(data):
        yield from _fact_problems(document, path, answer)
    if template not in templates:
        yield _unknown(document, ("errors", "template"), "template", template, templates)
    for path, answer in _error_answers(data):
        if "template" in answer and answer["template"] not in templates:
            yield _unknown(document, (*path, "template"), "template", answer["template"], templates)
    for position, rule in enumerate(data.get("keys", ())):
        if "error" in rule and rule["error"] not in answers:
            yield _unknown(document, ("keys", position, "error"), "error", rule["error"], answers)


def _raised(data: Mapping[str, Any]) -> dict[str, str]:
    """Tell what raises each error that a pack words: the first route, or all of it."""
    raised = dict.fromkeys(ENGINE_ERRORS, "every pack")
    if "oauth" in data:
        raised |= {"expired_token": "a pack with 'oauth'"}
    if "contract" in data and _writes(data):
        raised["bad_body"] = "a pack whose contract describes bodies"
    for route in reversed(data["routes"]):
        raised |= dict.fromkeys(_raised_by(route), f"{route['route']} ({route['operation']})")
    return raised


def _worded(name: str) -> str:
    """Say how an error is worded: what its message may name."""
    facts = ERROR_FACTS.get(name, ())
    told = f"; its message may name {', '.join(f'{{{fact}}}' for fact in facts)}" if facts else ""
    return f"say how this API words it: {name}: {{status: …, message: …}}{told}"


def _fact_problems(document: Document, path: KeyPath, answer: Mapping[str, Any]) -> Iterator[Problem]:
    """Find names in braces that nothing fills."""
    facts = ERROR_FACTS.get(str(path[-1]))
    if facts is None:
        return
    for name in dict.fromkeys(_BRACES.findall(answer["message"])):
        if name not in facts:
            yield _unknown(document, (*path, "message"), "fact", name, facts)
    for word, name in answer.get("details", {}).items():
        if name not in facts:
            yield _unknown(document, (*path, "details", word), "fact", name, facts)


def _raised_by(route: Mapping[str, Any]) -> list[str]:
    """List the errors that a route raises beside the engine's; one that names its settings takes no other name."""
    names = OPERATION_ERRORS.get(route["operation"], ())
    by_name = _OF_SETTINGS_BY_NAME if route["operation"] == "set" and "values" in route else ()
    return [name for name in names if name not in by_name]


def _writes(data: Mapping[str, Any]) -> bool:
    """Tell whether there are routes whose bodies are held to the contract."""
    return any(not route["route"].startswith("GET ") for route in data["routes"])


def _error_answers(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    for name, answer in data["errors"]["answers"].items():
        yield ("errors", "answers", name), answer
    for position, route in enumerate(data["routes"]):
        for name, answer in route.get("errors", {}).items():
            yield ("routes", position, "errors", name), answer


def _unknown(document: Document, path: KeyPath, kind: str, name: str, known: Collection[str]) -> Problem:
    return document.problem(path, f"there is no {kind} '{name}'", nearest(name, known))


def _pagination_problems(document: Document) -> Iterator[Problem]:
    for path, pages in _paginations(document.data):
        kinds = {**dict.fromkeys(("offset", "limit", "page"), "integer"), "after": "string", "before": "string"}
        parameters = document.data.get("parameters", {})
        for word, kind in kinds.items():
            if word in pages and parameters.get(pages[word], {}).get("type") != kind:
                yield _unknown(document, (*path, word), f"{kind} parameter", pages[word], parameters)


def _paginations(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    owners = [((), data), *((("routes", position), route) for position, route in enumerate(data["routes"]))]
    for path, owner in owners:
        if "pagination" in owner:
            yield (*path, "pagination"), owner["pagination"]


def _route_problems(document: Document, templates: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for position, route in enumerate(document.data["routes"]):
        place: KeyPath = ("routes", position)
        yield from _reference_problems(document, place, route, templates)
        yield from _need_problems(document, place, route)
        yield from _place_problems(document, place, route)
        key = (route["route"], str(route.get("host", "")))
        if key in seen:
            line = document.line(("routes", seen[key]))
            yield document.problem((*place, "route"), f"repeats the route of line {line}")
        seen.setdefault(key, position)


def _place_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    """List what a route names of the pack's hosts, path arguments, collections and series that is not there."""
    data, host, names = document.data, route.get("host", ()), _arguments(route["route"])
    for each in (host,) if isinstance(host, str) else host:
        if each not in data["hosts"]:
            yield _unknown(document, (*place, "host"), "host", each, data["hosts"])
    yield from _collection_problems(document, place, route)
    yield from _path_problems(document, place, route)
    if route["operation"] in ("token", "authorize") and "oauth" not in data:
        yield document.problem(place, f"the operation '{route['operation']}' needs the pack's key 'oauth'")
    if "series" in route:
        yield from series_problems(document, (*place, "series"), route, names)


def _collection_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    known, names = document.data.get("collections", {}), _arguments(route["route"])
    of = {"id": of} if isinstance(of := route.get("of", {}), str) else of
    named = [("collection", route["collection"])] if "collection" in route else []
    for word, collection in (*named, *(("of", each) for each in of.values())):
        if collection not in known:
            yield _unknown(document, (*place, word), "collection", collection, known)
    for name in of:
        if name not in names:
            yield _unknown(document, (*place, "of", name), "path argument", name, names)
    if of and "record_not_found" not in document.data["errors"]["answers"]:
        reason = "the error 'record_not_found' is missing, which 'of' needs"
        yield document.problem(("errors", "answers"), reason, _worded("record_not_found"))


def _path_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    """List what a route says of its path arguments that cannot be."""
    names = _arguments(route["route"])
    named = [("selects", what, name) for what, name in route.get("selects", {}).items()]
    for word, key, name in (*named, *(("only", name, name) for name in route.get("only", {}))):
        if name not in names:
            yield _unknown(document, (*place, word, key), "path argument", name, names)
    for index, rule in enumerate(route.get("refuses", ())):
        for word in ("when", "unless"):
            for said in rule.get(word, ()):
                if said.startswith("path.") and said[5:] not in names:
                    yield _unknown(document, (*place, "refuses", index, word, said), "path argument", said[5:], names)
    if "several" in route and (route.get("by") != "home" or route["operation"] not in ("read_home", "series")):
        yield document.problem((*place, "several"), "several are homes: by: home, with read_home or series")


def _arguments(route: str) -> list[str]:
    path = route.split(" ", 1)[1]
    return [part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}")]


def _reference_problems(
    document: Document, place: KeyPath, route: Mapping[str, Any], templates: Mapping[str, str]
) -> Iterator[Problem]:
    answers, parameters = document.data["errors"]["answers"], document.data.get("parameters", {})
    for word, kind, known in (
        ("template", "template", templates),
        ("item", "template", templates),
        ("error_template", "template", templates),
        ("error", "error", answers),
    ):
        if word in route and route[word] not in known:
            yield _unknown(document, (*place, word), kind, route[word], known)
    for index, rule in enumerate(route.get("refuses", ())):
        if rule["error"] not in answers and rule["error"] not in route.get("errors", ()):
            yield _unknown(document, (*place, "refuses", index, "error"), "error", rule["error"], answers)
    for index, name in enumerate(route.get("query", ())):
        if name not in parameters:
            yield _unknown(document, (*place, "query", index), "parameter", name, parameters)


def _need_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    operation, path = route["operation"], route["route"]
    names = _arguments(route["route"])
    if path.count("{") != len(names) or len(set(names)) != len(names):
        yield document.problem((*place, "route"), "braces catch whole segments, each with a name of its own")
    if operation in _NEEDS_ID and "id" not in names:
        yield document.problem((*place, "route"), f"the operation '{operation}' needs the segment {{id}}")
    for word, operations in _NEEDS.items():
        if operation in operations and word not in route:
            yield document.problem(place, f"the operation '{operation}' needs the key '{word}'")
    if operation in ("push", "set", "command"):
        yield from _control_problems(document, place, route)


def _control_problems(document: Document, place: KeyPath, route: Mapping[str, Any]) -> Iterator[Problem]:
    controls = document.data.get("controls", {}).get(route.get("family"))
    if controls is None:
        yield document.problem((*place, "family"), f"there are no controls for the family '{route.get('family')}'")
        return
    commands = controls.get("commands", {})
    word = route.get("command", "")
    named = re.findall(r"\{[^}]*\}", route["route"]) if word.startswith("{") else commands
    if word and word not in named:
        kind = "command" if named is commands else "part of the path"
        yield _unknown(document, (*place, "command"), kind, word, named)
    if route["operation"] == "command" and "command" not in route and "command" not in route.get("body", {}):
        yield document.problem(place, "the operation 'command' needs the key 'command', or 'body' with 'command'")
    kind, known = "parameter of a command", {each for one in commands.values() for each in one.get("parameters", {})}
    if route["operation"] == "set":
        settings = controls.get("settings", {})
        kind, known = "setting to write", {each for each, one in settings.items() if not one.get("read_only")}
    for name in route.get("values", {}):
        if name not in known:
            yield _unknown(document, (*place, "values", name), kind, name, known)
