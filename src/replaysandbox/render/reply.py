"""What an operation came to, as an answer of the API: its template, or the template of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from replaysandbox.core.exchange import Headers, Reply, Request, with_header
from replaysandbox.core.ids import encode
from replaysandbox.core.matching import Match
from replaysandbox.core.ours import our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.render.render import RenderError, Templates, render

TEMPLATE_NAMES = frozenset(
    {
        *("at", "error", "item", "latency_ms", "operation", "query", "request"),
        *("device", "devices", "page", "action", "actions", "device_id", "updated"),
        *("event", "challenge"),
    }
)
"""What templates see: in every answer, as the operation gives, and in webhooks."""

_REQUEST_NUMBERS = 1 << 40
"""Request ids there are: what an id of eight letters holds."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as templates see it."""

    id: str
    method: str
    path: str
    query: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An error as templates see it."""

    status: int
    code: str
    message: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """The request that is answered.

    Attributes:
        request: The request.
        found: Its route.
        at: Instant it asks about.
        number: Hash of it, which its id and latency are made from.
    """

    request: Request
    found: Match
    at: datetime
    number: int


def done_reply(pack: Pack, templates: Templates, about: About, values: Mapping[str, Any]) -> Reply:
    """Make the answer of an operation that was carried out."""
    route = about.found.route
    seen = {**_always(pack, about), **values}
    return _rendered(pack, templates, route.template, seen, route.status, route.headers)


def error_reply(pack: Pack, templates: Templates, about: About, error: ErrorAnswer, facts: Mapping[str, Any]) -> Reply:
    """Make the answer with which the API says no.

    Args:
        pack: The pack.
        templates: Its templates.
        about: The request.
        error: How the API says it.
        facts: What is known; the error says which of it becomes details, its message names some in braces.
    """
    message = error.message
    for name, value in facts.items():
        message = message.replace(f"{{{name}}}", str(value))
    details = {word: facts[name] for word, name in error.details.items() if name in facts}
    seen = {**_always(pack, about), "error": ErrorView(error.status, error.code, message, details)}
    return _rendered(pack, templates, pack.error_template, seen, error.status, error.headers)


def _always(pack: Pack, about: About) -> dict[str, Any]:
    request = about.request
    request_id = encode(pack.ids["request"], "request", about.number % _REQUEST_NUMBERS)
    return {
        "at": about.at,
        "operation": about.found.route.operation,
        "item": about.found.route.item,
        "latency_ms": 20 + about.number % 60,
        "request": RequestView(request_id, request.method, request.path, request.query, about.found.arguments),
    }


def _rendered(
    pack: Pack, templates: Templates, template: str, values: Mapping[str, Any], status: int, headers: Headers
) -> Reply:
    try:
        body = render(templates, template, values)
    except RenderError as error:
        message = f"The pack {pack.name} cannot render its answer: {error}"
        return our_reply(500, "miss", "template", message)
    return Reply(status, with_header(pack.headers, headers), body)
