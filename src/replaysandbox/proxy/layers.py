"""The place that leans on mitmproxy's inner layer classes, and adds what they lack.

Tried with mitmproxy 12.2. `check_version` refuses others at start, `tests/proxy/test_mitmproxy_parts.py`
names what changed. Added here: errors as JSON instead of HTML, limits on head and time, request trailers
answered instead of a hang, tunnels to `--pass` hosts, bodies of any length from those.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from mitmproxy import http, version
from mitmproxy.connection import Connection, ConnectionState, Server
from mitmproxy.proxy import commands, context, events, layer, layers
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode, HttpStream, _http1, _upstream_proxy
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.proxy.layers.http._events import (
    ErrorCode,
    RequestProtocolError,
    ResponseHeaders,
    ResponseProtocolError,
)

from replaysandbox.core.exchange import Reply
from replaysandbox.proxy.egress import Target
from replaysandbox.proxy.http2 import CutResponse, Http2Server
from replaysandbox.proxy.options import limits_of
from replaysandbox.proxy.refusals import protocol_reply, unreachable_reply
from replaysandbox.proxy.wire import http1_bytes, to_wire

logger = logging.getLogger(__name__)

TRIED = ("12.2.",)
"""Versions of mitmproxy whose inner classes were looked at."""

PASSED = "replaysandbox.passed"
"""Metadata of a flow: the `Target` of a `--pass` host."""

LIVE = "replaysandbox.live"
"""Metadata of a flow: it goes on to a live host."""

LINGER_S = 2.0
"""How long a refused client may go on sending: cut off at once, it would never read why. Ours. [s]"""

_CLOSE = (("Connection", "close"),)

_REQUEST_LINE = re.compile(rb"\S+ +\S+ +HTTP/1\.[01][ \r]*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_OTHER_VERSION = re.compile(rb"\S+ +\S+ +HTTP/[0-9.]+[ \r]*")


def _as_given(self: http.MessageData) -> None:
    """Take a message's fields as they are."""


# It looks up the type of every field of every message, unless Python runs without asserts: a seventh of a request.
setattr(http.MessageData, "__post_init__", _as_given)  # noqa: B010 - a method is no place for mypy

Commands = layer.CommandGenerator[None]


def check_version() -> None:
    """Refuse a mitmproxy whose inside was never looked at."""
    if not version.VERSION.startswith(TRIED):
        raise RuntimeError(f"mitmproxy {version.VERSION} was never tried; this version needs one of {TRIED}")


def _quoted(line: bytes) -> str:
    return f"it begins with {line[:80].decode('ascii', 'replace')!r}"


def _error_bytes(status: int, message: str = "") -> bytes:
    return http1_bytes(to_wire(protocol_reply(status, message), "GET"), _CLOSE)


# Parse errors are formatted by this function, in the middle of a generator that cannot be taken apart.
setattr(_http1, "make_error_response", _error_bytes)  # noqa: B010 - as an assignment mypy compares names, too


class Http1Server(_http1.Http1Server):
    """HTTP/1 towards the client, with limits."""

    _since: float | None = None
    _woken: commands.RequestWakeup | None = None

    def __init__(self, about: context.Context, left: int) -> None:
        super().__init__(about)
        self._limits = limits_of(about.options)
        self._last = 2 * left - 1  # the id of the last stream there may be: they are 1, 3, 5, …
        self._lingers = False

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Wakeup):
            yield from self._on_wakeup()
            return
        if self.state == self.done and isinstance(event, events.DataReceived):
            return  # a refused client that goes on sending
        yield from super()._handle_event(event)
        yield from self._watch()

    def _watch(self) -> Commands:
        """Start the watch over a request that is not complete; most are, and cost nothing here."""
        if self.state == self.wait and len(self.buf) > self._limits.body_bytes:
            yield commands.CloseConnection(self.conn)  # one that sends ahead of its answer without end
        if not (self.state == self.read_body or (self.state == self.read_headers and len(self.buf))):
            self._since = None
            return
        if self._since is None:
            self._since = monotonic()
        if self._woken is None:
            self._woken = commands.RequestWakeup(self._limits.request_s)
            yield self._woken

    def _on_wakeup(self) -> Commands:
        self._woken = None
        if self.state == self.done:
            yield commands.CloseConnection(self.conn)
        elif self._since is not None:
            left = self._since + self._limits.request_s - monotonic()
            if left > 0:
                self._woken = commands.RequestWakeup(left)
                yield self._woken
            else:
                yield from self._give_up(protocol_reply(408))

    def read_headers(self, event: events.ConnectionEvent) -> Commands:
        """Refuse what is no HTTP/1 as soon as its first line says so, and heads that are too long."""
        told = bytes(self.buf).lstrip(b"\r\n")
        line, newline, _ = told.partition(b"\n")
        if newline and not _REQUEST_LINE.fullmatch(line):
            version_only = _OTHER_VERSION.fullmatch(line)
            yield from self._refuse(protocol_reply(505 if version_only else 400, _quoted(line)))
            return
        end = _HEAD_END.search(told)
        if (end.end() if end else len(told)) > self._limits.head_bytes:
            yield from self._refuse(protocol_reply(431))
            return
        yield from super().read_headers(event)

    def read_body(self, event: events.Event) -> Commands:
        try:
            yield from super().read_body(event)
        except NotImplementedError as error:  # trailers of a chunked request
            yield from self._give_up(protocol_reply(400, str(error)))

    def send(self, event: Any) -> Commands:
        if isinstance(event, ResponseProtocolError):
            status = event.code.http_status_code()
            if status is not None and self.response is None and self.conn.state & ConnectionState.CAN_WRITE:
                yield from self._refuse(protocol_reply(status, event.message))
                return
        if self.stream_id == self._last and isinstance(event, ResponseHeaders) and self._ends(event.response):
            self._lingers = True
            said = event.response.copy()  # the flow's own may be recorded
            said.headers["Connection"] = "close"
            event = ResponseHeaders(event.stream_id, said, event.end_stream)
        yield from super().send(event)

    def _ends(self, given: http.Response) -> bool:
        """Tell whether an answer ends its request: not one that says to go on, and none that opens a tunnel."""
        is_tunnel = self.request is not None and self.request.method.upper() == "CONNECT" and given.status_code < 300
        return given.status_code >= 200 and not is_tunnel

    def mark_done(self, *, request: bool = False, response: bool = False) -> Commands:
        """Go on to the next request, or close; after the last of many that a client may ask it may go on sending."""
        for command in super().mark_done(request=request, response=response):
            if self._lingers and isinstance(command, commands.CloseConnection):
                yield from lingering(self.conn)
            else:
                yield command

    def _give_up(self, reply: Reply) -> Commands:
        """Refuse in the middle of a request, and tell whoever waits for the rest of it."""
        was_reading = self.state == self.read_body
        yield from self._refuse(reply)
        if was_reading:
            lost = RequestProtocolError(self.stream_id, "request not complete", ErrorCode.CLIENT_DISCONNECTED)
            yield ReceiveHttp(lost)

    def _refuse(self, reply: Reply) -> Commands:
        self.state = self.done
        yield from refusing(self.conn, reply)


