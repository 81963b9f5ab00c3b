"""Reply → what goes over the wire: status, header fields, body. One file for both lanes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from replaysandbox.core.exchange import Headers, Reply

_OURS_TO_SAY = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-connection",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Fields about one connection: what an API once sent there is not true of ours. Source: RFC 9110, 7.6.1."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
_NO_LENGTH = frozenset((204, 304))


@dataclass(frozen=True, slots=True)
class Wire:
    """An answer as it is sent.

    Attributes:
        status: HTTP status.
        reason: Reason phrase, for HTTP/1.
        headers: Header fields in order.
        body: Body bytes; empty for HEAD, 204 and 304.
        cut: Whether the connection ends before the stated length.
    """

    status: int
    reason: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    cut: bool = False


def to_wire(reply: Reply, method: str) -> Wire:
    """Turn a reply into what is sent for a request of this method.

    Source:
        No body for HEAD, 204 and 304, and the length that GET would have for HEAD: RFC 9110, 8.6 and 9.3.2.

    Raises:
        ValueError: The reply cannot be said in HTTP: a status outside 200 to 599, a line break in a field.
    """
    if not 200 <= reply.status <= 599:
        raise ValueError(f"status {reply.status} is none to answer with: it must be 200 to 599")
    headers = [_field(name, value) for name, value in reply.headers if _kept(name)]
    headers.append(_field("X-Sandbox", reply.verdict))
    bodiless = method == "HEAD" or reply.status in _NO_LENGTH
    headers = _with_length(headers, reply)
    cut = reply.length is not None and reply.length > len(reply.body) and not bodiless
    if cut:
        headers.append((b"Connection", b"close"))
    reason = (
        reply.reason.encode("latin-1") if _VALUE.fullmatch(reply.reason) and reply.reason else _reason(reply.status)
    )
    return Wire(reply.status, reason, tuple(headers), b"" if bodiless else reply.body, cut)


def _with_length(headers: list[tuple[bytes, bytes]], reply: Reply) -> list[tuple[bytes, bytes]]:
    """State the length where the reply had stated one, else at the end; none for 204 and 304 unless it did."""
    length = reply.length
    if length is None:
        length = -1 if reply.status in _NO_LENGTH else len(reply.body)
    places = [index for index, (name, _) in enumerate(headers) if name.lower() == b"content-length"]
    name = headers[places[0]][0] if places else b"Content-Length"
    stated = [(name, b"%d" % length)] if length >= 0 else []
    others = [pair for pair in headers if pair[0].lower() != b"content-length"]
    place = places[0] if places else len(others)
    return [*others[:place], *stated, *others[place:]]


def http1_bytes(wire: Wire, extra: Headers = ()) -> bytes:
    """Write an answer as HTTP/1.1.

    Args:
        wire: The answer.
        extra: Further fields, about the connection.
    """
    fields = (*wire.headers, *(_field(name, value) for name, value in extra))
    lines = [b"HTTP/1.1 %d %s" % (wire.status, wire.reason), *(b"%s: %s" % field for field in fields)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + wire.body


def _kept(name: str) -> bool:
    lower = name.lower()
    return lower not in _OURS_TO_SAY and lower != "x-sandbox"


def _field(name: str, value: str) -> tuple[bytes, bytes]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a header field")
    if not _VALUE.fullmatch(value):
        raise ValueError(f"the value of header field {name} has a control character in it: {value!r}")
    try:
        return name.encode("ascii"), value.encode("latin-1")
    except UnicodeEncodeError:
        return name.encode("ascii"), value.encode("utf-8")


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b"Unassigned"
