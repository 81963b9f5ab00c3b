"""Requests that a route refuses by its own `refuses`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from replaysandbox.asking.bodies import put_at
from replaysandbox.asking.calls import JSON, filled
from replaysandbox.asking.errors import example_word
from replaysandbox.asking.questions import Ask, Subject, paths
from replaysandbox.core.exchange import Request
from replaysandbox.core.pack import Route
from replaysandbox.core.refuse_rule import RefuseRule
from replaysandbox.sample import sample

_OTHER: Final = "neither"
"""A word that no rule of a pack names. Ours."""


def rule_asks(subject: Subject, at: datetime) -> Iterator[Ask]:
    """Ask each route what each of its rules says no to."""
    for route in subject.pack.routes:
        for path in paths(subject, route, 1, at)[:1] if route.refuses else ():
            request, operation = subject.request(route, path, at), subject.operation(route, path)
            body: Any = {}
            if subject.checker is not None and operation is not None and operation.body:
                body = sample(subject.checker.contract.document, operation.body)
            for error, refused in refused_requests(route, request, body):
                yield Ask(f"{route.name}, what it refuses with {error}", refused, at, wrong=True)


def refused_requests(route: Route, request: Request, body: Any) -> Iterator[tuple[str, Request]]:
    """Write a request for each rule that it says no to.

    Args:
        route: The route.
        request: One that it takes.
        body: Its body, as a value.
    """
    for rule in route.refuses:
        yield rule.error, _refused(route, rule, request, body)


def _refused(route: Route, rule: RefuseRule, request: Request, body: Any) -> Request:
    wanted = {place: example_word(words[0]) for place, words in rule.when.items() if words[0] is not None}
    for place in rule.unless:
        wanted.setdefault(place, _OTHER)
    parts = {kind: _of(wanted, kind) for kind in ("path", "query", "headers", "body")}
    words = dict(zip(route.path.split("/"), request.path.split("/")[-len(route.path.split("/")) :], strict=True))
    caught = {part[1:-1]: text for part, text in words.items() if part.startswith("{")}
    made = replace(
        request,
        path=filled(route.path, {**caught, **parts["path"]}) if parts["path"] else request.path,
        query="&".join(filter(None, (request.query, urlencode(parts["query"])))),
        headers=(*request.headers, *parts["headers"].items()),
    )
    if not parts["body"]:
        return made
    sent: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    for path, text in parts["body"].items():
        sent = put_at(sent, path.split("."), text)
    return replace(made, headers=(*made.headers, JSON), body=orjson.dumps(sent))


def _of(wanted: Mapping[str, str], kind: str) -> dict[str, str]:
    return {place.partition(".")[2]: text for place, text in wanted.items() if place.startswith(f"{kind}.")}
