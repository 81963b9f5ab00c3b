"""The head of an HTTP/1.1 request, read by a C parser; what is odd about one is left to the flow lane to judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import httptools

from replaysandbox.core.exchange import Headers
from replaysandbox.proxy.ways import BETWEEN_CLIENT_AND_PROXY, basic_credentials

_TARGET: Final = re.compile(rb"(?:(https?)://([^/]+))?(/[\x21-\x7e]*)")
"""Origin or absolute form, as clients write them: neither the asterisk nor odd bytes."""

_AUTHORITY: Final = re.compile(
    r"(?P<host>(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?)(?::(?P<port>[1-9][0-9]{0,4}))?"
)
"""Names and IPv4 addresses."""

_LENGTH: Final = re.compile(rb"0|[1-9][0-9]{0,8}")
_ODD: Final = frozenset((b"transfer-encoding", b"expect", b"upgrade"))
_ONCE: Final = frozenset((b"host", b"content-length", b"connection", b"proxy-authorization"))
_LONGEST_HOST: Final = 253


@dataclass(frozen=True, slots=True)
class Head:
    """A request before its body.

    Attributes:
        method: Method, upper case.
        scheme: Of an absolute form; empty for an origin form.
        authority: Host and port of an absolute form; empty for an origin form.
        path: Path as sent.
        query: Query as sent, without `?`.
        headers: Fields in order, without those between client and proxy.
        host: The Host field.
        length: Length of the body. [B]
        closes: Whether the client wants the connection closed after the answer.
        credentials: Proxy user and password; empty where there are none.
    """

    method: str
    scheme: str
    authority: str
    path: str
    query: str
    headers: Headers
    host: str
    length: int
    closes: bool
    credentials: tuple[str, str]


class _Fields:
    """What the parser calls back."""

    __slots__ = ("fields", "url")

    def __init__(self) -> None:
        self.url = b""
        self.fields: list[tuple[bytes, bytes]] = []

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name, value.strip()))


def read_head(data: bytes) -> Head | None:
    """Read a head that is there in full, its blank line included.

    Returns:
        The head, or None where it is broken, or asks for more than an answer (`Expect`, `Upgrade`, CONNECT, chunks).
    """
    told = _Fields()
    parser = httptools.HttpRequestParser(told)
    try:
        parser.feed_data(data)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    target = _TARGET.fullmatch(told.url)
    special = _special(told.fields)
    if target is None or special is None or parser.get_http_version() != "1.1":
        return None
    scheme, authority, path_and_query = (part.decode("ascii", "replace") for part in target.groups(b""))
    host = special.get(b"host", b"").decode("latin-1")
    if split_authority(host) is None or (authority and split_authority(authority) is None):
        return None
    path, _, query = path_and_query.partition("?")
    return Head(
        parser.get_method().decode("ascii"),
        scheme,
        authority,
        path,
        query,
        tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in told.fields
            if name.lower() not in BETWEEN_CLIENT_AND_PROXY
        ),
        host,
        int(special.get(b"content-length", b"0")),
        special.get(b"connection") == b"close",
        basic_credentials(special.get(b"proxy-authorization", b"").decode("latin-1")),
    )


@lru_cache(maxsize=1024)
def split_authority(authority: str) -> tuple[str, int] | None:
    """Split a host from its port, 0 where it has none; None where it is none as clients write them."""
    found = _AUTHORITY.fullmatch(authority)
    if found is None or len(found["host"]) > _LONGEST_HOST or "xn--" in found["host"].lower():
        return None
    port = int(found["port"] or 0)
    return (found["host"], port) if port < 65536 else None


def _special(fields: list[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """Pick the fields that say something to us; None where one asks for more than an answer, or two disagree."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        lower = name.lower()
        if lower in _ODD or (lower in _ONCE and lower in found):
            return None
        found[lower] = value
    if not _LENGTH.fullmatch(found.get(b"content-length", b"0")):
        return None
    connection = found.get(b"connection", b"keep-alive")
    return found if connection == b"close" or connection.lower() == b"keep-alive" else None
