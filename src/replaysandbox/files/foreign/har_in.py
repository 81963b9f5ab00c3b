"""HAR 1.2 as browsers and tools write it → exchanges. One entry at a time, whatever the size of the file.

Source: HAR 1.2 Spec, Jan Odvarko, 2012; what Chromium, Firefox, Playwright and mitmproxy 12 write beside it, seen.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from replaysandbox.core.capture import Failure, FailureKind, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.exchange import Headers, header
from replaysandbox.files.capture_line import parse_exchange
from replaysandbox.files.foreign import on_wire
from replaysandbox.files.foreign.json_stream import MALFORMED, broken, items, why
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.stubs import body_file
from replaysandbox.redact.coding import CodingError, codings_of, decoded

PLACE = "log.entries"
CODED = "coded"
"""Member of our `_sandbox`: an answer's body in its content coding, where `content` holds it without."""

_FAILED: dict[str, FailureKind] = {
    "NAME_NOT_RESOLVED": "dns",
    "CONNECTION_REFUSED": "refused",
    "CONNECT CALL FAILED": "refused",
    "TIMED_OUT": "timeout",
    "CERT_": "tls",
    "SSL_": "tls",
}
"""Part of Chromium's name of a network error, or of mitmproxy's → how a live host failed; else it was cut off."""


def read_har(path: Path, losses: Losses, _live_url: str = "") -> Iterator[Recorded]:
    """Read the exchanges of a HAR file.

    Raises:
        SandboxError: It is no JSON, or an entry is not as HAR wants it.
    """
    for losses.exchange, entry in enumerate(items(path, PLACE), 1):
        try:
            recorded = _ours(entry) if "_sandbox" in entry else _entry(entry, path, losses)
        except MALFORMED as error:
            raise broken(path, PLACE, losses.exchange, why(error)) from None
        if recorded is not None:
            yield recorded


def _ours(entry: dict[str, Any]) -> Recorded:
    """Read an entry that we wrote: the body comes back in its coding, unless somebody changed it since."""
    coded = entry["_sandbox"].get(CODED)
    if coded is not None:
        response = entry["response"]
        headers = tuple((field["name"], field["value"]) for field in response["headers"])
        content = _content(response["content"])
        raw = base64.b64decode(coded, validate=True)
        body = raw if _holds(raw, headers, content) else on_wire.wire_body(content, headers)
        response["content"] = {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return parse_exchange(orjson.dumps(entry))


def _holds(raw: bytes, headers: Headers, content: bytes) -> bool:
    try:
        return decoded(raw, codings_of(header(headers, "content-encoding") or "")) == content
    except CodingError:
        return False


def _content(content: dict[str, Any], content_type: str = "", folder: Path | None = None) -> bytes:
    """Read a body; Playwright may keep it in a file beside the HAR."""
    if folder is not None and content.get("_file"):
        return body_file(folder, on_wire.text(content["_file"]))
    said = on_wire.text(content.get("text") or "")
    if content.get("encoding") == "base64":
        return base64.b64decode(said)
    return on_wire.content_bytes(said, content_type)


def _entry(entry: dict[str, Any], path: Path, losses: Losses) -> Recorded | None:
    asked = on_wire.table(entry["request"])
    scheme = on_wire.text(asked["url"]).partition(":")[0].lower()
    if scheme not in ("http", "https"):
        losses.note(f"{scheme[:20]}: URLs: no HTTP, left out")
        return None
    request = _request(asked, path, losses)
    answered = entry.get("response") or {}
    message = on_wire.text(answered.get("_error") or answered.get("_failureText") or "")
    response, failure = None, None
    if on_wire.whole(answered.get("status") or 0) >= 100:  # Playwright writes -1 where there was no answer
        response = _response(answered, request.method, path, losses)
        if message and "ABORTED" not in message:  # a page that did not want the rest is no failure of the live host
            failure = Failure("truncated", message)
    else:
        message = message or on_wire.text(answered.get("statusText") or "")
        failure = Failure(_kind(message), message or "no answer")
    headers = response.headers if response else ()
    started = on_wire.instant(entry.get("startedDateTime"), headers, path)
    if entry.get("_webSocketMessages"):
        losses.note("WebSocket messages")
    return Recorded(started, request, response, failure, _timings(entry.get("timings") or {}))


def _request(asked: dict[str, Any], path: Path, losses: Losses) -> RecordedRequest:
    headers = _fields(asked.get("headers") or [])
    posted = asked.get("postData") or {}
    kind = header(headers, "content-type") or on_wire.text(posted.get("mimeType") or "")
    body = b""
    if posted.get("text") or posted.get("_file"):
        encoding = posted.get("_encoding") or posted.get("encoding")
        body = _content({**posted, "encoding": encoding}, kind, path.parent)
    elif posted.get("params"):
        body = _form(posted["params"], kind, losses)
    elif (asked.get("bodySize") or 0) > 0:
        losses.note("the request's body: the file does not hold it")
    version = on_wire.text(asked.get("httpVersion") or "")
    return on_wire.request_to(asked["method"], asked["url"], headers, body, version)


def _form(params: list[dict[str, Any]], kind: str, losses: Losses) -> bytes:
    if not kind.startswith("application/x-www-form-urlencoded"):
        losses.note("the request's multipart form: the file holds its parts, not its bytes")
        return b""
    return urlencode([(on_wire.text(pair["name"]), on_wire.text(pair.get("value") or "")) for pair in params]).encode()


def _response(answered: dict[str, Any], method: str, path: Path, losses: Losses) -> RecordedResponse:
    headers = _fields(answered.get("headers") or [])
    content = answered.get("content") or {}
    status = on_wire.whole(answered["status"])
    kind = header(headers, "content-type") or on_wire.text(content.get("mimeType") or "")
    body = on_wire.wire_body(_content(content, kind, path.parent), headers)
    if not body and method != "HEAD" and status not in (204, 304) and _had_body(content, headers):
        losses.note("the answer's body: the file does not hold it")
    return RecordedResponse(
        status,
        on_wire.fitting(headers, body, method, status),
        body,
        on_wire.wire_text(on_wire.text(answered.get("statusText") or "")),
        on_wire.http_version(on_wire.text(answered.get("httpVersion") or "")),
    )


def _had_body(content: dict[str, Any], headers: Headers) -> bool:
    """Say whether there was a body, by its size, or its length where the size was not known (-1)."""
    size = content.get("size")
    return (size if isinstance(size, int) and size >= 0 else header(headers, "content-length")) not in (0, "0", None)


def _fields(listed: list[Any]) -> Headers:
    """Read header fields; Slack writes each as a pair, all others as name and value."""
    pairs = [(field["name"], field["value"]) if isinstance(field, dict) else (field[0], field[1]) for field in listed]
    return on_wire.fields(pairs)


def _timings(said: dict[str, Any]) -> Timings:
    """Add up what comes before the request is sent: we keep send, wait and receive."""
    parts = {name: float(said[name]) for name in said if isinstance(said[name], int | float)}
    before = [parts[name] for name in ("blocked", "dns", "connect", "send") if parts.get(name, -1) >= 0]
    return Timings(sum(before) if before else -1.0, parts.get("wait", -1.0), parts.get("receive", -1.0))


def _kind(message: str) -> FailureKind:
    return next((kind for part, kind in _FAILED.items() if part in message.upper()), "reset")
