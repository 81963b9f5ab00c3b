"""A request taken apart into places and values, so that two can be compared part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, unquote_plus

import orjson

from replaysandbox.core.capture import LARGE, Body, BodyFile, RecordedRequest
from replaysandbox.core.exchange import Headers, header
from replaysandbox.core.match_rules import Place
from replaysandbox.redact.coding import CodingError, codings_of, decoded

Part = tuple[Place, str]
"""A place with what stands there. JSON values are written as JSON, so that `1` and `"1"` differ."""

MOST_DECODED = 4 * 1024 * 1024
"""A compressed body that becomes longer is compared as it is: no request may take long. Ours. [B]"""

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)="([^"]*)"')


def segments(path: str) -> tuple[str, ...]:
    """Take a path apart, percent-encoding undone in each segment: `/a%20b/c%2Fd` is `a b` and `c/d`."""
    return tuple(_unquoted(segment) for segment in path.removeprefix("/").split("/"))


def parts_of(request: RecordedRequest, headers: Sequence[str], is_compared: Callable[[str], bool]) -> list[Part]:
    """Take a request apart.

    Args:
        request: The request.
        headers: Names of header fields that are wanted, lower case; `*` for all.
        is_compared: Tells which of all are, where all are wanted.
    """
    parts: list[Part] = [(("path", str(index)), text) for index, text in enumerate(segments(request.path))]
    parts += [(("query", name), value) for name, value in _pairs(request.query)]
    for name, value in request.headers if headers else ():
        lower = name.lower()
        if lower in headers or ("*" in headers and is_compared(lower)):
            parts += _header_parts(lower, value)
    parts += _body_parts(request.headers, request.body)
    return parts


def _header_parts(name: str, value: str) -> Iterator[Part]:
    if name != "cookie":
        yield ("header", name), value.strip()
        return
    for pair in value.split(";"):
        cookie, _, content = pair.strip().partition("=")
        yield ("cookie", cookie), content


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Read `a=1&b=2`, of a query or a form."""
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            yield unquote_plus(name, errors="surrogateescape"), unquote_plus(value, errors="surrogateescape")


def _unquoted(text: str) -> str:
    return unquote(text, errors="surrogateescape") if "%" in text else text


def _body_parts(headers: Headers, body: Body) -> list[Part]:
    if isinstance(body, BodyFile):
        return [(("body", "bytes"), body.sha256)]
    if not body:
        return []
    if len(body) > LARGE:
        return [(("body", "bytes"), sha256(body).hexdigest())]
    plain = _plain(headers, body)
    kind = (header(headers, "content-type") or "").lower()
    parts = None
    if "json" in kind or (not kind and plain[:1] in (b"{", b"[")):
        parts = _json_parts(plain)
    elif kind.startswith("application/x-www-form-urlencoded"):
        text = plain.decode("utf-8", "surrogateescape")
        parts = [(("body", "form", name), value) for name, value in _pairs(text)]
    elif kind.startswith("multipart/"):
        parts = _multipart_parts(plain, header(headers, "content-type") or "")
    return [(("body", "bytes"), sha256(plain).hexdigest())] if parts is None else parts


def _plain(headers: Headers, body: bytes) -> bytes:
    try:
        return decoded(body, codings_of(header(headers, "content-encoding") or ""), MOST_DECODED)
    except CodingError:
        return body


def _json_parts(body: bytes) -> list[Part] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    parts: list[Part] = []
    left: list[tuple[Place, Any]] = [(("body", "json"), value)]
    while left:  # no recursion: a body may be nested deeper than Python goes
        place, value = left.pop()
        if isinstance(value, dict) and value:
            left += [((*place, key), inner) for key, inner in value.items()]
        elif isinstance(value, list) and value:
            left += [((*place, str(index)), inner) for index, inner in enumerate(value)]
        else:
            parts.append((place, _json_text(value)))
    return parts


def _json_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)  # 1.0 and 1 are one number
    return orjson.dumps(value).decode()


def _multipart_parts(body: bytes, content_type: str) -> list[Part] | None:
    """Read the parts of a multipart body; what parts them is made anew for each request, and not compared.

    Source: RFC 2046, 5.1.1; RFC 7578.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return None
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    parts: list[Part] = []
    for index, piece in enumerate(pieces[1:-1]):
        head, blank, content = piece.partition(b"\r\n\r\n")
        if not blank:
            return None
        text = head.decode("utf-8", "surrogateescape")
        named = dict(_PARAMETER.findall(text))
        name = named.get("name", str(index))
        if "filename" in named:
            parts.append((("body", "part", name, "filename"), named["filename"]))
        parts.append((("body", "part", name), _content(content)))
    return parts


def _content(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "sha256 " + sha256(content).hexdigest()
