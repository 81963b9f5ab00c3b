"""HTTP/2 towards the client: leans on mitmproxy's inner classes, as `layers.py` does, and is checked with it."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import h2.errors
import h2.events
from mitmproxy import http
from mitmproxy.proxy import commands, context, events, layer
from mitmproxy.proxy.layers.http import _events, _http2
from mitmproxy.proxy.layers.http._events import ResponseProtocolError

from replaysandbox.proxy.options import limits_of
from replaysandbox.proxy.refusals import protocol_reply
from replaysandbox.proxy.wire import to_wire

MOST_RESETS = 50
"""Streams a client may reset, where those are more than half of all. Ours: an app that is closed has a few open."""

Commands = layer.CommandGenerator[None]


class CutResponse(http.Response):
    """An answer that ends before its stated length, where HTTP/2 resets the stream and HTTP/1 closes."""


@dataclass(slots=True)
class _Coming:
    """A request that is not complete: since when it comes, and how much of its body there is. [s, B]"""

    since: float
    size: int = 0


class Http2Server(_http2.Http2Server):
    """HTTP/2 towards the client, with errors as JSON, and a limit on time."""

    def __init__(self, inner: context.Context) -> None:
        super().__init__(inner)
        self._cut: set[int] = set()
        self._begun = 0
        self._reset = 0
        self._limits = limits_of(inner.options)
        self._coming: dict[int, _Coming] = {}
        self._woken: commands.RequestWakeup | None = None

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
        if isinstance(event, h2.events.RequestReceived) and event.stream_id is not None:
            self._coming[event.stream_id] = _Coming(monotonic())
        elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset) and event.stream_id is not None:
            self._coming.pop(event.stream_id, None)
        elif isinstance(event, h2.events.DataReceived) and event.stream_id in self._coming:
            self._coming[event.stream_id].size += len(event.data or b"")
        is_over = yield from super().handle_h2_event(event)  # a body that is too long alone is refused in there
        if not is_over and sum(each.size for each in self._coming.values()) > self._limits.body_bytes:
            message = "sends more at a time than limits.body_bytes allows, in requests that are not complete"
            yield from self.protocol_error(message, h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)
            return True
        return is_over

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Wakeup):
            self._woken = None
            yield from self._look()
        else:
            yield from self._handle(event)
        if self._coming and self._woken is None:
            left = min(each.since for each in self._coming.values()) + self._limits.request_s - monotonic()
            self._woken = commands.RequestWakeup(max(0.0, left))
            yield self._woken

    def _look(self) -> Commands:
        """Let a client go that takes too long over a request, as over HTTP/1."""
        for stream_id, coming in tuple(self._coming.items()):
            if coming.since + self._limits.request_s <= monotonic():
                if self._can_answer(stream_id):
                    yield from self._answer(stream_id, 408)
                self._coming.clear()
                yield from self.protocol_error("a request was not complete in time")
                return

    def _handle(self, event: events.Event) -> Commands:
        if isinstance(event, ResponseProtocolError | _events.ResponseEndOfMessage):
            self._coming.pop(event.stream_id, None)
        status = event.code.http_status_code() if isinstance(event, ResponseProtocolError) else None
        if isinstance(event, ResponseProtocolError) and status is not None and self._can_answer(event.stream_id):
            yield from self._answer(event.stream_id, status, event.message)
        elif isinstance(event, _events.ResponseHeaders) and isinstance(event.response, CutResponse):
            self._cut.add(event.stream_id)
            yield from super()._handle_event(event)
        elif isinstance(event, _events.ResponseEndOfMessage) and event.stream_id in self._cut:
            self._cut.discard(event.stream_id)
            self.h2_conn.reset_stream(event.stream_id)
            yield commands.SendData(self.conn, self.h2_conn.data_to_send())
        else:
            yield from super()._handle_event(event)

    def _can_answer(self, stream_id: int) -> bool:
        if not self.is_open_for_us(stream_id):
            return False
        return not self.h2_conn.streams[stream_id].state_machine.headers_sent

    def _answer(self, stream_id: int, status: int, message: str = "") -> Commands:
        wire = to_wire(protocol_reply(status, message), "GET")
        fields = [(b":status", b"%d" % status), *((name.lower(), value) for name, value in wire.headers)]
        self.h2_conn.send_headers(stream_id, fields)
        self.h2_conn.send_data(stream_id, wire.body, end_stream=True)
        yield commands.SendData(self.conn, self.h2_conn.data_to_send())
