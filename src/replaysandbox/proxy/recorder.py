"""Exchanges with live hosts as they went over the wire: gathered from flows, handed to whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mitmproxy import http

from replaysandbox.core import capture
from replaysandbox.core.capture import Failure, FailureKind, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.exchange import Headers, Live
from replaysandbox.proxy.egress import UnreachableError
from replaysandbox.proxy.settings import Body, Keeper

HELD = 1024 * 1024
"""Answers up to this length are held until they are complete; of longer ones no more than this. Ours. [B]"""

_RECORDED = "replaysandbox.recorded"

_WORDS: tuple[tuple[FailureKind, tuple[str, ...]], ...] = (
    ("dns", ("name or service not known", "no address associated", "cannot be looked up")),
    ("tls", ("certificate", "tls", "ssl", "handshake")),
    ("timeout", ("timed out", "timeout")),
    ("refused", ("refused", "connect call failed", "unreachable", "no route")),
    ("truncated", ("without sending complete", "incomplete", "truncated")),
    ("reset", ("reset", "closed", "unexpected server response", "cannot parse")),
)
"""What mitmproxy and the system say of failures → what they are."""


@dataclass(slots=True)
class _Going:
    """A call that is under way."""

    live: Live
    started: datetime
    http_version: str
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    large: Body | None = None
    lost: bool = False


class Recorder:
    """Gathers exchanges; with no keeper it does nothing."""

    def __init__(self, keeper: Keeper | None) -> None:
        self._keeper = keeper

    def begin(self, flow: http.HTTPFlow, live: Live, started: datetime) -> None:
        """Take note of a call that is about to go on."""
        if self._keeper is not None and live.keep:
            flow.metadata[_RECORDED] = _Going(live, started, flow.request.http_version)

    def unreachable(self, flow: http.HTTPFlow, error: UnreachableError) -> None:
        """Record a live host whose name leads nowhere; what we refuse ourselves is no exchange."""
        going = flow.metadata.pop(_RECORDED, None)
        if going is not None and error.unknown and self._keeper is not None:
            self._keeper.keep(_recorded(going, None, Failure("dns", str(error)), Timings()))

    def stream_of(self, flow: http.HTTPFlow) -> bool | Callable[[bytes], bytes]:
        """Give what the pieces of an answer go through on their way to the client."""
        going: _Going | None = flow.metadata.get(_RECORDED)
        if going is None:
            return True

        def take(piece: bytes) -> bytes:
            self._take(going, flow, piece)
            return piece

        return take

    def _take(self, going: _Going, flow: http.HTTPFlow, piece: bytes) -> None:
        if going.large is not None:
            going.large.feed(piece)
            return
        going.size += len(piece)
        if not going.lost:
            going.pieces.append(piece)
        if going.size > HELD and not going.lost and self._keeper is not None and flow.response is not None:
            going.large = self._keeper.body(_fields(flow.response.headers))
            if going.large is None:
                going.lost = True
            else:
                going.large.feed(b"".join(going.pieces))
            going.pieces.clear()

    def done(self, flow: http.HTTPFlow) -> None:
        """Record an exchange that has ended, well or not."""
        going: _Going | None = flow.metadata.pop(_RECORDED, None)
        if going is None or self._keeper is None or (flow.error is None and flow.response is None):
            return
        failure = _failure(flow)
        self._keeper.keep(_recorded(going, _response(flow, going), failure, _timings(flow)))


def _recorded(going: _Going, response: RecordedResponse | None, failure: Failure | None, timings: Timings) -> Recorded:
    asked, live = going.live.request, going.live
    headers = tuple(pair for pair in asked.headers if not pair[0].lower().startswith("x-sandbox-"))
    request = RecordedRequest(
        asked.method,
        asked.scheme,
        asked.host,
        asked.port,
        asked.path,
        asked.query,
        headers,
        asked.body,
        going.http_version,
    )
    return Recorded(
        going.started,
        request,
        response,
        failure,
        timings,
        session=live.session,
        pack=live.pack,
        route=live.route,
    )


def _response(flow: http.HTTPFlow, going: _Going) -> RecordedResponse | None:
    response = flow.response
    if response is None:
        return None
    body: capture.Body = b"".join(going.pieces) or (response.raw_content or b"")
    if going.large is not None:
        body = going.large.end() or b""
    return RecordedResponse(
        response.status_code,
        _fields(response.headers),
        body,
        response.data.reason.decode("latin-1"),
        response.http_version,
    )


def _fields(headers: http.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)


def _failure(flow: http.HTTPFlow) -> Failure | None:
    if flow.error is None:
        return None
    message = flow.error.msg.partition(": b'")[0]  # what the live host sent instead of HTTP may hold anything
    if "client disconnected" in message.lower():
        waited = "before it had answered" if flow.response is None else "in the middle of its answer"
        kind: FailureKind = "timeout" if flow.response is None else "truncated"
        return Failure(kind, f"the client gave up on the live host {waited}")
    if flow.response is not None:
        return Failure("truncated", message)
    return Failure(failure_kind(message), message)


def failure_kind(message: str) -> FailureKind:
    """Say from mitmproxy's words how a live host failed before it answered."""
    lower = message.lower()
    return next((kind for kind, words in _WORDS if any(word in lower for word in words)), "reset")


def _timings(flow: http.HTTPFlow) -> Timings:
    sent = flow.request.timestamp_end or flow.request.timestamp_start
    connected = flow.server_conn.timestamp_tls_setup or flow.server_conn.timestamp_tcp_setup or sent
    begun = max(sent, connected)
    response = flow.response
    if response is None:
        return Timings(_ms(begun - sent))
    ended = response.timestamp_end or response.timestamp_start
    return Timings(_ms(begun - sent), _ms(response.timestamp_start - begun), _ms(ended - response.timestamp_start))


def _ms(seconds: float) -> float:
    return round(max(0.0, seconds) * 1000.0, 3)
