"""Nothing but this machine is spoken to: an audit hook, which also sees C code and sockets made before it.

An app's calls reach the sandbox on loopback. What goes elsewhere is a client that does not look at the environment's
proxy, or no HTTP at all; it must not reach a live API from a test.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_EVENTS = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"))
_closed: list[bool] = []
"""One element for each guard in force: tests of plugins run pytest inside of pytest."""
_hooked: list[bool] = []


class NetworkBlockedError(ConnectionRefusedError):
    """A test tried to speak to another machine."""


@contextmanager
def loopback_only() -> Iterator[None]:
    """Let this process speak to this machine only, while the block runs."""
    if not _hooked:  # a hook stays for good
        sys.addaudithook(_watch)
        _hooked.append(True)
    _closed.append(True)
    try:
        yield
    finally:
        _closed.pop()


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if _closed and event in _EVENTS:
        host = _host(event, args)
        if not is_here(host):
            raise NetworkBlockedError(
                f"a test may not speak to {host!r}, another machine (pytest-replaysandbox). Calls of an HTTP client go "
                "to the sandbox where it looks at HTTPS_PROXY; this one did not, or speaks no HTTP. "
                "Where that is meant: pytest --sandbox-allow-network"
            )


def _host(event: str, args: tuple[Any, ...]) -> object:
    """Find the host in an audit event; None where it is a file's path or a socket that is connected already."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return args[0]
    address = args[1]
    return address[0] if isinstance(address, tuple) and address else None


def is_here(host: object) -> bool:
    """Tell whether a host is this machine: loopback, the name of this machine, or none at all."""
    if host is None:
        return True
    name = host.decode("utf-8", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name.lower() in ("", "localhost", socket.gethostname().lower()) or name.lower().endswith(".localhost")
    return address.is_loopback or address.is_unspecified
