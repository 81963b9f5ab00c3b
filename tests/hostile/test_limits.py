"""Each limit of docs/limits.md, made small and met: a clear answer or a clean close, and the next client is served."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hpack import Encoder

from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.proxy.ca import Authority
from tests.hostile.conftest import AT
from tests.hostile.test_http2 import FIELDS, frame
from tests.proxy.talking import Answer, Proxy, dial, direct_tls, get, hear, is_closed, proxy_running, say, tunnel_to

KEY = "x-api-key: sk_test_limits\r\n"
DOCUMENT = Path(__file__).parents[2] / "docs" / "limits.md"


@pytest.fixture(params=["fast", "flow"])
def lane(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def limited(authority: Authority, lane: str, **limits: float) -> Iterator[Proxy]:
    bounds = replace(USUAL, **limits)  # type: ignore[arg-type]  # all are numbers
    engine = Engine.load(Settings(freeze=True, at=AT, limits=bounds), AT)
    with proxy_running(authority, engine, lane=lane, limits=bounds) as running:  # type: ignore[arg-type]
        yield running
        assert say(running, get(path="/battery", extra=KEY)).status == 200


def _refused(answer: Answer, status: int, *words: str) -> None:
    assert answer.status == status, answer.raw
    assert answer.headers["content-type"].startswith("application/json")
    assert all(word in answer.raw.decode() for word in words), answer.raw


def test_every_limit_is_documented_and_met_here() -> None:
    text = DOCUMENT.read_text("utf-8")
    for each in fields(Limits):
        assert f"| `{each.name}` |" in text, each.name


def test_head_bytes(authority: Authority, lane: str) -> None:
    with limited(authority, lane, head_bytes=2000) as proxy:
        _refused(say(proxy, get(extra=f"X: {'a' * 2000}\r\n")), 431, "limits.head_bytes")


def test_body_bytes(authority: Authority, lane: str) -> None:
    with limited(authority, lane, body_bytes=2000) as proxy:
        body = b"x" * 2001
        said = get(path="/battery", method="POST", extra=f"Content-Length: {len(body)}\r\n") + body
        _refused(say(proxy, said), 413, "limits.body_bytes")


def test_request_s(authority: Authority, lane: str) -> None:
    with limited(authority, lane, request_s=0.3) as proxy:
        _refused(say(proxy, b"GET / HTTP/1.1\r\nHost"), 408, "limits.request_s")


def test_request_s_over_http2(authority: Authority, lane: str) -> None:
    """Its other frames are no part of a request: a client that only pings goes on for ever."""
    heard = b""
    with limited(authority, lane, request_s=0.5) as proxy, direct_tls(proxy, alpn=["h2"]) as client:
        client.settimeout(0.1)
        post = Encoder().encode([*FIELDS["post"], ("content-length", "9")])
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame("settings", 0, 0, b""))
        client.sendall(frame("headers", 4, 1, bytes(post)))
        began = time.monotonic()
        while time.monotonic() - began < 5:
            if time.monotonic() - began < 0.4:  # who sends on after the end may not hear why
                client.sendall(frame("ping", 0, 0, b"12345678"))
            with suppress(TimeoutError):
                if not (part := client.recv(65536)):
                    break
                heard += part
        assert 0.3 < time.monotonic() - began < 4
    assert b"limits.request_s" in heard


@pytest.mark.parametrize(("requests", "says"), [(2, b""), (3, b"limits.body_bytes")])
def test_body_bytes_of_one_clients_http2(authority: Authority, lane: str, requests: int, says: bytes) -> None:
    """A hundred requests may be under way on one connection, each with almost as much as there may be."""
    heard = b""
    with limited(authority, lane, body_bytes=2000, idle_s=1) as proxy, direct_tls(proxy, alpn=["h2"]) as client:
        client.settimeout(0.5)
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame("settings", 0, 0, b""))
        for stream in range(1, 2 * requests, 2):
            client.sendall(frame("headers", 4, stream, bytes(Encoder().encode(FIELDS["post"]))))
            client.sendall(frame("data", 0, stream, b"x" * 900))
        with suppress(TimeoutError):
            while part := client.recv(65536):
                heard += part
    assert (says in heard) if says else (b"limits" not in heard)


def test_idle_s(authority: Authority, lane: str) -> None:
    with limited(authority, lane, idle_s=1) as proxy, dial(proxy) as client:
        client.sendall(get(extra=KEY))
        hear(client)
        began = time.monotonic()
        assert is_closed(client)
        assert 0.5 < time.monotonic() - began < 4


def test_connections(authority: Authority, lane: str) -> None:
    with limited(authority, lane, connections=2) as proxy:
        with dial(proxy), dial(proxy):
            _until(lambda: say(proxy, get()).status == 503)
            _refused(say(proxy, get()), 503, "limits.connections")
        _until(lambda: say(proxy, get(extra=KEY)).status != 503)


def _until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not met():
        assert time.monotonic() < end


@pytest.mark.parametrize("way", ["proxy", "base", "tunnel", "TLS"])
def test_connection_requests(authority: Authority, lane: str, way: str) -> None:
    said = get("localhost", "/amps/battery", KEY) if way == "base" else get(extra=KEY)
    with limited(authority, lane, connection_requests=3) as proxy, _opened(proxy, way) as client:
        told = []
        for _ in range(3):
            client.sendall(said)
            told.append(hear(client))
        assert [(each.status, each.headers.get("connection")) for each in told] == [
            (200, None),
            (200, None),
            (200, "close"),
        ]
        assert client.recv(1) == b"", "closed, and not reset"


def test_connection_requests_by_who_asks_on(authority: Authority, lane: str) -> None:
    """It sends far more than is answered, and goes on sending: all answers arrive, and an end that is no reset."""
    heard = b""
    with limited(authority, lane, connection_requests=3) as proxy, dial(proxy) as client:
        for _ in range(20):
            client.sendall(get(extra=KEY) * 20)
        while part := client.recv(65536):
            heard += part
            client.sendall(get(extra=KEY))
    assert (heard.count(b"HTTP/1.1 200 OK"), heard.count(b"Connection: close")) == (3, 1)
    assert heard.endswith(b"}")


def test_connection_requests_are_counted_over_both_lanes(authority: Authority) -> None:
    chunked = get(path="/actions", method="POST", extra=f"{KEY}Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n"
    with limited(authority, "fast", connection_requests=4) as proxy, dial(proxy) as client:
        told = []
        for said in (get(extra=KEY), get(extra=KEY), chunked, get(extra=KEY)):
            client.sendall(said)
            told.append(hear(client).headers.get("connection"))
        assert told == [None, None, None, "close"]
        assert client.recv(1) == b""


@contextmanager
def _opened(proxy: Proxy, way: str) -> Iterator[socket.socket]:
    opening = {"tunnel": tunnel_to, "TLS": direct_tls}.get(way, dial)
    with opening(proxy) as client:  # type: ignore[operator]  # all take a proxy
        yield client


def test_sessions(authority: Authority, lane: str) -> None:
    with limited(authority, lane, sessions=2) as proxy:
        told = [say(proxy, get(path="/battery", extra=f"{KEY}X-Sandbox-Session: s{n}\r\n")) for n in range(3)]
        assert [answer.status for answer in told] == [200, 503, 503]
        _refused(told[1], 503, "limits.sessions")


@pytest.mark.parametrize("limits", [{"journal_exchanges": 3}, {"journal_bytes": 8_000}])
def test_journal(authority: Authority, lane: str, limits: dict[str, float]) -> None:
    with limited(authority, lane, **limits) as proxy:
        assert {say(proxy, get(path="/battery", extra=KEY)).status for _ in range(6)} == {200}
        engine = proxy.engine
        assert isinstance(engine, Engine)
        journal = engine.sessions["default"].journal
        assert len(journal) <= 3
        assert journal.calls["amps", "simulate"] == 6


@pytest.mark.parametrize("limits", [{"template_bytes": 1024}, {"template_steps": 5}])
def test_templates(authority: Authority, lane: str, limits: dict[str, float]) -> None:
    bounds = replace(USUAL, **limits)  # type: ignore[arg-type]
    engine = Engine.load(Settings(freeze=True, at=AT, homes=50, limits=bounds), AT)
    with proxy_running(authority, engine, lane=lane) as proxy:  # type: ignore[arg-type]
        word = "makes more than" if "template_bytes" in limits else "steps"
        for _ in range(3):
            _refused(say(proxy, get(path="/vehicle?limit=50", extra=KEY)), 500, word)


def test_remembered(authority: Authority) -> None:
    for most in (0, 2):
        with limited(authority, "fast", remembered=most) as proxy, dial(proxy) as client:
            bodies = set()
            for number in range(12):
                client.sendall(get(path=f"/battery?limit={number % 4 + 1}", extra=KEY))
                bodies.add(json.dumps(hear(client).json["data"]))
            assert len(bodies) <= 4
