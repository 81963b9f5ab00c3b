"""Handshakes that clients broke off: what they said about our certificate."""

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


@dataclass(slots=True)
class Handshakes:
    """An addon that keeps the handshakes clients broke off."""

    refused: list[Refused] = field(default_factory=list)
    name: str = "sandbox_handshakes"

    def tls_failed_client(self, failed: TlsData) -> None:
        """Note one."""
        address, client = failed.context.server.address, failed.context.client
        host = client.sni or (str(address[0]) if address else "an unnamed host")
        self.refused.append(Refused(host, said(failed.conn.error or ""), int(client.peername[1])))


def said(error: str) -> str:
    """Read what the client said from how OpenSSL and mitmproxy tell it: an alert of RFC 8446, 6.2, or nothing."""
    alert = _ALERT.search(error)
    if alert:
        return f"alert: {alert[1]}"
    return "hung up without a word" if "closed" in error or "disconnected" in error else error[:100]
