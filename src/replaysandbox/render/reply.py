"""What an operation came to, as an answer of the API: its template, or the template of its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from replaysandbox.core.exchange import Headers, Reply, Request, with_header
from replaysandbox.core.ids import encode
from replaysandbox.core.matching import Match
from replaysandbox.core.ours import our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.render.render import RenderError, Templates, render, render_line

TEMPLATE_NAMES = frozenset(
    {
        *("at", "error", "facts", "item", "latency_ms", "maps", "operation", "query", "record_of", "request"),
        *("device", "devices", "page", "action", "actions", "device_id", "updated"),
        *("event", "challenge", "id", "uuid"),
        *("home", "homes", "record", "records", "token", "redirect", "answers"),
        *("series", "points", "runs", "step", "start", "end", "zone"),
    }
)
"""What templates see: in every answer, as the operation gives, and in webhooks."""

_KINDS = {".html.j2": "text/html; charset=utf-8", ".txt.j2": "text/plain; charset=utf-8"}

_REQUEST_NUMBERS = 1 << 40
"""Request ids there are: what an id of eight letters holds."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as templates see it.

    Attributes:
        id: Id of the request, as this API writes it.
        arguments: What the path pattern caught.
        body: Value of its JSON body, or fields of its form; None where there is none.
    """

    id: str
    arguments: Mapping[str, str]
    body: Any
    _sent: Request

    @property
    def method(self) -> str:
        """HTTP method."""
        return self._sent.method

    @property
    def host(self) -> str:
        """Host asked."""
        return self._sent.host

    @property
    def path(self) -> str:
        """Path as sent."""
        return self._sent.path

    @property
    def query(self) -> str:
        """Query as sent."""
        return self._sent.query

    @property
    def params(self) -> dict[str, str]:
        """Query parameters by name; of a repeated one the last."""
        return dict(parse_qsl(self._sent.query, keep_blank_values=True, errors="replace"))

    @property
    def headers(self) -> dict[str, str]:
        """Header fields by name in lower case."""
        return {name.lower(): value for name, value in self._sent.headers}


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An error as templates see it."""

    status: int
    code: str | int
    message: str
    details: Mapping[str, Any]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """The request that is answered.

    Attributes:
        request: The request.
        found: Its route.
        at: Instant it asks about.
        number: Hash of it, which its id and latency are made from.
        body: Value of its body.
        record_of: Finds a member of a collection of this API's, after what the request wrote; None where there is none.
    """

    request: Request
    found: Match
    at: datetime
    number: int
    body: Any = None
    record_of: Callable[[str, str], Any] = lambda collection, text: None


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
    view = ErrorView(error.status, error.code, message, details, error.fields)
    seen = {**_always(pack, about), "error": view, "facts": facts}
    template = error.template or about.found.route.error_template or pack.error_template
    return _rendered(pack, templates, template, seen, error.status, error.headers)


def _always(pack: Pack, about: About) -> dict[str, Any]:
    request = about.request
    request_id = encode(pack.ids["request"], "request", about.number % _REQUEST_NUMBERS)
    return {
        "at": about.at,
        "operation": about.found.route.operation,
        "item": about.found.route.item,
        "latency_ms": 20 + about.number % 60,
        "request": RequestView(request_id, about.found.arguments, about.body, request),
        "record_of": about.record_of,
        "maps": pack.maps,
    }


def _rendered(
    pack: Pack, templates: Templates, template: str, values: Mapping[str, Any], status: int, headers: Headers
) -> Reply:
    try:
        body = render(templates, template, values) if template else b""
        own = pack.headers if template.endswith(".json.j2") else _typed(pack.headers, template)
        fields = [(name, render_line(templates, line, values)) for name, line in with_header(own, headers)]
    except RenderError as error:
        if templates.failures is not None:
            templates.failures.append(error)
        message = f"The pack {pack.name} cannot render its answer: {error}"
        return our_reply(500, "miss", "template", message)
    untyped = () if body else ("content-type",)
    return Reply(status, tuple((name, text) for name, text in fields if text and name.lower() not in untyped), body)


def _typed(headers: Headers, template: str) -> Headers:
    """Say what kind of body a template makes, where its name tells that it is no JSON."""
    kind = next((kind for ending, kind in _KINDS.items() if template.endswith(ending)), None)
    return headers if kind is None else with_header(headers, (("Content-Type", kind),))
