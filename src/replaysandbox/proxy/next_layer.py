"""Which protocol comes next on a connection: mitmproxy's question, answered for our four ways in only."""

from __future__ import annotations

import re

from mitmproxy.net.tls import starts_like_tls_record
from mitmproxy.proxy import context, layer, layers
from mitmproxy.proxy.layers import modes, tls

from replaysandbox.proxy.answering import Lane
from replaysandbox.proxy.client_tls import ClientTls
from replaysandbox.proxy.lane import FastLane
from replaysandbox.proxy.layers import HTTPMode, Refusal, SandboxHttpLayer

_PART_OF_METHOD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]{0,24}")
"""What may become a method. The longest registered one is UPDATEREDIRECTREF with 17 letters. Source: IANA."""

_REQUEST_LINE = re.compile(_PART_OF_METHOD.pattern.replace(b"0,", b"1,") + b" ")


class NextLayer:
    """An addon with the `next_layer` hook.

    Args:
        lane: The fast lane, or None where all goes through the flow lane.
    """

    name = "sandbox_next_layer"

    def __init__(self, lane: Lane | None = None) -> None:
        self._lane = lane

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Choose, refuse, or wait for more bytes; never let mitmproxy guess."""
        if isinstance(nextlayer.context.layers[0], modes.HttpProxy | modes.HttpUpstreamProxy):
            nextlayer.layer = self.choose(nextlayer.context, nextlayer.data_client())

    def choose(self, about: context.Context, data: bytes) -> layer.Layer | None:
        """Give the next layer, or None to be asked again when there are more bytes."""
        if data.startswith(b"\x16") and not isinstance(about.layers[-1], tls.ClientTLSLayer):
            return self._tls(about, data)
        start = data.lstrip(b"\r\n")
        if _REQUEST_LINE.match(start):
            return self._http(about, start)
        return None if _PART_OF_METHOD.fullmatch(start) else Refusal(about)

    def _tls(self, about: context.Context, data: bytes) -> layer.Layer | None:
        if len(data) < 3:
            return None
        if not starts_like_tls_record(data):
            return Refusal(about)
        at_top = len(about.layers) == 1
        # Inside a tunnel the live host would be spoken to by TLS, and so the request's scheme is https.
        about.server.tls = not at_top
        return ClientTls(about)

    def _http(self, about: context.Context, start: bytes) -> layer.Layer:
        mode = self._mode(about)
        if self._lane is None or about.client.alpn == b"h2" or start.startswith(b"CONNECT "):
            return SandboxHttpLayer(about, mode)
        return FastLane(about, self._lane, mode)

    def _mode(self, about: context.Context) -> HTTPMode:
        if any(isinstance(each, layers.HttpLayer) for each in about.layers):
            return HTTPMode.transparent
        upstream = isinstance(about.layers[0], modes.HttpUpstreamProxy)
        return HTTPMode.upstream if upstream else HTTPMode.regular
