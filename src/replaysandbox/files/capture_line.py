"""One line of a capture ↔ its noun: a HAR 1.2 entry, and under `_sandbox` what HAR has no place for.

Two things differ from what browsers write: bodies are as on the wire (a compressed one stays compressed, in
base64), and what can be derived (`cookies`, `queryString`) is left empty, so that each secret has one place.

Source: HAR 1.2 Spec, Jan Odvarko, 2012; custom fields begin with an underscore.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any, get_args

import orjson

from replaysandbox.core.capture import (
    Body,
    BodyFile,
    CaptureHeader,
    Failure,
    FailureKind,
    Recorded,
    RecordedRequest,
    RecordedResponse,
    Situation,
    Timings,
)
from replaysandbox.core.exchange import Headers, Mode, header

FORMAT = "replaysandbox-capture"
VERSION = 1
"""Version of the format; a reader refuses a higher one."""

_URL = re.compile(r"(https?)://(\[[^\]]*\]|[^/?:*]*)(?::(\d{1,5}))?([^?]*)(?:\?(.*))?", re.DOTALL)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOLD = ("session", "verdict", "pack", "route", "device", "fault")
_NEWLINE = orjson.OPT_APPEND_NEWLINE


def header_line(head: CaptureHeader) -> bytes:
    """Write a capture's first line."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "started": _instant(head.started),
        "mode": head.mode,
        "packs": head.packs,
        "hosts": head.hosts,
        "redaction": head.redaction,
    }
    if head.world is not None:
        told["world"] = {"scenario": head.world.scenario, "seed": head.world.seed, "at": _instant(head.world.at)}
    return orjson.dumps(told, option=_NEWLINE)


def parse_header(line: bytes) -> CaptureHeader:
    """Read a capture's first line.

    Raises:
        ValueError: It is none, or of a version that we do not know.
    """
    told = orjson.loads(line)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError(f'its first line does not say "format": "{FORMAT}"')
    if told.get("version") != VERSION:
        raise ValueError(f"it is of format version {told.get('version')}; this replaysandbox reads {VERSION}")
    if told.get("mode") not in get_args(Mode):
        raise ValueError(f"its mode is {told.get('mode')!r}, not one of {', '.join(get_args(Mode))}")
    packs, hosts = (tuple(_text(name) for name in told.get(key, ())) for key in ("packs", "hosts"))
    world, redaction = told.get("world"), _text(told.get("redaction", ""))
    answered_from = _situation(world) if world is not None else None
    return CaptureHeader(_parse_instant(told["started"]), told["mode"], packs, hosts, redaction, answered_from)


def _situation(told: dict[str, Any]) -> Situation:
    return Situation(_text(told["scenario"]), _whole(told["seed"]), _parse_instant(told["at"]))


def exchange_line(recorded: Recorded) -> bytes:
    """Write an exchange as a line. Bodies in it are bytes or already in files: see `captures.Writer`."""
    request, response = recorded.request, recorded.response
    asked = {
        "method": request.method,
        "url": request.url,
        "httpVersion": request.http_version,
        "cookies": (),
        "headers": _har_headers(request.headers),
        "queryString": (),
        "headersSize": -1,
        "bodySize": _size(request.body),
    }
    if request.body != b"":
        asked["postData"] = _har_body(request.body, request.headers, "_encoding")
    timings = recorded.timings
    told: dict[str, Any] = {name: value for name in _TOLD if (value := getattr(recorded, name))}
    if recorded.at is not None:
        told["at"] = _instant(recorded.at)
    if recorded.failure is not None:
        told["failure"] = {"kind": recorded.failure.kind, "message": recorded.failure.message}
    if recorded.redacted:
        told["redacted"] = recorded.redacted
    line = {
        "startedDateTime": _instant(recorded.started),
        "time": timings.total_ms,
        "request": asked,
        "response": _har_response(response or RecordedResponse(0, http_version="")),
        "cache": {},
        "timings": {"send": timings.send_ms, "wait": timings.wait_ms, "receive": timings.receive_ms},
        "_sandbox": told,
    }
    return orjson.dumps(line, option=_NEWLINE)


def parse_exchange(line: bytes) -> Recorded:
    """Read an exchange from a line.

    Raises:
        ValueError: It is cut, or not what a capture holds.
    """
    try:
        data = orjson.loads(line)
        return _exchange(data)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"it is cut or no JSON ({error.msg})") from None
    except KeyError as error:
        raise ValueError(f"it lacks {error}") from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"a member is not of the type HAR gives it ({error})") from None


