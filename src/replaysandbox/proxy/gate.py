"""The gate: nothing goes out unless it was opened by name, for one client, to an address that was looked at.

mitmproxy fails open: a hook that raises lets the request travel on. So the gate, the first of all addons,
answers each request with a refusal before anybody else sees it, and shuts each connection before it is
dialled. What else is done in a hook, and may fail, only ever opens. The second belt needs no code: all that
is not opened is routed to `DeadUpstream`, a port that nobody can listen on.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections import defaultdict
from collections.abc import Collection

from mitmproxy import connection, http
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from replaysandbox.core.addresses import METADATA, NAT64, meanings
from replaysandbox.proxy.refusals import closed_reply
from replaysandbox.proxy.wire import to_wire

SHUT = "the sandbox's gate is shut"


class ClosedResponse(http.Response):
    """The gate's refusal: known by its type, so that others see that nobody has answered yet."""


class Gate:
    """The first addon: shuts by one assignment, and knows what was opened."""

    name = "sandbox_gate"

    def __init__(self) -> None:
        wire = to_wire(closed_reply(), "GET")
        self._closed = ClosedResponse(
            b"HTTP/1.1", wire.status, wire.reason, http.Headers(wire.headers), wire.body, None, 0.0, 0.0
        )
        self._opened: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)

    def open(self, client: connection.Client, address: tuple[str, int]) -> None:
        """Let one client reach one address until it disconnects."""
        self._opened[client.id].add(address)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse, until somebody answers."""
        flow.response = self._closed.copy()

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse, until somebody allows the tunnel."""
        flow.response = self._closed.copy()

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Shut; open again what was opened for this client."""
        data.server.error = SHUT
        address = data.server.address
        if address is not None and address[:2] in self._opened.get(data.client.id, ()):
            data.server.error = None

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget what was opened."""
        self._opened.pop(client.id, None)


class DeadUpstream:
    """A loopback port, bound and never listening: who dials it is refused, and nobody else can take it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        """Its address, as mitmproxy's `upstream:` mode takes it."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()


def forbidden(address: str, port: int, own_ports: Collection[int]) -> str:
    """Say why an address is never dialled, whatever `--pass` says; empty where it may be.

    Args:
        address: IP address.
        port: Port to dial.
        own_ports: Ports of our own servers, which answer on every address of this machine when bound so.

    Source:
        The class of CVE-2025-23217: a proxy used to reach what listens beside it.
    """
    for each in meanings(address):
        if each.is_loopback or each.is_unspecified:
            return f"{address} is this machine itself, which --pass never opens (call it without the proxy)"
        if each.is_link_local or each in METADATA:
            return f"{address} is link-local or a cloud's metadata service, which --pass never opens"
        if each.is_multicast or (each.is_reserved and each not in NAT64):
            return f"{address} is no address of a host"
    if is_own_port(address, port, own_ports):
        return f"{address}:{port} is the sandbox's own port"
    return ""


def literal_address(host: str) -> str | None:
    """Read a host that is an address in any spelling that resolvers take (`127.1`, `0x7f000001`), or None."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host.partition("%")[0]))
    with contextlib.suppress(OSError, UnicodeError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


def is_own_port(address: str, port: int, own_ports: Collection[int]) -> bool:
    """Tell whether an address and port lead to one of our own servers: only a local address can be bound."""
    if port not in own_ports:
        return False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind((address, 0))
        return True
    return False