def refusing(client: Connection, reply: Reply) -> Commands:
    """Say why, and let the client go."""
    yield commands.SendData(client, http1_bytes(to_wire(reply, "GET"), _CLOSE))
    yield from lingering(client)


def lingering(client: Connection) -> Commands:
    """Close our side; the wake-up that follows is the time to close theirs."""
    yield commands.CloseTcpConnection(client, half_close=True)
    yield commands.RequestWakeup(LINGER_S)


class Stream(HttpStream):
    """One request with its answer: knows tunnels that were let through."""

    def check_body_size(self, request: bool) -> layer.CommandGenerator[bool]:
        """Limit request bodies only: answers are ours, or streamed from a host that was let through."""
        return (yield from super().check_body_size(True)) if request else False

    def handle_protocol_error(self, event: RequestProtocolError | ResponseProtocolError) -> Commands:
        """Give a live host's hanging up to the client as what it is: no answer, and the connection closed."""
        hung_up = isinstance(event, ResponseProtocolError) and event.message == "server closed connection"
        if hung_up and self.flow.metadata.get(LIVE):
            event.code = ErrorCode.KILL
        yield from super().handle_protocol_error(event)

    def handle_connect_regular(self) -> Commands:
        """Open a tunnel where the user's own mitmproxy is not in upstream mode yet."""
        yield from self._tunnel(super().handle_connect_regular)

    def handle_connect_upstream(self) -> Commands:
        """Open a tunnel."""
        yield from self._tunnel(super().handle_connect_upstream)

    def _tunnel(self, shut: Callable[[], Iterator[commands.Command]]) -> Commands:
        target = self.flow.metadata.pop(PASSED, None)
        if not isinstance(target, Target):
            yield from shut()
            return
        if target.parent is None:
            self.context.server = Server(address=target.address)
            error = yield commands.OpenConnection(self.context.server)
            if error:
                self.flow.response = response(unreachable_reply(self.flow.request.host, error), "CONNECT")
            else:
                self.child_layer = layers.TCPLayer(self.context, ignore=True)
        else:
            self.context.server = Server(address=target.address, via=("http", target.parent.address))
            tunnel = _upstream_proxy.HttpUpstreamProxy.make(self.context, True)
            self.child_layer = (tunnel / layers.TCPLayer(self.context, ignore=True))[0]
        yield from self.handle_connect_finish()  # type: ignore[no-untyped-call]


class SandboxHttpLayer(HttpLayer):
    """HTTP with the classes above.

    Args:
        about: The connection.
        mode: How the client takes us.
        left: How many requests it may still ask over HTTP/1, not above 0 without a bound; None for the limit.
    """

    def __init__(self, about: context.Context, mode: HTTPMode, left: int | None = None) -> None:
        super().__init__(about, mode)
        self._left = limits_of(about.options).connection_requests if left is None else left

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Start):
            inner = self.context.fork()
            is_http2 = self.context.client.alpn == b"h2"
            server = Http2Server(inner) if is_http2 else Http1Server(inner, self._left)
            self.connections.setdefault(self.context.client, server)
        yield from super()._handle_event(event)

    def make_stream(self, stream_id: int) -> Commands:
        """Start a request's exchange."""
        self.streams[stream_id] = Stream(self.context.fork(), stream_id)
        yield from self.event_to_child(self.streams[stream_id], events.Start())


class Refusal(layer.Layer):
    """Ends a connection that speaks neither TLS nor HTTP."""

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.Start):
            yield commands.SendData(self.context.client, _error_bytes(400, "these bytes are no HTTP request"))
            yield commands.CloseConnection(self.context.client)


def response(reply: Reply, method: str) -> http.Response:
    """Turn a reply into mitmproxy's response.

    Raises:
        ValueError: The reply cannot be said in HTTP.
    """
    wire = to_wire(reply, method)
    fields = http.Headers(wire.headers)
    kind = CutResponse if wire.cut else http.Response
    return kind(b"HTTP/1.1", wire.status, wire.reason, fields, wire.body, None, 0.0, 0.0)


__all__ = [
    "PASSED",
    "Commands",
    "HTTPMode",
    "Refusal",
    "SandboxHttpLayer",
    "check_version",
    "lingering",
    "refusing",
    "response",
]
