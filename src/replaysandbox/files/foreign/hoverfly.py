"""Hoverfly simulations → exchanges.

Source: Hoverfly's documentation of simulations, schema v5.3, and its older schemas v1 to v4; seen.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from replaysandbox.core.capture import Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.files.foreign import on_wire
from replaysandbox.files.foreign.json_stream import MALFORMED, broken, items, why
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.stubs import UnclearError, body_file, pairs

PLACE = "data.pairs"
_STATE = ("transitionsState", "removesState")


def read_hoverfly(path: Path, losses: Losses, live_url: str = "") -> Iterator[Recorded]:
    """Read the exchanges that a simulation stands for.

    Args:
        path: The file.
        losses: Takes what a capture cannot hold.
        live_url: `https://HOST` that requests without a destination stand for.

    Raises:
        SandboxError: It is no JSON, or a pair is malformed.
    """
    for losses.exchange, pair in enumerate(items(path, PLACE), 1):
        try:
            yield _exchange(pair, path, live_url, losses)
        except UnclearError as error:
            losses.note(f"a pair whose {error}: left out")
        except MALFORMED as error:
            raise broken(path, PLACE, losses.exchange, why(error)) from None


def _exchange(pair: dict[str, Any], path: Path, live_url: str, losses: Losses) -> Recorded:
    request = _request(on_wire.table(pair["request"]), live_url, losses)
    answered = on_wire.table(pair["response"])
    headers = on_wire.fields_of(answered.get("headers"))
    if answered.get("templated"):
        losses.note("a pair's template: its text is taken as it is written")
    if any(answered.get(key) for key in _STATE) or pair["request"].get("requiresState"):
        losses.note("a pair's state")
    body = on_wire.wire_body(_body(answered, path), headers)
    status = on_wire.whole(answered.get("status", 200))
    headers = on_wire.fitting(headers, body, request.method, status)
    delay = float(on_wire.whole(answered.get("fixedDelay") or 0))
    response = RecordedResponse(status, headers, body)
    return Recorded(on_wire.instant(None, headers, path), request, response, timings=Timings(0, delay, 0))


def _request(asked: dict[str, Any], live_url: str, losses: Losses) -> RecordedRequest:
    destination = _exact(asked.get("destination"))
    scheme = _exact(asked.get("scheme")) or "https"
    if destination is None and not live_url:
        raise UnclearError("host is unknown (--live-url https://api.example.com says it)")
    base = f"{scheme}://{destination}" if destination else live_url.rstrip("/")
    path = _exact(asked.get("path"))
    if path is None:
        raise UnclearError("path is a pattern")
    method = _exact(asked.get("method"))
    if method is None:
        losses.note("a pair for any method stands for GET")
        method = "GET"
    query = _query(asked.get("query"), losses)
    headers = [(name, _listed(said, losses)) for name, said in (asked.get("headers") or {}).items()]
    sent = on_wire.fields([(name, value) for name, value in headers if value is not None])
    body = _exact(asked.get("body"))
    if body is None and asked.get("body"):
        losses.note("a pair's condition that is a pattern")
    return on_wire.request_to(method, base + path + (f"?{query}" if query else ""), sent, (body or "").encode())


def _query(said: Any, losses: Losses) -> str:
    """Read the query: since v5 an object of matchers, before that one matcher of all of it."""
    if isinstance(said, dict) and "exactMatch" not in said:
        found = [(name, _listed(matchers, losses)) for name, matchers in said.items()]
        return pairs([(name, value) for name, value in found if value is not None])
    return _exact(said) or ""


def _listed(said: Any, losses: Losses) -> str | None:
    """Read a matcher of a header or query field; older schemas give a list of plain values."""
    plain = isinstance(said, list) and said and all(isinstance(each, str) for each in said)
    value = ", ".join(said) if plain else _exact(said)
    if value is None:
        losses.note("a pair's condition that is a pattern")
    return value


def _exact(said: Any) -> str | None:
    """Find the one value that matchers mean, or None: plain text (v1), exactMatch (v2 to v4), a list of them (v5)."""
    if isinstance(said, str):
        return said
    if isinstance(said, dict):
        return said.get("exactMatch")
    if isinstance(said, list) and len(said) == 1 and isinstance(said[0], dict):
        matcher = said[0].get("matcher", "exact")
        value = said[0].get("value")
        return value if matcher in ("exact", "json") and isinstance(value, str) else None
    return None


def _body(answered: dict[str, Any], path: Path) -> bytes:
    if answered.get("bodyFile"):
        return body_file(path.parent, on_wire.text(answered["bodyFile"]))
    said = on_wire.text(answered.get("body") or "")
    return base64.b64decode(said) if answered.get("encodedBody") else said.encode()
