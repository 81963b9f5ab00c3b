"""What the control API shows of our nouns, as JSON values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from replaysandbox.core.clock import Clock, at_wall
from replaysandbox.core.exchange import Exchange, Forward, Hangup, Reply, Request
from replaysandbox.core.pack import Pack
from replaysandbox.core.reading import Reading

HIDDEN = "…"
"""What stands in place of a secret."""


def instant_text(at: datetime) -> str:
    """Write an instant as all our JSON does: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reading_view(reading: Reading) -> dict[str, Any]:
    """Show all a reading holds: what was measured, and what follows from it."""
    kind: Any = type(reading)
    values = {name: getattr(reading, name) for name in _names(kind)}
    return {name: instant_text(value) if isinstance(value, datetime) else value for name, value in values.items()}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    properties = (name for name, value in vars(kind).items() if isinstance(value, property))
    return (*(field.name for field in fields(kind)), *properties)


def clock_view(clock: Clock, wall: datetime) -> dict[str, Any]:
    """Show where a clock stands at a wall instant, and the devices' hour where that is another."""
    at, world_at = at_wall(clock, wall), None
    if clock.shift_ms is not None:
        world_at = (at.astimezone(UTC) + timedelta(milliseconds=clock.shift_ms)).strftime("%H:%M")
    return {"at": instant_text(at), "speed": clock.speed, "frozen": clock.frozen, "world_at": world_at}


def exchange_view(
    exchange: Exchange, packs: Mapping[str, Pack], violations: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Show one exchange of the journal, without header fields and bodies: those hold credentials."""
    pack = packs.get(exchange.pack)
    outcome = exchange.outcome
    return {
        "number": exchange.number,
        "session": exchange.session,
        "at": instant_text(exchange.at),
        "wall": instant_text(exchange.wall),
        "method": exchange.request.method,
        "url": shown_url(exchange.request, pack),
        "path": exchange.request.path,
        "way": exchange.request.way,
        "status": outcome.status if isinstance(outcome, Reply) else None,
        "outcome": _outcome_name(outcome),
        "verdict": outcome.verdict,
        "pack": exchange.pack or None,
        "route": exchange.route or None,
        "device": exchange.device or None,
        "fault": exchange.fault or None,
        "violations": list(violations),
        "near": [{"route": n.route, "pack": n.pack, "part": n.part, "reason": n.reason} for n in exchange.near],
        "took_ms": round(exchange.took_ms, 3),
    }


def _outcome_name(outcome: Reply | Forward | Hangup) -> str:
    return type(outcome).__name__.lower()


def shown_url(request: Request, pack: Pack | None) -> str:
    """Write a request's URL with every query parameter hidden in which its API takes a key."""
    secret = {each.name.lower() for each in pack.credentials if each.place == "query"} if pack else set()
    if not secret or not request.query:
        return request.url
    parts = [_hidden(part, secret) for part in request.query.split("&")]
    return request.url.partition("?")[0] + "?" + "&".join(parts)


def _hidden(part: str, secret: set[str]) -> str:
    name, _, _ = part.partition("=")
    return f"{name}={quote(HIDDEN)}" if name.lower() in secret else part
