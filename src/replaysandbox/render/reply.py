"""What an operation came to, as an answer of the API: its template, or the template of its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl

from replaysandbox.core.exchange import Headers, Reply, Request, with_header, without_header
from replaysandbox.core.ids import numbers, write_id
from replaysandbox.core.matching import Match
from replaysandbox.core.ours import our_reply
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.quick import quick
from replaysandbox.render.remembered import render_again
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
"""Request ids there are at most: what an id of eight letters holds."""


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


@quick
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
    route, known = about.found.route, about.request.known
    body = None
    if known is not None and route.template.endswith(".json.j2"):
        always, source = partial(_always, pack, about), partial(_source, pack, about)
        body = partial(render_again, known, templates, route.template, values, always, source)
    return _rendered(pack, templates, route.template, about, values, route.status, route.headers, body)


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
    template = error.template or about.found.route.error_template or pack.error_template
    values = {"error": view, "facts": facts}
    return _rendered(pack, templates, template, about, values, error.status, error.headers)


def _source(pack: Pack, about: About, name: str) -> Any:
    """Give a value of this request alone."""
    if name == "at":
        return about.at
    if name == "latency_ms":
        return 20 + about.number % 60
    if name == "record_of":
        return about.record_of
    style = pack.ids["request"]
    return write_id(style, "request", about.number % min(_REQUEST_NUMBERS, numbers(style)))


def _always(pack: Pack, about: About, source: Callable[[str], Any]) -> dict[str, Any]:
    return {
        "at": source("at"),
        "operation": about.found.route.operation,
        "item": about.found.route.item,
        "latency_ms": source("latency_ms"),
        "request": RequestView(source("id"), about.found.arguments, about.body, about.request),
        "record_of": source("record_of"),
        "maps": pack.maps,
    }


def _rendered(
    pack: Pack,
    templates: Templates,
    template: str,
    about: About,
    values: Mapping[str, Any],
    status: int,
    headers: Headers,
    remembered: Callable[[], bytes] | None = None,
) -> Reply:
    try:
        lines, have_holes = header_lines(templates, _typed(pack.headers, template), headers)
        body, seen = b"", values
        if have_holes or (template and remembered is None):
            seen = {**_always(pack, about, partial(_source, pack, about)), **values}
        if template:
            body = remembered() if remembered is not None else render(templates, template, seen)
        fields = tuple((name, render_line(templates, line, seen)) for name, line in lines) if have_holes else lines
    except RenderError as error:
        if templates.failures is not None:
            templates.failures.append(error)
        message = f"The pack {pack.name} cannot render its answer: {error}"
        return our_reply(500, "miss", "template", message)
    if have_holes:
        fields = tuple((name, text) for name, text in fields if text)
    return Reply(status, fields if body else without_header(fields, "content-type"), body)


def _typed(headers: Headers, template: str) -> Headers:
    """Say what kind of body a template makes, where its name tells that it is no JSON."""
    if not template or template.endswith(".json.j2"):
        return headers
    kind = next((kind for ending, kind in _KINDS.items() if template.endswith(ending)), None)
    return headers if kind is None else with_header(headers, (("Content-Type", kind),))


@lru_cache(maxsize=1024)
def _joined(common: Headers, own: Headers) -> Headers:
    return tuple(pair for pair in with_header(common, own) if pair[1])


def header_lines(templates: Templates, common: Headers, own: Headers) -> tuple[Headers, bool]:
    """Join header fields of a pack and of a route, and tell whether some are templates."""
    lines = _joined(common, own)
    if templates.lines and any(line in templates.lines for _, line in lines):
        return lines, True
    return lines, False
