"""Exchanges → HAR 1.2, as browsers and tools read it: bodies without their content coding, cookies and query apart.

Nothing is lost: what HAR has no place for is under `_sandbox`, as in captures.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

import orjson

import replaysandbox
from replaysandbox.core.capture import Recorded, RecordedResponse
from replaysandbox.core.exchange import Headers, header
from replaysandbox.files.capture_line import exchange_line
from replaysandbox.files.foreign.har_in import CODED
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.redact.coding import CodingError, codings_of, decoded

_CREATOR = {"name": "replaysandbox", "version": replaysandbox.__version__}


def write_har(file: BinaryIO, exchanges: Iterable[Recorded], _losses: Losses) -> None:
    """Write exchanges as one HAR document, entry by entry."""
    file.write(b'{"log":{"version":"1.2","creator":' + orjson.dumps(_CREATOR) + b',"pages":[],"entries":[')
    separator = b"\n"
    for recorded in exchanges:
        file.write(separator + orjson.dumps(har_entry(recorded)))
        separator = b",\n"
    file.write(b"\n]}}\n")


def har_entry(recorded: Recorded) -> dict[str, Any]:
    """Make one entry."""
    entry: dict[str, Any] = orjson.loads(exchange_line(recorded))
    request = recorded.request
    entry["request"]["cookies"] = _cookies(request.headers, "cookie")
    entry["request"]["queryString"] = [{"name": name, "value": value} for name, value in _query(request.query)]
    if recorded.response is not None:
        entry["response"]["cookies"] = _cookies(recorded.response.headers, "set-cookie")
        _uncoded(entry, recorded.response)
    return entry


def _uncoded(entry: dict[str, Any], response: RecordedResponse) -> None:
    body, content = response.body, entry["response"]["content"]
    try:
        codings = codings_of(header(response.headers, "content-encoding") or "")
        if not codings or not isinstance(body, bytes) or not body:
            return
        plain = decoded(body, codings)
    except CodingError:
        return  # it stays as it was on the wire
    entry["_sandbox"][CODED] = base64.b64encode(body).decode()
    content.update(size=len(plain), compression=len(plain) - len(body))
    content.pop("encoding", None)
    try:
        content["text"] = plain.decode()
    except UnicodeDecodeError:
        content.update(text=base64.b64encode(plain).decode(), encoding="base64")


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="replace")
    except ValueError:  # more fields than Python takes apart
        return []


def _cookies(headers: Headers, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for field, value in headers:
        if field.lower() == name:
            try:
                found += [{"name": key, "value": morsel.value} for key, morsel in SimpleCookie(value).items()]
            except CookieError:
                continue  # no cookie that anybody could take apart; the field itself is there
    return found
