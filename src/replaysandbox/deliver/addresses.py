"""Where a webhook may go: the address that is looked at is the one that is dialled.

Receivers are named by the user, so this machine and private networks are theirs to name. What a *name* leads
to is not: a name may lead to this machine only where it says so itself (`localhost`), or its owner could point
it at whatever listens here. Never: link-local addresses and clouds' metadata services, our own ports.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

from replaysandbox.core.addresses import METADATA, NAT64, meanings

OwnPort = Callable[[str, int], bool]
"""Tells whether address and port lead to one of our own servers."""

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
"""Finds the addresses of a name."""

LOOKUP_TIMEOUT_S = 10.0
"""How long the look-up of a name may take. Source: twice glibc's 5 s per server. [s]"""


class ForbiddenAddressError(OSError):
    """A receiver's address must not be dialled; the text says why."""


async def addresses_of(host: str, port: int, own_port: OwnPort, look_up: LookUp) -> list[str]:
    """Find the addresses to dial for a receiver's host, the best first.

    Args:
        host: As in the receiver's URL.
        port: Its port.
        own_port: Tells our own servers.
        look_up: Finds the addresses of a name.

    Raises:
        ForbiddenAddressError: It must not be dialled; of several addresses one unfit is enough, for a mixture is
            how rebinding looks.
        OSError: The name has no address.
    """
    literal = literal_address(host)
    addresses = [literal] if literal else list(await look_up(host, port))
    if not addresses:
        raise OSError(f"the name {host} has no address")
    here = literal is not None or is_local_name(host)
    for address in addresses:
        if reason := unfit(address, port, own_port, named_local=here):
            raise ForbiddenAddressError(reason if literal == host else f"{host}: {reason}")
    return addresses


def unfit(address: str, port: int, own_port: OwnPort, *, named_local: bool) -> str:
    """Say why an address is never sent a webhook; empty where it may be.

    Args:
        address: IP address.
        port: Port to dial.
        own_port: Tells our own servers.
        named_local: Whether the user named this machine itself, not a name that leads to it.
    """
    for each in meanings(address):
        if each.is_link_local or each in METADATA:
            return f"{address} is link-local or a cloud's metadata service, which gets no webhooks"
        if each.is_loopback:
            if not named_local:
                return f"{address} is this machine; a receiver here is named localhost or 127.0.0.1"
        elif each.is_unspecified or each.is_multicast or (each.is_reserved and each not in NAT64):
            return f"{address} is no address of a host; this machine is 127.0.0.1"
    if own_port(address, port):
        return f"{address}:{port} is the sandbox's own port"
    return ""


def literal_address(host: str) -> str | None:
    """Read a host that is an address in any spelling that resolvers take (`127.1`, `0x7f000001`), or None."""
    bare = host.strip("[]")
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    with contextlib.suppress(OSError, UnicodeError):
        return socket.inet_ntoa(socket.inet_aton(bare))
    return None


def is_local_name(host: str) -> bool:
    """Tell whether a name says itself that it is this machine. Source: RFC 6761, section 6.3."""
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


async def looked_up(host: str, port: int) -> list[str]:
    """Find the addresses of a name; those of this machine are known without asking, IPv4 first."""
    if is_local_name(host):
        return ["127.0.0.1", "::1"]
    async with asyncio.timeout(LOOKUP_TIMEOUT_S):
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
