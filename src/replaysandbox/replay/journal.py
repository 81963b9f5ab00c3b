"""An exchange of a journal → an exchange of a capture, so that what a session has seen can be replayed."""

from __future__ import annotations

from datetime import UTC

from replaysandbox.core.capture import Failure, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.exchange import Exchange, Forward, Hangup, Headers, Reply, without_header


def recorded_of(exchange: Exchange) -> Recorded | None:
    """Write an exchange as it would have been recorded; None where its answer is not known: it went on untouched."""
    outcome, asked = exchange.outcome, exchange.request
    if isinstance(outcome, Forward):
        return None
    request = RecordedRequest(
        asked.method,
        asked.scheme,
        asked.host,
        asked.port or 443,
        asked.path,
        asked.query,
        _bytes_as_text(asked.headers),
        asked.body,
    )
    response = _response(outcome) if isinstance(outcome, Reply) else None
    failure = Failure("reset", "the sandbox hung up") if isinstance(outcome, Hangup) else None
    if isinstance(outcome, Reply) and _is_cut(asked.method, outcome):
        failure = Failure("truncated", "the answer was cut")
    return Recorded(
        started=exchange.wall.astimezone(UTC),
        request=request,
        response=response,
        failure=failure,
        timings=Timings(-1, exchange.took_ms + outcome.delay_s * 1000, -1),
        session=exchange.session,
        at=exchange.at,
        verdict=outcome.verdict,
        pack=exchange.pack,
        route=exchange.route,
        device=exchange.device,
        fault=exchange.fault,
    )


def _response(reply: Reply) -> RecordedResponse:
    size = len(reply.body) if reply.length is None else reply.length
    headers = without_header(_bytes_as_text(reply.headers), "content-length")
    stated = (("Content-Length", str(size)),) if size >= 0 else ()
    return RecordedResponse(reply.status, (*headers, *stated), reply.body, reply.reason)


def _is_cut(method: str, reply: Reply) -> bool:
    """Tell whether an answer stated more than it gave; what has no body states that of another."""
    return method != "HEAD" and reply.status not in (204, 304) and (reply.length or 0) > len(reply.body)


def _bytes_as_text(headers: Headers) -> Headers:
    """Write header values one character a byte, as a capture has them."""
    return tuple((name, _latin(value)) for name, value in headers)


def _latin(value: str) -> str:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("latin-1")
    return value
