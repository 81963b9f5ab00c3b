"""Reply → what goes over the wire: status, header fields, body. One file for both lanes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from replaysandbox.core.exchange import Headers, Reply
from replaysandbox.core.quick import quick

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


@quick
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
    reason, fields, place, name = _start(reply.status, reply.headers, reply.verdict, reply.reason)
    bodiless = method == "HEAD" or reply.status in _NO_LENGTH
    length = reply.length
    if length is None:
        length = -1 if reply.status in _NO_LENGTH else len(reply.body)
    if length >= 0:
        fields = (*fields[:place], (name, b"%d" % length), *fields[place:])
    cut = reply.length is not None and reply.length > len(reply.body) and not bodiless
    if cut:
        fields = (*fields, (b"Connection", b"close"))
    return Wire(reply.status, reason, fields, b"" if bodiless else reply.body, cut)


@lru_cache(maxsize=1024)  # an API has few header blocks, and each is said again and again
def _start(
    status: int, headers: Headers, verdict: str, reason: str
) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], int, bytes]:
    """Check and encode all but the length, and tell its place: where the reply had stated one, else at the end."""
    if not 200 <= status <= 599:
        raise ValueError(f"status {status} is none to answer with: it must be 200 to 599")
    fields = [*(_field(name, value) for name, value in headers if _kept(name)), _field("X-Sandbox", verdict)]
    places = [index for index, (name, _) in enumerate(fields) if name.lower() == b"content-length"]
    name = fields[places[0]][0] if places else b"Content-Length"
    others = tuple(pair for pair in fields if pair[0].lower() != b"content-length")
    said = reason.encode("latin-1") if reason and _VALUE.fullmatch(reason) else _reason(status)
    return said, others, places[0] if places else len(others), name


def http1_bytes(wire: Wire, extra: Headers = ()) -> bytes:
    """Write an answer as HTTP/1.1.

    Args:
        wire: The answer.
        extra: Further fields, about the connection.
    """
    fields = (*wire.headers, *(_field(name, value) for name, value in extra))
    lines = [b"HTTP/1.1 %d %s" % (wire.status, wire.reason), *(b"%s: %s" % field for field in fields)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + wire.body


def http1_reply(reply: Reply, method: str) -> tuple[bytes, bool]:
    """Say a reply in HTTP/1.1, as `http1_bytes(to_wire(…))` does, and whether the connection ends with it.

    Raises:
        ValueError: As `to_wire`.
    """
    if reply.length is not None or method == "HEAD" or reply.status in _NO_LENGTH:
        wire = to_wire(reply, method)
        return http1_bytes(wire), wire.cut
    before, after = _head(reply.status, reply.headers, reply.verdict, reply.reason)
    return b"%b%d%b%b" % (before, len(reply.body), after, reply.body), False


def closing(said: bytes) -> bytes:
    """Add to an answer, as `http1_reply` says it, that it is the last one of its connection."""
    return said.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


@lru_cache(maxsize=1024)
def _head(status: int, headers: Headers, verdict: str, reason: str) -> tuple[bytes, bytes]:
    """Write a head but for the length: what comes before it, and after it."""
    said, fields, place, name = _start(status, headers, verdict, reason)
    before = http1_bytes(Wire(status, said, fields[:place], b"")).removesuffix(b"\r\n")
    return b"%b%b: " % (before, name), b"\r\n%b\r\n" % b"".join(b"%b: %b\r\n" % field for field in fields[place:])


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
