"""mitmproxy's flow files ↔ exchanges, read and written by mitmproxy's own library."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

with warnings.catch_warnings():
    # mitmproxy calls pyparsing by names that newer ones deprecate; nobody here could mend that
    warnings.simplefilter("ignore", DeprecationWarning)
    from mitmproxy import connection, exceptions, http
    from mitmproxy.flow import Error, Flow
    from mitmproxy.io import FlowReader, FlowWriter

from replaysandbox.core.capture import Failure, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Headers
from replaysandbox.files.capture_line import exchange_line, parse_exchange
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.proxy.recorder import failure_kind

METADATA = "replaysandbox"
"""Name under which a flow keeps what mitmproxy has no place for: the exchange as a line of ours, without bodies."""


def read_flows(path: Path, losses: Losses, _live_url: str = "") -> Iterator[Recorded]:
    """Read the exchanges of a flow file, one at a time.

    Raises:
        SandboxError: It cannot be read, or is none.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SandboxError(Problem(str(path), 0, "", f"cannot be read: {error.strerror}")) from error
    with file:
        flows = iter(FlowReader(file).stream())
        losses.exchange = 0
        while (flow := _next(flows, path, losses.exchange + 1)) is not None:
            losses.exchange += 1
            recorded = _exchange(flow, losses)
            if recorded is not None:
                yield recorded


def _next(flows: Iterator[Flow], path: Path, number: int) -> Flow | None:
    try:
        return next(flows, None)
    except Exception as error:  # noqa: BLE001 - mitmproxy's reader ends in any of them on a file that it did not write
        reason = str(error) if isinstance(error, exceptions.FlowReadException) else type(error).__name__
        hint = "what came before it is fine; a file that was cut ends like this" if number > 1 else ""
        raise SandboxError(Problem(str(path), 0, "", f"flow {number} cannot be read: {reason[:200]}", hint)) from None


def _exchange(flow: Flow, losses: Losses) -> Recorded | None:
    if not isinstance(flow, http.HTTPFlow):
        losses.note(f"{flow.type} flows: no HTTP, left out")
        return None
    if flow.response is None and flow.error is None:
        losses.note("a flow without an answer: left out")
        return None
    if flow.websocket is not None:
        losses.note("WebSocket messages")
    request, response = _request(flow, losses), _response(flow, losses)
    failure = Failure(failure_kind(flow.error.msg), flow.error.msg) if flow.error else None
    started = datetime.fromtimestamp(flow.request.timestamp_start, UTC)
    return _as_kept(flow, Recorded(started, request, response, failure, _timings(flow)))


def _as_kept(flow: http.HTTPFlow, read: Recorded) -> Recorded:
    """Add what we kept in a flow of our own making; what the flow itself says counts, should it have been changed."""
    line = flow.metadata.get(METADATA)
    if not isinstance(line, str):
        return read
    try:
        kept = parse_exchange(line.encode())
    except ValueError:
        return read
    same = abs((kept.started - read.started).total_seconds()) < 0.001
    return Recorded(
        kept.started if same else read.started,
        read.request,
        read.response,
        kept.failure if read.failure is not None else None,
        kept.timings,
        kept.session,
        kept.at,
        kept.verdict,
        kept.pack,
        kept.route,
        kept.device,
        kept.fault,
        kept.redacted,
    )


def _request(flow: http.HTTPFlow, losses: Losses) -> RecordedRequest:
    request = flow.request
    path, _, query = request.path.partition("?")
    _lose_parts(request, "the request", losses)
    return RecordedRequest(
        request.data.method.decode("latin-1"),  # the property spells it in capitals
        request.scheme,
        _host(request).lower(),
        request.port,
        path,
        query,
        _headers(request.headers),
        request.raw_content or b"",
        request.http_version,
    )


def _host(request: http.Request) -> str:
    """Find the host; a transparent proxy knows its address alone, and the request its name."""
    with contextlib.suppress(ValueError):
        ip_address(request.host)
        return request.pretty_host
    return request.host


