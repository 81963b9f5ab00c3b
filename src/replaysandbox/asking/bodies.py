"""Bodies that a route should take: the least its contract asks for, each command and setting, a batch of reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from replaysandbox.check import Checker
from replaysandbox.core.contract import ContractOperation
from replaysandbox.core.exchange import Request, without_header
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.pointers import followed, joined
from replaysandbox.sample import sample, spoiled

_BATCH = 3  # parts of a batch


def good_bodies(pack: Pack, route: Route, least: Any, at: datetime) -> Iterator[tuple[str, Any]]:
    """Make bodies that a route should take, each with what it is.

    Args:
        pack: The pack.
        route: One of its routes that write.
        least: The least body the contract takes.
        at: Sandbox instant.
    """
    if route.operation == "batch":
        yield "a batch", _batch(pack, route, least)
        return
    yield "the least body", least
    yield from _commands(pack, route, least, at)
    yield from _settings(pack, route, least)


def examples_of(document: Mapping[str, Any], schema: str) -> Iterator[tuple[str, Any]]:
    """List the bodies that a contract shows beside a body's schema, each with what it is.

    Source: OpenAPI 3.1.0, 4.8.14: `example`, or `examples` by name, of a media type.
    """
    _, media = followed(document, schema.rpartition("/")[0])
    if not isinstance(media, Mapping):
        return
    if "example" in media:
        yield "the contract's example", media["example"]
    several = media.get("examples")
    for name in several if isinstance(several, Mapping) else ():
        _, shown = followed(document, joined(schema.rpartition("/")[0], "examples", name))
        if isinstance(shown, Mapping) and "value" in shown:
            yield f"the contract's example {name}", shown["value"]


def _batch(pack: Pack, route: Route, least: Any) -> Any:
    """Ask in one request for what the first reads below its prefix would give."""
    words, prefix = route.batch, route.batch.get("prefix", "")
    below = [each.path for each in pack.routes if each.method == "GET" and each.path.startswith(f"{prefix}/")]
    paths = [path.removeprefix(prefix) for path in below if "{" not in path.removeprefix(prefix)]
    parts = [put_at({}, words["path"].split("."), path) for path in paths[:_BATCH]]
    return put_at(least if isinstance(least, dict) else {}, words["requests"].split("."), parts)


def _settings(pack: Pack, route: Route, least: Any) -> Iterator[tuple[str, Any]]:
    """Make a body for each setting of the family that can be written, where the route has its number."""
    controls = pack.controls.get(route.family)
    for name, each in controls.settings.items() if controls and route.operation == "set" else ():
        if each.read_only or (route.values and name not in route.values):
            continue
        if route.values:
            base = least if isinstance(least, dict) else {}
            yield f"the setting {name}", put_at(base, route.values[name].split("."), each.minimum or 0)
        else:
            yield f"the setting {name}", {name: {"value": each.minimum or 0, "unit": each.unit}}


def _commands(pack: Pack, route: Route, least: Any, at: datetime) -> Iterator[tuple[str, Any]]:
    """Make a body for each command of the family, each without parameters; last one for later."""
    controls = pack.controls.get(route.family)
    way, start, strategy = (route.body.get(word, "") for word in ("command", "start", "strategy"))
    if controls is None or not way or not isinstance(least, dict):
        return
    firmly = (strategy.split("."), controls.strategies[0]) if strategy and controls.strategies else None
    for name in controls.commands:
        body = put_at(least, way.split("."), name)
        yield name, body
    later = [name for name, command in controls.commands.items() if "scheduled" in command.execution]
    if later and start:
        body = put_at(least, way.split("."), later[-1])
        for when in ("2h", f"{at + timedelta(hours=3):%Y-%m-%dT%H:%M:%S}"):  # as read by operations/timing.py
            body = put_at(body, start.split("."), when)
            yield f"{later[-1]} at {when}", put_at(body, *firmly) if firmly else body


def put_at(value: Mapping[str, Any], way: Sequence[str], word: Any) -> dict[str, Any]:
    """Put a word into a body, at a path of keys."""
    inner = value.get(way[0])
    nested = inner if isinstance(inner, dict) else {}
    return {**value, way[0]: word if len(way) == 1 else put_at(nested, way[1:], word)}


def bad_bodies(route: Route, least: Any) -> Iterator[tuple[str, bytes]]:
    """Make bodies that a contract forbids, each with what it is."""
    for about, body in (*spoiled(least), ("no body", None)):
        yield about, written(body)
    if route.method != "DELETE":  # where bodies mean little: RFC 9110, 9.3.5
        yield "half a body", b'{"'


def with_any_body(checker: Checker | None, operation: ContractOperation | None, request: Request) -> Request:
    """Send what is no JSON: a form, or a file that nobody looks into; nothing where nothing is asked for."""
    bare = without_header(request.headers, "content-type")
    if checker is None or operation is None or not operation.body_required:
        return replace(request, headers=bare)
    kind, place = next(iter(operation.contents.items()))
    body = b"text"
    if kind == "application/x-www-form-urlencoded":
        least = sample(checker.contract.document, joined(place, "schema"))
        body = urlencode(least if isinstance(least, dict) and least else {"a": "a"}).encode()
    sent = kind.replace("*/*", "application/octet-stream").replace("*", "plain")
    return replace(request, headers=(*bare, ("Content-Type", sent)), body=body)


def written(body: Any) -> bytes:
    """Write a body as JSON; nothing for None."""
    return b"" if body is None else orjson.dumps(body)
