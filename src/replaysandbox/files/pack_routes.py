"""Routes of a pack and what they are made of, from YAML to nouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from replaysandbox.core.pack import Credential, ErrorAnswer, Parameter, Route
from replaysandbox.core.pagination import Pagination
from replaysandbox.core.refuse_rule import RefuseRule
from replaysandbox.core.series import Series


def read_route(pack: str, data: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> Route:
    """Read one route.

    Args:
        pack: Pack it belongs to.
        data: Its YAML, of the right shape.
        parameters: The pack's query parameters by name.
    """
    method, path = data["route"].split(" ", 1)
    host = data.get("host", ())
    return Route(
        pack=pack,
        method=method,
        path=path,
        operation=data["operation"],
        family=data.get("family", ""),
        template=data.get("template", ""),
        item=data.get("item", ""),
        status=data.get("status", 200),
        parameters=tuple(parameters[name] for name in data.get("query", ())),
        headers=read_headers(data),
        error=data.get("error", ""),
        body=data.get("body", {}),
        effect=data.get("effect", "read" if method == "GET" else "device"),
        hosts=(host,) if isinstance(host, str) else tuple(host),
        by=data.get("by", "device"),
        several=data.get("several", ""),
        only={name: tuple(words) for name, words in data.get("only", {}).items()},
        offline=data.get("offline", "refuse" if data["operation"] == "read" else "show"),
        credentials=read_credentials(data["credentials"]) if "credentials" in data else None,
        pagination=Pagination(**data["pagination"]) if "pagination" in data else None,
        selects=data.get("selects", {}),
        command=data.get("command", ""),
        values=data.get("values", {}),
        adds=data.get("adds", {}),
        grants=tuple(data.get("grants", ())),
        collection=data.get("collection", ""),
        of={"id": of} if isinstance(of := data.get("of", {}), str) else of,
        merge=data.get("merge", False),
        series=Series(**data["series"]) if "series" in data else None,
        batch=data.get("batch", {}),
        errors={name: read_error(body) for name, body in data.get("errors", {}).items()},
        error_template=data.get("error_template", ""),
        refuses=tuple(_refuse_rule(rule) for rule in data.get("refuses", ())),
    )


def _refuse_rule(data: Mapping[str, Any]) -> RefuseRule:
    when, unless = ({place: tuple(words) for place, words in data.get(word, {}).items()} for word in ("when", "unless"))
    return RefuseRule(data["error"], when, unless)


def read_parameter(name: str, data: Mapping[str, Any]) -> Parameter:
    """Read one query parameter."""
    return Parameter(
        name=name,
        kind=data["type"],
        default=data.get("default"),
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        choices=tuple(data.get("choices", ())),
        selects=data.get("selects", ""),
    )


def read_error(data: Mapping[str, Any]) -> ErrorAnswer:
    """Read how a pack, or one of its routes, says one kind of no."""
    return ErrorAnswer(
        status=data["status"],
        code=data.get("code", ""),
        message=data["message"],
        headers=read_headers(data),
        details=data.get("details", {}),
        fields=data.get("fields", {}),
        template=data.get("template", ""),
    )


def read_credentials(data: Sequence[Mapping[str, Any]]) -> tuple[Credential, ...]:
    """Read the places where a key may be."""
    return tuple(Credential(each["in"], each["name"], each.get("scheme", "")) for each in data)


def read_headers(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read the header fields of a pack, a route or an error."""
    return tuple(data.get("headers", {}).items())
