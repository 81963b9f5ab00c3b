"""WireMock mappings → exchanges: one file, or the folder that has `mappings/` and `__files/` in it.

Source: WireMock 3's documentation of stub mappings, 2026.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from replaysandbox.core.capture import Failure, FailureKind, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Headers
from replaysandbox.files.foreign import on_wire
from replaysandbox.files.foreign.json_stream import MALFORMED, broken, why
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.stubs import UnclearError, body_file, pairs, read_json

_FAULTS: dict[str, FailureKind] = {
    "CONNECTION_RESET_BY_PEER": "reset",
    "EMPTY_RESPONSE": "reset",
    "MALFORMED_RESPONSE_CHUNK": "truncated",
    "RANDOM_DATA_THEN_CLOSE": "truncated",
}
_LOST = {"priority": "priority", "requiredScenarioState": "scenario state", "newScenarioState": "scenario state"}
_CONDITIONS = (
    "cookies",
    "basicAuthCredentials",
    "multipartPatterns",
    "formParameters",
    "customMatcher",
    "pathParameters",
)


def read_wiremock(path: Path, losses: Losses, live_url: str = "") -> Iterator[Recorded]:
    """Read the exchanges that mappings stand for.

    Args:
        path: A file of one mapping or of `mappings`, or a folder of such.
        losses: Takes what a capture cannot hold.
        live_url: `https://HOST` that the mappings stand for: they name none.

    Raises:
        SandboxError: A file is no JSON, a mapping is malformed, or no host is known.
    """
    for file, place, number, mapping in _mappings(path):
        losses.exchange += 1
        try:
            for key in _LOST.keys() & mapping.keys():
                losses.note(f"a mapping's {_LOST[key]}")
            yield _exchange(mapping, path if path.is_dir() else file, live_url, losses)
        except UnclearError as error:
            losses.note(f"a mapping whose {error}: left out")
        except MALFORMED as error:
            raise broken(file, place, number, why(error)) from None


def _mappings(path: Path) -> Iterator[tuple[Path, str, int, dict[str, Any]]]:
    inner = path / "mappings"
    files = sorted((inner if inner.is_dir() else path).rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        data = read_json(file)
        listed = data.get("mappings") if isinstance(data, dict) else None
        if isinstance(listed, list):
            yield from ((file, "mappings", number, mapping) for number, mapping in enumerate(listed, 1))
        elif isinstance(data, dict) and "request" in data:
            yield file, "", 1, data
        elif not path.is_dir():
            raise SandboxError(Problem(str(file), 0, "", "is no WireMock mapping: it has no request"))


def _exchange(mapping: dict[str, Any], path: Path, live_url: str, losses: Losses) -> Recorded:
    asked, answered = on_wire.table(mapping["request"]), on_wire.table(mapping["response"])
    if "proxyBaseUrl" in answered:
        raise UnclearError("answer is another server's")
    request = _request(asked, path, live_url, losses)
    delay = answered.get("fixedDelayMilliseconds") or 0
    fault = answered.get("fault")
    failure = Failure(_FAULTS.get(fault, "reset"), f"WireMock's fault {fault}") if fault else None
    response = None if failure else _response(answered, path, request.method, losses)
    started = on_wire.instant(None, response.headers if response else (), path)
    return Recorded(started, request, response, failure, Timings(0, float(delay), 0))


def _request(asked: dict[str, Any], path: Path, live_url: str, losses: Losses) -> RecordedRequest:
    target = asked.get("url") or asked.get("urlPath")
    if target is None:
        raise UnclearError("URL is a pattern")
    method = on_wire.text(asked.get("method") or "ANY")
    if method == "ANY":
        losses.note("a mapping for any method stands for GET")
        method = "GET"
    for name in _CONDITIONS:
        if asked.get(name):
            losses.note(f"a mapping's condition on {name}")
    query = [(name, _exact(said)) for name, said in (asked.get("queryParameters") or {}).items()]
    headers = [(name, _exact(said)) for name, said in (asked.get("headers") or {}).items()]
    bodies = [_exact(said) for said in asked.get("bodyPatterns") or ()]
    if None in (value for _, value in (*query, *headers)) or None in bodies or len(bodies) > 1:
        losses.note("a mapping's condition that is a pattern")
    written = pairs([(name, value) for name, value in query if value is not None])
    base = _live(asked, live_url, path)
    url = base + on_wire.text(target) + (("&" if "?" in target else "?") + written if written else "")
    sent: Headers = on_wire.fields([(name, value) for name, value in headers if value is not None])
    body = next((each for each in bodies if each is not None), "").encode()
    return on_wire.request_to(method, url, sent, body)


def _live(asked: dict[str, Any], live_url: str, path: Path) -> str:
    host = asked.get("host")
    named = _exact(host) if isinstance(host, dict) else None
    if named:
        return f"{on_wire.text(asked.get('scheme') or 'https')}://{named}" + (
            f":{asked['port']}" if "port" in asked else ""
        )
    if not live_url:
        hint = "say which API they stand for: --live-url https://api.example.com"
        raise SandboxError(Problem(str(path), 0, "", "its mappings name no host", hint))
    return live_url.rstrip("/")


def _exact(said: Any) -> str | None:
    """Find the one value that a matcher means, or None where it means several."""
    if not isinstance(said, dict):
        return None
    if "equalTo" in said:
        return on_wire.text(said["equalTo"])
    if "equalToJson" in said:
        wanted = said["equalToJson"]
        return wanted if isinstance(wanted, str) else orjson.dumps(wanted).decode()
    return None


def _response(answered: dict[str, Any], path: Path, method: str, losses: Losses) -> RecordedResponse:
    headers = on_wire.fields_of(answered.get("headers"))
    if answered.get("transformers"):
        losses.note("a mapping's template: its text is taken as it is written")
    body = on_wire.wire_body(_body(answered, path), headers)
    status = on_wire.whole(answered.get("status", 200))
    response = RecordedResponse(status, headers, body, on_wire.wire_text(answered.get("statusMessage") or ""))
    return replace(response, headers=on_wire.fitting(headers, body, method, status))


def _body(answered: dict[str, Any], path: Path) -> bytes:
    if "bodyFileName" in answered:
        root = path if path.is_dir() else path.parent
        folder = next((each for each in (root / "__files", root.parent / "__files") if each.is_dir()), root / "__files")
        return body_file(folder, on_wire.text(answered["bodyFileName"]))
    if "base64Body" in answered:
        return base64.b64decode(on_wire.text(answered["base64Body"]))
    if "jsonBody" in answered:
        return orjson.dumps(answered["jsonBody"])
    return on_wire.text(answered.get("body") or "").encode()
