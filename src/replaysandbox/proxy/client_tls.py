"""TLS on a client's connection: mitmproxy's layer with a limit, and a short way for what a client says in full.

As `layers.py` this leans on mitmproxy's inner classes; `check_version` there speaks for both.
"""

from __future__ import annotations

from mitmproxy.proxy import events, layer, layers
from OpenSSL import SSL

from replaysandbox.proxy.options import limits_of

_LONGEST_RECORD = 16_384
"""Most that one record of TLS holds. Source: RFC 8446, 5.1. [B]"""

_LONGEST_REASON = 200
"""Longest reason of mitmproxy's that goes into the log. Ours. [characters]"""

Commands = layer.CommandGenerator[None]


class ClientTls(layers.ClientTLSLayer):
    """TLS towards the client, which may not begin without end.

    Attributes:
        opened: What is to be handed inwards before all else.
    """

    opened = b""

    def open(self, data: bytes) -> bytes:
        """Take data, and give what the client says in it; empty where `handle_event`, with no data, is to see to it."""
        self.tls.bio_write(data)
        told = b""
        try:
            while True:
                told += self.tls.recv(_LONGEST_RECORD)
        except SSL.WantReadError:
            return told
        except SSL.Error:  # the end, or something broken: it says so again
            self.opened = told
            return b""

    def seal(self, said: bytes) -> bytes:
        """Give what says it."""
        self.tls.sendall(said)
        return self.tls.bio_read(2 * len(said) + _LONGEST_RECORD)

    def receive_handshake_data(self, data: bytes) -> layer.CommandGenerator[tuple[bool, str | None]]:
        """Go on with the handshake."""
        most = limits_of(self.context.options).head_bytes
        if not self.client_hello_parsed and len(self.recv_buffer) + len(data) > most:
            return False, "its ClientHello is too long"
        return (yield from super().receive_handshake_data(data))

    def receive_data(self, data: bytes) -> Commands:
        """Hear no more from a client whose handshake failed before it began."""
        opened, self.opened = self.opened, b""
        if opened:
            yield from self.event_to_child(events.DataReceived(self.conn, opened))
        if self.tls is not None:
            yield from super().receive_data(data)

    def on_handshake_error(self, err: str) -> Commands:
        """Say what went wrong; not the whole ClientHello, as mitmproxy does."""
        yield from super().on_handshake_error(err[:_LONGEST_REASON])
