"""Handshakes of clients: which they broke off, and what they said about our certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mitmproxy.tls import TlsData

_ALERT = re.compile(r"alert ([a-z ]+?)(?=['\")]|$)")


@dataclass(frozen=True, slots=True)
class Refused:
    """A handshake that a client broke off.

    Attributes:
        host: Host it was for.
        said: What the client said.
        port: The client's own port.
    """

    host: str
    said: str
    port: int


AFTERWARDS = "hung up right after it, before any request"
"""What is said of a client that ends the handshake, and looks at the certificate only then (GnuTLS wget)."""


@dataclass(slots=True)
class Handshakes:
    """An addon that keeps the handshakes of clients.

    Attributes:
        refused: Those they broke off.
        ended: Those that came to a good end: refused as well, where no request follows.
    """

    refused: list[Refused] = field(default_factory=list)
    ended: list[Refused] = field(default_factory=list)
    name: str = "sandbox_handshakes"

    def tls_failed_client(self, failed: TlsData) -> None:
        """Note one that was broken off."""
        self.refused.append(_of(failed, said(failed.conn.error or "")))

    def tls_established_client(self, established: TlsData) -> None:
        """Note one that came to a good end."""
        self.ended.append(_of(established, AFTERWARDS))


def _of(data: TlsData, words: str) -> Refused:
    address, client = data.context.server.address, data.context.client
    return Refused(client.sni or (str(address[0]) if address else "an unnamed host"), words, int(client.peername[1]))


def said(error: str) -> str:
    """Read what the client said from how OpenSSL and mitmproxy tell it: an alert of RFC 8446, 6.2, or nothing."""
    alert = _ALERT.search(error)
    if alert:
        return f"alert: {alert[1]}"
    return "hung up without a word" if "closed" in error or "disconnected" in error else error[:100]
