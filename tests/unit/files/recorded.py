"""Exchanges for tests: one made by hand, and any there can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from replaysandbox.core.capture import (
    CaptureHeader,
    Failure,
    FailureKind,
    Recorded,
    RecordedRequest,
    RecordedResponse,
    Timings,
)

STARTED = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = CaptureHeader(STARTED, packs=("amps",), hosts=("api.amps.ai",), redaction="1")


def recorded(url_path: str = "/battery", body: bytes = b"{}", **request: Any) -> Recorded:
    """Make an exchange: a GET that was answered with these bytes."""
    asked = RecordedRequest("GET", "https", "api.amps.ai", 443, url_path, headers=(("Accept", "*/*"),))
    answered = RecordedResponse(200, (("Content-Type", "application/json"),), body, "OK")
    return Recorded(STARTED, replace(asked, **request), answered, timings=Timings(1, 20.5, 3))


_byte_text = st.binary(max_size=30).map(lambda data: data.decode("latin-1"))
_token = st.text("!#$%&'*+-.^_`|~0123456789abcXYZ", min_size=1, max_size=12)
_headers = st.lists(st.tuples(_token, _byte_text), max_size=6).map(tuple)
_bodies = st.one_of(st.binary(max_size=300), st.text(max_size=100).map(lambda text: text.encode("utf-8")))
_at = st.datetimes(timezones=st.just(UTC))
_visible = st.text([chr(code) for code in range(0x21, 0x7F)], max_size=30)
_ms = st.one_of(st.just(-1.0), st.floats(0, 1e6))
_hosts = st.sampled_from(["api.amps.ai", "127.0.0.1", "::1", "xn--bcher-kva.example", "a_b"])
_requests = st.builds(
    RecordedRequest,
    method=_token,
    scheme=st.sampled_from(["http", "https"]),
    host=_hosts,
    port=st.integers(1, 65535),
    path=st.one_of(st.just("*"), _visible.map(lambda text: "/" + text.replace("?", ""))),
    query=_visible,
    headers=_headers,
    body=_bodies,
    http_version=st.sampled_from(["HTTP/1.0", "HTTP/1.1", "HTTP/2.0"]),
)
_responses = st.builds(
    RecordedResponse,
    status=st.integers(100, 599),
    headers=_headers,
    body=_bodies,
    reason=_byte_text,
    http_version=st.sampled_from(["HTTP/1.1", "HTTP/2.0"]),
)
_failures = st.builds(Failure, st.sampled_from(get_args(FailureKind)), st.text(max_size=20))


@st.composite
def any_recorded(draw: st.DrawFn) -> Recorded:
    """Make any exchange there can be."""
    response = draw(st.none() | _responses)
    return Recorded(
        started=draw(_at),
        request=draw(_requests),
        response=response,
        failure=draw(_failures if response is None else st.none() | _failures),
        timings=Timings(draw(_ms), draw(_ms), draw(_ms)),
        session=draw(st.text(min_size=1, max_size=8)),
        at=draw(st.none() | _at),
        verdict=draw(st.text(max_size=8)),
        pack=draw(st.text(max_size=8)),
        route=draw(st.text(max_size=8)),
        device=draw(st.text(max_size=8)),
        fault=draw(st.text(max_size=8)),
        redacted=tuple(draw(st.lists(st.text(max_size=8), max_size=3))),
    )
