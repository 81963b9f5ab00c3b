"""Bodies that a route should take: the least its contract asks for, each command and setting, a batch of reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from replaysandbox.core.pack import Pack, Route

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
    yield from _settings(pack, route)


def _batch(pack: Pack, route: Route, least: Any) -> Any:
    """Ask in one request for what the first reads below its prefix would give."""
    words, prefix = route.batch, route.batch.get("prefix", "")
    below = [each.path for each in pack.routes if each.method == "GET" and each.path.startswith(f"{prefix}/")]
    paths = [path.removeprefix(prefix) for path in below if "{" not in path.removeprefix(prefix)]
    parts = [put_at({}, words["path"].split("."), path) for path in paths[:_BATCH]]
    return put_at(least if isinstance(least, dict) else {}, words["requests"].split("."), parts)


def _settings(pack: Pack, route: Route) -> Iterator[tuple[str, Any]]:
    """Make a body for each setting of the family that can be written."""
    controls = pack.controls.get(route.family)
    for name, each in controls.settings.items() if controls and route.operation == "set" else ():
        if not each.read_only:
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
