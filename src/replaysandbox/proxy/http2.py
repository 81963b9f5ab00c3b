"""HTTP/2 towards the client: leans on mitmproxy's inner classes, as `layers.py` does, and is checked with it."""

from __future__ import annotations

import h2.errors
import h2.events
from mitmproxy import http
from mitmproxy.proxy import commands, context, events, layer
from mitmproxy.proxy.layers.http import _events, _http2
from mitmproxy.proxy.layers.http._events import ResponseProtocolError

from replaysandbox.proxy.refusals import protocol_reply
from replaysandbox.proxy.wire import to_wire

MOST_RESETS = 50
"""Streams a client may reset, where those are more than half of all. Ours: an app that is closed has a few open."""

Commands = layer.CommandGenerator[None]


class CutResponse(http.Response):
    """An answer that ends before its stated length, where HTTP/2 resets the stream and HTTP/1 closes."""


class Http2Server(_http2.Http2Server):
    """HTTP/2 towards the client, with errors as JSON."""

    def __init__(self, inner: context.Context) -> None:
        super().__init__(inner)
        self._cut: set[int] = set()
        self._begun = 0
        self._reset = 0

    def handle_h2_event(self, event: h2.events.Event) -> layer.CommandGenerator[bool]:
        """Take an event; a client that takes back most of what it asks for is let go.

        Source:
            CVE-2023-44487: a stream that was reset counts for no limit, and its work is done all the same.
        """
        self._begun += isinstance(event, h2.events.RequestReceived)
        self._reset += isinstance(event, h2.events.StreamReset)
        if self._reset > MOST_RESETS and self._reset * 2 > self._begun:
            message = "takes back most of what it asks for"
            yield from self.protocol_error(message, h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)
            return True
        return (yield from super().handle_h2_event(event))

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, ResponseProtocolError) and self._can_answer(event):
            yield from self._answer_error(event)
        elif isinstance(event, _events.ResponseHeaders) and isinstance(event.response, CutResponse):
            self._cut.add(event.stream_id)
            yield from super()._handle_event(event)
        elif isinstance(event, _events.ResponseEndOfMessage) and event.stream_id in self._cut:
            self._cut.discard(event.stream_id)
            self.h2_conn.reset_stream(event.stream_id)
            yield commands.SendData(self.conn, self.h2_conn.data_to_send())
        else:
            yield from super()._handle_event(event)

    def _can_answer(self, event: ResponseProtocolError) -> bool:
        if event.code.http_status_code() is None or not self.is_open_for_us(event.stream_id):
            return False
        return not self.h2_conn.streams[event.stream_id].state_machine.headers_sent

    def _answer_error(self, event: ResponseProtocolError) -> Commands:
        status = event.code.http_status_code()
        assert status is not None  # noqa: S101 - for the type checker: _can_answer looked
        wire = to_wire(protocol_reply(status, event.message), "GET")
        fields = [(b":status", b"%d" % status), *((name.lower(), value) for name, value in wire.headers)]
        self.h2_conn.send_headers(event.stream_id, fields)
        self.h2_conn.send_data(event.stream_id, wire.body, end_stream=True)
        yield commands.SendData(self.conn, self.h2_conn.data_to_send())
