from dataclasses import replace

import pytest

from replaysandbox.core.capture import Failure, RecordedResponse, Timings
from replaysandbox.core.exchange import Hangup, Reply
from replaysandbox.proxy.wire import to_wire
from replaysandbox.replay.reply import outcome_of
from tests.unit.files.recorded import recorded

LENGTH = (("content-length", "999"), ("X-Last", "1"))


def test_an_answer_is_as_it_was() -> None:
    headers = (("B", "1"), ("A", "2"), ("B", "3"), ("Connection", "X-Hop"), ("X-Hop", "4"))
    exchange = replace(recorded(), response=RecordedResponse(203, headers, b"x", "Quite So"))
    reply = outcome_of(exchange, b"x")
    assert isinstance(reply, Reply)
    wire = to_wire(reply, "GET")
    assert (wire.status, wire.reason, wire.body) == (203, b"Quite So", b"x")
    assert wire.headers == (
        (b"B", b"1"),
        (b"A", b"2"),
        (b"B", b"3"),
        (b"X-Sandbox", b"replay"),
        (b"Content-Length", b"1"),
    )


@pytest.mark.parametrize(
    ("method", "status", "headers", "length"),
    [
        ("HEAD", 200, LENGTH, b"999"),
        ("HEAD", 200, (), None),
        ("GET", 304, LENGTH, b"999"),
        ("GET", 304, (), None),
        ("DELETE", 204, (), None),
        ("GET", 200, LENGTH, b"0"),
    ],
)
def test_a_length_without_a_body_is_as_recorded(
    method: str, status: int, headers: tuple[tuple[str, str], ...], length: bytes | None
) -> None:
    exchange = replace(recorded(method=method), response=RecordedResponse(status, headers))
    reply = outcome_of(exchange, b"")
    assert isinstance(reply, Reply)
    wire = to_wire(reply, method)
    stated = {name.lower(): value for name, value in wire.headers}
    assert stated.get(b"content-length") == length
    assert wire.body == b""
    if headers and length:
        assert wire.headers[0][0] == b"content-length"  # where it stood, as it was written


def test_a_cut_answer_states_more_than_it_sends_and_closes() -> None:
    cut = replace(recorded(body=b'{"a'), failure=Failure("truncated"))
    reply = outcome_of(cut, b'{"a')
    assert isinstance(reply, Reply)
    wire = to_wire(reply, "GET")
    assert (b"Content-Length", b"4") in wire.headers
    assert (b"Connection", b"close") in wire.headers
    assert wire.body == b'{"a'


@pytest.mark.parametrize("kind", ["dns", "refused", "reset", "tls"])
def test_a_failure_is_a_closed_connection(kind: str) -> None:
    failed = replace(recorded(), response=None, failure=Failure(kind))  # type: ignore[arg-type]
    assert outcome_of(failed, b"", 2.0) == Hangup("replay", 0.047)


def test_silence_lasts_as_long_as_it_did() -> None:
    silent = replace(recorded(), response=None, failure=Failure("timeout"), timings=Timings(0, 60_000, -1))
    assert outcome_of(silent, b"").delay_s == 60
    assert outcome_of(silent, b"", 0.1).delay_s == 6


def test_waits_are_multiplied() -> None:
    assert outcome_of(recorded(), b"").delay_s == 0
    assert outcome_of(recorded(), b"", 2.0).delay_s == pytest.approx(0.047)
