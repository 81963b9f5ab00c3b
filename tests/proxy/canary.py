"""A server that plays every live host at once, on loopback, and counts who came: the proof that nothing leaves.

While it sings, each name leads to one documentation address, and each connection to anywhere but loopback leads to
it. So a leak is a count here, never a call to somebody's real host.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest

OUTSIDE = "203.0.113.7"
"""TEST-NET-3: nobody's address. Source: RFC 5737."""

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nX-Canary: yes\r\n\r\ntweet\n"


@dataclass
class Canary:
    """What came to it.

    Attributes:
        port: Where it listens.
        accepts: Connections that reached it.
        lookups: Names that somebody asked the resolver for.
        heard: What each connection said first.
    """

    port: int
    accepts: int = 0
    lookups: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    answer: bytes = ANSWER

    @property
    def is_silent(self) -> bool:
        """Whether nobody came and nobody asked for a name."""
        return not self.accepts and not self.lookups


@contextmanager
def singing(tls: ssl.SSLContext | None = None) -> Iterator[Canary]:
    """Run a canary; with a context it speaks TLS."""
    listener = socket.create_server(("127.0.0.1", 0))
    canary = Canary(listener.getsockname()[1])
    threading.Thread(target=_accept, args=(listener, canary, tls), daemon=True).start()
    try:
        yield canary
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, canary: Canary, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        canary.accepts += 1
        threading.Thread(target=_serve, args=(connection, canary, tls), daemon=True).start()


def _serve(connection: socket.socket, canary: Canary, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        connection.settimeout(5)
        served = tls.wrap_socket(connection, server_side=True) if tls else connection
        with served:
            heard = served.recv(65536)
            canary.heard.append(heard)
            while heard:
                served.sendall(canary.answer)
                heard = served.recv(65536)
    connection.close()


def lead_everything_to(canary: Canary, patch: pytest.MonkeyPatch) -> None:
    """Make every name and every address outside lead to the canary, in this process."""
    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def lookup(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is None or name == "localhost" or _is_loopback(name):
            return real_lookup(host, port, *args, **kwargs)
        if not _is_address(name):
            canary.lookups.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (OUTSIDE, int(port or 0)))]

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not ip_address(address[0]).is_loopback:
            address = ("127.0.0.1", canary.port)
        real_connect(self, address)

    patch.setattr(socket, "getaddrinfo", lookup)
    patch.setattr(socket.socket, "connect", connect)


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name.partition("%")[0]).is_loopback


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
