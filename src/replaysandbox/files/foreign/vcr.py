"""VCR cassettes → exchanges: those of VCR.py (YAML, JSON), of Betamax, and of Ruby's VCR, which look alike.

Source: what vcrpy 1 to 9, betamax 0.1 to 0.9 and Ruby's VCR 3 to 6 write, seen.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from replaysandbox.core.capture import Recorded, RecordedResponse
from replaysandbox.core.exchange import Headers
from replaysandbox.files.foreign import on_wire
from replaysandbox.files.foreign.json_stream import MALFORMED, broken, items, opened, top_keys, why
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.yaml_list import members

KEYS = ("interactions", "http_interactions")
"""VCR.py's name of the list of exchanges, and that of the others."""


def read_vcr(path: Path, losses: Losses, _live_url: str = "") -> Iterator[Recorded]:
    """Read the exchanges of a file of VCR's.

    Raises:
        SandboxError: It is neither YAML nor JSON, would run code, or an exchange in it is malformed.
    """
    for losses.exchange, (place, line, data) in enumerate(_listed(path), 1):
        try:
            recorded = _exchange(data, path)
        except MALFORMED as error:
            raise broken(path, place, losses.exchange, why(error), line) from None
        yield recorded


def _listed(path: Path) -> Iterator[tuple[str, int, Any]]:
    with opened(path) as file:
        is_json = file.read(64).lstrip()[:1] == b"{"
    if not is_json:
        yield from (("", line, data) for line, data in members(path, KEYS))
        return
    place = next((key for key in top_keys(path) if key in KEYS), KEYS[0])
    yield from ((place, 0, data) for data in items(path, place))


def _exchange(data: dict[str, Any], path: Path) -> Recorded:
    asked, answered = on_wire.table(data["request"]), on_wire.table(data["response"])
    sent = _headers(asked.get("headers"))
    url = asked["uri"] if "uri" in asked else asked["url"]
    body = _body(asked.get("body"))
    request = on_wire.request_to(on_wire.text(asked["method"]).upper(), url, sent, body)
    response = _response(answered, request.method)
    started = on_wire.instant(data.get("recorded_at"), response.headers, path)
    return Recorded(started, request, response)


def _response(answered: dict[str, Any], method: str) -> RecordedResponse:
    headers = _headers(answered.get("headers"))
    code, reason = _status(answered)
    said = answered["body"] if "body" in answered else answered.get("content")
    body = on_wire.wire_body(_body(said), headers)
    version = on_wire.http_version(answered.get("http_version") or answered.get("protocol") or "")
    return RecordedResponse(code, on_wire.fitting(headers, body, method, code), body, reason, version)


def _headers(said: Any) -> Headers:
    """Read header fields: an object, or (VCR.py's for Tornado) a list of name and values."""
    if isinstance(said, list):
        return tuple(field for name, values in said for field in on_wire.fields_of({on_wire.text(name): values}))
    return on_wire.fields_of(said)


def _status(answered: dict[str, Any]) -> tuple[int, str]:
    """Read the status: an object of code and message, or (older files, httpx) a number of its own."""
    status = answered.get("status")
    if isinstance(status, dict):
        return on_wire.whole(status["code"]), on_wire.wire_text(on_wire.text(status.get("message") or ""))
    return on_wire.whole(answered["status_code"]), ""


def _body(said: Any) -> bytes:
    """Read a body: text, bytes, or an object that says which of the two."""
    if isinstance(said, dict):
        if said.get("base64_string") is not None:
            return base64.b64decode(on_wire.text(said["base64_string"]))
        said = said.get("string")
    if said is None:
        return b""
    if isinstance(said, bytes):
        return said
    # VCR.py writes what was UTF-8 as text, whatever the type says, and all else as bytes
    return on_wire.text(said).encode("utf-8", "surrogatepass")