def _exchange(data: dict[str, Any]) -> Recorded:
    told = data.get("_sandbox", {})
    timings = data.get("timings", {})
    failure = told.get("failure")
    if failure is not None and failure["kind"] not in get_args(FailureKind):
        raise ValueError(f"_sandbox.failure.kind is {failure['kind']!r}, not one of {', '.join(get_args(FailureKind))}")
    return Recorded(
        started=_parse_instant(data["startedDateTime"]),
        request=_request(data["request"]),
        response=_response(data["response"]),
        failure=Failure(failure["kind"], _text(failure.get("message", ""))) if failure else None,
        timings=Timings(*(float(timings.get(name, -1)) for name in ("send", "wait", "receive"))),
        session=_text(told.get("session", "default")),
        at=_parse_instant(told["at"]) if "at" in told else None,
        verdict=_text(told.get("verdict", "")),
        pack=_text(told.get("pack", "")),
        route=_text(told.get("route", "")),
        device=_text(told.get("device", "")),
        fault=_text(told.get("fault", "")),
        redacted=tuple(_text(place) for place in told.get("redacted", ())),
    )


def _request(data: dict[str, Any]) -> RecordedRequest:
    parts = _URL.fullmatch(data["url"])
    if parts is None or int(parts[3] or 1) not in range(1, 65536):
        raise ValueError(f"request.url is no http or https URL: {data['url'][:80]!r}")
    scheme, host, port, path, query = parts.groups()
    return RecordedRequest(
        method=_text(data["method"]),
        scheme=scheme,
        host=host.strip("[]").lower(),
        port=int(port) if port else 443 if scheme == "https" else 80,
        path=path or "/",
        query=query or "",
        headers=_headers(data["headers"]),
        body=_body(data.get("postData", {}), "_encoding"),
        http_version=_text(data.get("httpVersion", "HTTP/1.1")),
    )


def _response(data: dict[str, Any]) -> RecordedResponse | None:
    if data["status"] == 0:
        return None
    status = _whole(data["status"])
    if not 0 < status < 1000:
        raise ValueError(f"response.status is {str(status)[:40]}, no status of HTTP")
    return RecordedResponse(
        status=status,
        headers=_headers(data["headers"]),
        body=_body(data.get("content", {}), "encoding"),
        reason=_text(data.get("statusText", "")),
        http_version=_text(data.get("httpVersion", "HTTP/1.1")),
    )


def _har_response(response: RecordedResponse) -> dict[str, Any]:
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": response.http_version,
        "cookies": (),
        "headers": _har_headers(response.headers),
        "content": {"size": _size(response.body), **_har_body(response.body, response.headers, "encoding")},
        "redirectURL": header(response.headers, "location") or "",
        "headersSize": -1,
        "bodySize": _size(response.body),
    }


def _har_headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _headers(fields: list[dict[str, str]]) -> Headers:
    return tuple([(_text(field["name"]), _text(field["value"])) for field in fields])


def _har_body(body: Body, headers: Headers, encoding: str) -> dict[str, Any]:
    told: dict[str, Any] = {"mimeType": header(headers, "content-type") or ""}
    if isinstance(body, BodyFile):
        return {**told, "_file": body.sha256, "_size": body.size}
    try:
        return {**told, "text": body.decode()}
    except UnicodeDecodeError:
        return {**told, "text": base64.b64encode(body).decode(), encoding: "base64"}


def _body(data: dict[str, Any], encoding: str) -> Body:
    if "_file" in data:
        if not _SHA256.fullmatch(data["_file"]):
            raise ValueError(f"_file is {data['_file'][:80]!r}, no SHA-256 in hexadecimal")
        return BodyFile(data["_file"], _whole(data["_size"]))
    text = _text(data.get("text", ""))
    match data.get(encoding):
        case "base64":
            return base64.b64decode(text, validate=True)
        case None | "":
            return text.encode()
    raise ValueError(f"{encoding} is {data[encoding]!r}, not base64")


def _size(body: Body) -> int:
    return body.size if isinstance(body, BodyFile) else len(body)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _parse_instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text[:40]!r} has no time zone")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is no instant there ever is") from None


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{str(value)[:40]!r} is no whole number")
    return value