def _response(flow: http.HTTPFlow, losses: Losses) -> RecordedResponse | None:
    response = flow.response
    if response is None:
        return None
    _lose_parts(response, "the answer", losses)
    headers, body = _headers(response.headers), response.raw_content or b""
    reason = response.data.reason.decode("latin-1")
    return RecordedResponse(response.status_code, headers, body, reason, response.http_version)


def _lose_parts(message: http.Message, whose: str, losses: Losses) -> None:
    if message.raw_content is None:
        losses.note(f"{whose}'s body: the flow does not hold it")
    if message.trailers:
        losses.note(f"{whose}'s trailers")


def _headers(headers: http.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)


def _timings(flow: http.HTTPFlow) -> Timings:
    points = [flow.request.timestamp_start, flow.request.timestamp_end]
    points += [flow.response.timestamp_start, flow.response.timestamp_end] if flow.response else [None, None]
    spans = pairwise(points)
    return Timings(*(max(0.0, end - start) * 1000 if start and end else -1.0 for start, end in spans))


def write_flows(file: BinaryIO, exchanges: Iterable[Recorded], _losses: Losses) -> None:
    """Write exchanges as flows, one at a time."""
    writer = FlowWriter(file)
    for recorded in exchanges:
        writer.add(flow_of(recorded))


def flow_of(recorded: Recorded) -> http.HTTPFlow:
    """Make a flow; what mitmproxy has no place for is in its metadata."""
    request, start = recorded.request, recorded.started.timestamp()
    sent, waited, received = (max(0.0, part) / 1000 for part in _spans(recorded.timings))
    client = connection.Client(peername=("127.0.0.1", 0), sockname=("127.0.0.1", 0), timestamp_start=start)
    server = connection.Server(address=(request.host, request.port), tls=request.scheme == "https")
    flow = http.HTTPFlow(client, server)
    flow.timestamp_created = start
    flow.request = http.Request(
        host=request.host,
        port=request.port,
        method=request.method.encode("latin-1"),
        scheme=request.scheme.encode(),
        authority=b"",
        path=(request.path + (f"?{request.query}" if request.query else "")).encode("utf-8", "surrogateescape"),
        http_version=request.http_version.encode(),
        headers=_fields(request.headers),
        content=_bytes(request.body),
        trailers=None,
        timestamp_start=start,
        timestamp_end=start + sent,
    )
    if recorded.response is not None:
        flow.response = _flow_response(recorded.response, start + sent + waited, received)
    if recorded.failure is not None:
        flow.error = Error(recorded.failure.message or recorded.failure.kind, start)
    flow.metadata[METADATA] = _kept(recorded)
    return flow


def _flow_response(response: RecordedResponse, start: float, received: float) -> http.Response:
    return http.Response(
        http_version=response.http_version.encode(),
        status_code=response.status,
        reason=response.reason.encode("latin-1"),
        headers=_fields(response.headers),
        content=_bytes(response.body),
        trailers=None,
        timestamp_start=start,
        timestamp_end=start + received,
    )


def _kept(recorded: Recorded) -> str:
    """Write what no flow has a place for: all but the messages themselves, which would be there twice."""
    asked = RecordedRequest("GET", "https", "", 443, "/")
    bare = Recorded(
        **{**_parts(recorded), "request": asked, "response": None if recorded.failure else RecordedResponse(1)}
    )
    return exchange_line(bare).decode().rstrip("\n")


def _parts(recorded: Recorded) -> dict[str, Any]:
    return {name: getattr(recorded, name) for name in Recorded.__slots__}


def _spans(timings: Timings) -> tuple[float, float, float]:
    return timings.send_ms, timings.wait_ms, timings.receive_ms


def _fields(headers: Headers) -> http.Headers:
    return http.Headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])


def _bytes(body: object) -> bytes:
    return cast(bytes, body)  # whoever reads a capture for a writer gives its bodies as bytes
