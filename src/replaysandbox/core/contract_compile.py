"""The operations of a parsed OpenAPI document, and the path templates they are found by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from replaysandbox.core.contract import Contract, ContractOperation, ContractParameter, Template, is_json
from replaysandbox.core.pointers import followed, joined
from replaysandbox.core.urls import url_parts

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def compile_contract(
    document: Mapping[str, Any],
    file: str,
    lines: Mapping[str, tuple[str, int]] | None = None,
    deepest: int = 64,
) -> Contract:
    """List the operations of a parsed OpenAPI document.

    Args:
        document: The document; its shape has been checked by the caller.
        file: Where it was read from.
        lines: File and line of each place.
        deepest: Deepest nesting of a body that is checked. [levels]
    """
    operations = [
        *_operations(document, "paths", lambda path: path),
        *_operations(document, "webhooks", lambda name: f"webhook:{name}"),
    ]
    templates: dict[tuple[str, int], list[Template]] = {}
    for operation in operations:
        for full in dict.fromkeys(prefix + path_alone(operation.path) for prefix in operation.prefixes):
            parts = tuple(_pattern(part) if "{" in part else part for part in full.split("/"))
            templates.setdefault((operation.method, len(parts)), []).append(Template(operation, parts))
    ranked = {key: tuple(sorted(each, key=_rank)) for key, each in templates.items()}
    return Contract(file, tuple(operations), document, lines or {}, deepest, ranked)


def path_alone(path: str) -> str:
    """Take off a query or fragment, by which some contracts tell apart what OpenAPI has one path for."""
    return path.partition("?")[0].partition("#")[0]


def _operations(document: Mapping[str, Any], section: str, named: Callable[[str], str]) -> Iterator[ContractOperation]:
    for path in document.get(section) or {}:
        place, item = followed(document, joined("", section, path))
        for method in METHODS:
            if method in item:
                yield _operation(document, named(path), method, place)


def _operation(document: Mapping[str, Any], path: str, method: str, item_place: str) -> ContractOperation:
    item = followed(document, item_place)[1]
    body, place = item[method], joined(item_place, method)
    contents, body_required = _request_body(document, body, place)
    json_body = next(
        (at for kind, at in contents.items() if is_json(kind) and "schema" in followed(document, at)[1]), ""
    )
    servers = body.get("servers") or item.get("servers") or document.get("servers") or [{"url": "/"}]
    return ContractOperation(
        name=body.get("operationId", f"{method.upper()} {path}"),
        method=method.upper(),
        path=path,
        responses={str(status): joined(place, "responses", status) for status in body.get("responses", {})},
        body=f"{json_body}/schema" if json_body else "",
        body_required=body_required,
        contents=contents,
        parameters=tuple(_parameters(document, item_place, place)),
        prefixes=tuple(dict.fromkeys(_prefix(server) for server in servers)) if path.startswith("/") else ("",),
        hosts=frozenset(filter(None, ((url_parts(_url(server)).hostname or "").lower() for server in servers))),
        place=place,
    )


def _request_body(document: Mapping[str, Any], body: Mapping[str, Any], place: str) -> tuple[dict[str, str], bool]:
    if "requestBody" not in body:
        return {}, False
    at, request = followed(document, joined(place, "requestBody"))
    contents = {kind.lower(): joined(at, "content", kind) for kind in request.get("content", {})}
    return contents, bool(request.get("required"))


def _parameters(document: Mapping[str, Any], item_place: str, place: str) -> Iterator[ContractParameter]:
    """List the parameters of an operation; its own replace those of its path."""
    found: dict[tuple[str, str], ContractParameter] = {}
    for owner in (item_place, place):
        for position in range(len(followed(document, owner)[1].get("parameters", ()))):
            at, value = followed(document, joined(owner, "parameters", position))
            style = value.get("style", "form" if value["in"] in ("query", "cookie") else "simple")
            found[value["in"], value["name"].lower() if value["in"] == "header" else value["name"]] = ContractParameter(
                place=value["in"],
                name=value["name"],
                clause=at,
                schema=f"{at}/schema" if "schema" in value else "",
                required=bool(value.get("required")),
                explode=value.get("explode", style == "form"),
                deep=style == "deepObject",
            )
    yield from found.values()


def _url(server: Mapping[str, Any]) -> str:
    url = str(server.get("url", "/"))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def _prefix(server: Mapping[str, Any]) -> str:
    return url_parts(_url(server)).path.rstrip("/")


def _pattern(part: str) -> re.Pattern[str]:
    """Make a pattern of a templated segment: `{id}`, `{id}.json`."""
    texts = re.split(r"\{[^}]*\}", part)
    return re.compile("[^/]+".join(re.escape(text) for text in texts[:2]) + ("" if len(texts) <= 2 else ".+"))


def _rank(template: Template) -> tuple[int, list[bool]]:
    literal = [isinstance(part, str) for part in template.parts]
    return -sum(literal), [not each for each in literal]
