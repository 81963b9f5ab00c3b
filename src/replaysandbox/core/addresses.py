"""What an IP address means, and which of them nobody is ever sent to. Pure."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA = frozenset(
    ipaddress.ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
"""Metadata services outside the link-local ranges: Alibaba, Azure, Oracle, AWS. Source: their manuals."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")


def meanings(address: str) -> list[Address]:
    """List an address and those it carries inside: IPv4 in IPv6 in its four ways."""
    outer = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(outer, ipaddress.IPv4Address):
        return [outer]
    if outer.ipv4_mapped is not None:
        return [outer.ipv4_mapped]
    inner = [outer.sixtofour, *(outer.teredo or ())]
    if outer in NAT64:
        inner.append(ipaddress.IPv4Address(int(outer) & 0xFFFFFFFF))
    return [outer, *(each for each in inner if each is not None)]
