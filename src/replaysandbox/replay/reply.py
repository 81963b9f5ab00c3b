"""A recorded exchange → what happens when it is replayed."""

from __future__ import annotations

from replaysandbox.core.capture import Failure, Recorded, RecordedResponse, Timings
from replaysandbox.core.exchange import Hangup, Headers, Outcome, Reply, header

VERDICT = "replay"


def outcome_of(recorded: Recorded, body: bytes, latency: float = 0.0) -> Outcome:
    """Say what a replay of an exchange does.

    Args:
        recorded: The exchange.
        body: The body of its response.
        latency: By how much the time that the live host took is multiplied; 0 for at once.

    A live host that was silent is silent again: for as long as it was, unless `latency` says otherwise; a hurried
    silence would be another failure. A broken TLS handshake is replayed as a closed connection.
    """
    response, failure = recorded.response, recorded.failure
    delay_s = _waited_ms(recorded.timings) / 1000.0 * latency
    if response is None:
        if failure is not None and failure.kind == "timeout":
            delay_s = recorded.timings.total_ms / 1000.0 * (latency or 1.0)
        return Hangup(VERDICT, delay_s)
    length = _stated_length(recorded.request.method, response, failure, len(body))
    return Reply(response.status, _end_to_end(response.headers), body, VERDICT, delay_s, response.reason, length)


def _waited_ms(timings: Timings) -> float:
    return sum(part for part in (timings.wait_ms, timings.receive_ms) if part > 0)


def _stated_length(method: str, response: RecordedResponse, failure: Failure | None, size: int) -> int | None:
    """Say which length the answer states where that is not its body's: it has none, or it was cut."""
    told = header(response.headers, "content-length") or ""
    recorded = int(told) if told.isdecimal() and len(told) <= 18 else -1
    if failure is not None:
        return recorded if recorded > size else size + 1
    return recorded if method == "HEAD" or response.status in (204, 304) else None


def _end_to_end(headers: Headers) -> Headers:
    """Leave out what `Connection` names: fields about a connection that is no more. Source: RFC 9110, 7.6.1."""
    named = {
        token.strip().lower() for name, value in headers if name.lower() == "connection" for token in value.split(",")
    }
    return tuple(pair for pair in headers if pair[0].lower() not in named)
