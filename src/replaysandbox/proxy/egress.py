"""Where a `--pass` host is reached: its address, looked at before it is dialled, or the user's own proxy."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from mitmproxy import connection

from replaysandbox.proxy.gate import Gate, forbidden, is_own_port, literal_address

LOOKUP_TIMEOUT_S = 10.0
"""How long the look-up of a name may take. Source: twice glibc's 5 s per server. [s]"""


_ERRNO = re.compile(r"\[Errno (\d+)\]")


@dataclass(frozen=True, slots=True)
class Parent:
    """The proxy the user had before.

    Attributes:
        address: Host and port.
        authorization: Value of `Proxy-Authorization` it wants, or empty.
    """

    address: tuple[str, int]
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """How a host is reached.

    Attributes:
        address: What is to be dialled, or what the parent is asked for.
        parent: Proxy on the way, or None.
        scheme: How it is spoken to: `http` or `https`.
    """

    address: tuple[str, int]
    parent: Parent | None = None
    scheme: str = "http"


class UnreachableError(Exception):
    """A host may not, or cannot, be reached; the text says why.

    Attributes:
        unknown: Whether its name leads nowhere: a failure of the live host's, not a refusal of ours.
    """

    def __init__(self, reason: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.unknown = unknown


class Egress:
    """Opens the gate: for `--pass` hosts, and for live hosts where calls go on to them."""

    def __init__(
        self,
        gate: Gate,
        parent: Callable[[str, str], str],
        own_ports: Collection[int] = (),
        upstreams: Mapping[str, str] | None = None,
    ) -> None:
        self._gate = gate
        self._parent = parent
        self._own_ports = own_ports
        self._upstreams = upstreams or {}
        self._live: dict[str, dict[tuple[str, int], str]] = {}
        # by the client itself: what hangs when it goes is told after it is forgotten
        self._asked: WeakKeyDictionary[connection.Client, dict[tuple[str, int], tuple[str, str]]] = WeakKeyDictionary()
        self._authorizations: dict[tuple[str, int], str] = {}

    def authorization(self, address: tuple[str, int] | None) -> str:
        """Give the credentials for a parent proxy, as a header value; empty for none."""
        return self._authorizations.get(address, "") if address else ""

    async def open(self, client: connection.Client, host: str, port: int, scheme: str) -> Target:
        """Open the gate for one client to one host.

        Raises:
            UnreachableError: With the reason.
        """
        url = self._parent(host, scheme)
        target = self._through(url, host, port) if url else Target((await self._look_up(host, port), port))
        dialled = target.parent.address if target.parent else target.address
        self._gate.open(client, dialled)
        self._asked.setdefault(client, {})[dialled] = (host, "your own proxy " if target.parent else "")
        return target

    async def open_live(self, client: connection.Client, host: str, port: int, scheme: str) -> Target:
        """Open the gate for one client to a live host, whose certificate must be that host's.

        Raises:
            UnreachableError: With the reason.
        """
        if host in self._upstreams:
            target = await self._elsewhere(self._upstreams[host])
            self._gate.open(client, target.address)
            self._asked.setdefault(client, {})[target.address] = (host, "")
        else:
            target = replace(await self.open(client, host, port, scheme), scheme=scheme)
        named = self._live.setdefault(client.id, {})
        if target.parent is None and named.setdefault(target.address, host) != host:
            # one connection, verified for one name, would be used for both
            raise UnreachableError(f"it has the address of {named[target.address]}; use another connection for it")
        return target

    def name_of(self, client: connection.Client, address: tuple[str, int]) -> str:
        """Give the live host that one client reaches at an address; that address's own host where it is none."""
        return self._live.get(client.id, {}).get(address, address[0])

    def unreached(self, client: connection.Client, server: connection.Server) -> tuple[str, str] | None:
        """Say which host a connection was for that did not come about, and why; None where nobody opened it."""
        address = server.address[:2] if server.address else ("", 0)
        asked = self._asked.get(client, {}).get(address)
        if asked is None:
            return None
        host, whose = asked
        errno = _ERRNO.search(server.error or "")
        told = os.strerror(int(errno[1])) if errno else server.error or ""
        if told in ("connection cancelled", "client disconnected"):
            told = "no connection came about before the client gave up"
        return host, f"{whose}{address[0]}:{address[1]}: {told}"

    def forget(self, client: connection.Client) -> None:
        """Forget what a client reached."""
        self._live.pop(client.id, None)

    async def _elsewhere(self, url: str) -> Target:
        """Find where `--upstream` leads: anywhere the user says, but not to ourselves."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = literal_address(host) or await self._found(host, port)
        if is_own_port(address, port, self._own_ports):
            raise UnreachableError(f"--upstream leads to {url}, the sandbox's own port")
        return Target((address, port), scheme=parts.scheme)

    async def _found(self, host: str, port: int) -> str:
        return (await self._addresses(host, port))[0]

    def _through(self, url: str, host: str, port: int) -> Target:
        self._check_literal(host, port)
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise UnreachableError(
                f"the proxy of your environment is {parts.scheme}://…, and only http:// ones are used"
            )
        address = (parts.hostname, parts.port or 80)
        literal = "127.0.0.1" if address[0] == "localhost" else literal_address(address[0])
        if literal and is_own_port(literal, address[1], self._own_ports):
            raise UnreachableError("the proxy of your environment is this sandbox itself")
        self._authorizations[address] = _basic(parts.username, parts.password)
        return Target((host, port), Parent(address, self._authorizations[address]))

    async def _look_up(self, host: str, port: int) -> str:
        """Find the address to dial. All of a name's must be fit: a mixture is how rebinding looks."""
        self._check_literal(host, port)
        addresses = await self._addresses(host, port)
        for address in addresses:
            self._check(address, port)
        return addresses[0]

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError, and has no text
            why = getattr(error, "strerror", None) or str(error) or "too slow"
            reason = f"its name cannot be looked up ({why})"
            raise UnreachableError(reason, unknown=True) from error
        if not found:
            raise UnreachableError("its name has no address", unknown=True)
        return [str(entry[4][0]) for entry in found]

    def _check_literal(self, host: str, port: int) -> None:
        literal = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else literal_address(host)
        if literal is not None:
            self._check(literal, port)

    def _check(self, address: str, port: int) -> None:
        if reason := forbidden(address, port, self._own_ports):
            raise UnreachableError(reason)


def _basic(user: str | None, password: str | None) -> str:
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"
