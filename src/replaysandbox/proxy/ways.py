"""By which of the four ways in a request came, and whom it means."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from replaysandbox.core.exchange import Headers, Request, Way

if TYPE_CHECKING:
    from mitmproxy import http

BETWEEN_CLIENT_AND_PROXY = frozenset((b"proxy-authorization", b"proxy-connection"))


@dataclass(frozen=True, slots=True)
class Tunnel:
    """What a client said when it asked for a tunnel.

    Attributes:
        host: Host, plain spelling.
        port: Port.
        proxy_user: User name of its proxy credentials, or empty.
    """

    host: str
    port: int
    proxy_user: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a request means.

    Attributes:
        way: By which way it came.
        host: Host, plain spelling; empty for the base-URL way.
        port: Port.
        scheme: `http` or `https`.
        names: All hosts it names where they must agree: tunnel, TLS server name, URL, Host header.
    """

    way: Way
    host: str
    port: int
    scheme: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a request and its connection say of whom it means, as they say it.

    Attributes:
        sni: TLS server name, or empty.
        header: Host header, or empty.
        authority: Host and port of an absolute form or of HTTP/2, or empty.
        host: Host of an absolute form; empty for an origin form.
        port: Port it means.
        scheme: `http` or `https`.
    """

    sni: str
    header: str
    authority: str
    host: str
    port: int
    scheme: str


@lru_cache(maxsize=1024)  # the few hosts of an app, asked for with each request
def plain_host(host: str) -> str:
    """Spell a host as packs do: lower case, ASCII, no trailing dot."""
    lower = _trimmed(host).lower()
    try:
        return _trimmed(lower.encode("idna").decode("ascii"))
    except UnicodeError:
        return lower


def _trimmed(host: str) -> str:
    """Take off blanks and trailing dots, whichever way they follow each other."""
    while (shorter := host.strip().rstrip(".")) != host:
        host = shorter
    return host


def place_of(flow: http.HTTPFlow, tunnel: Tunnel | None, owns: Callable[[str], bool]) -> Place:
    """Find whom a flow's request means.

    Args:
        flow: The request, as mitmproxy parsed it.
        tunnel: The tunnel it came through, or None.
        owns: Tells whether a pack imitates a host.
    """
    request = flow.request
    told = Told(
        sni=flow.client_conn.sni or "",
        header=request.host_header or "",
        authority=request.authority,
        host=request.host if request.authority and not request.is_http2 else "",
        port=request.port,
        scheme="https" if request.scheme == "https" else "http",
    )
    return place_told(told, tunnel, owns)


def place_told(told: Told, tunnel: Tunnel | None, owns: Callable[[str], bool]) -> Place:
    """Find whom a request means by what it says.

    Args:
        told: What it says.
        tunnel: The tunnel it came through, or None.
        owns: Tells whether a pack imitates a host.
    """
    sni = plain_host(told.sni)
    header = plain_host(_without_port(told.header))
    authority = plain_host(_without_port(told.authority))
    if tunnel is not None:
        names = frozenset(name for name in (tunnel.host, sni, header, authority) if name)
        return Place("connect", tunnel.host, tunnel.port, told.scheme, names)
    owned_sni = sni if owns(sni) else ""
    if told.host:
        host = plain_host(told.host)
        names = frozenset(name for name in (host, authority, header, owned_sni) if name)
        return Place("absolute", host, told.port, told.scheme, names)
    if owned_sni or owns(header):
        names = frozenset(name for name in (sni, header) if name)
        return Place("direct", owned_sni or header, told.port, told.scheme, names)
    # whom it means is in its path; so it is spoken to as the live host would be
    return Place("base", "", 443, "https", frozenset())


def to_request(flow: http.HTTPFlow, place: Place, tunnel: Tunnel | None) -> Request:
    """Turn mitmproxy's request into ours."""
    data = flow.request.data
    path, _, query = quote(data.path.decode("latin-1"), safe=_ASCII, encoding="latin-1").partition("?")
    return Request(
        method=data.method.decode("latin-1"),
        scheme=place.scheme,
        host=place.host,
        port=place.port,
        path=path,
        query=query,
        headers=_headers(flow.request.headers),
        body=flow.request.raw_content or b"",
        way=place.way,
        proxy_user=tunnel.proxy_user if tunnel else proxy_credentials(flow.request)[0],
    )


def proxy_credentials(request: http.Request) -> tuple[str, str]:
    """Read user and password from `Proxy-Authorization`; empty where there are none, or no Basic ones."""
    return basic_credentials(str(request.headers.get("proxy-authorization", "")))


def basic_credentials(value: str) -> tuple[str, str]:
    """Read user and password from a field's value; empty where there are none, or no Basic ones."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
"""Kept as sent: only bytes that may not stand in a request line are percent-encoded."""


def _headers(headers: http.Headers) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in headers.fields
        if name.lower() not in BETWEEN_CLIENT_AND_PROXY
    )


def _without_port(authority: str) -> str:
    """Take the port off, and userinfo that has no place there stays: such a host is nobody's."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdigit() else authority
