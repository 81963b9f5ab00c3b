"""Both lanes say the same, byte for byte, and remember the same, whatever they are told.

`make fuzz` tries more (FUZZ=5000 requests); the usual run some.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import h11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replaysandbox.core.limits import USUAL
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.proxy.head import read_head
from tests.proxy.without_sockets import AT, Desk, Heard

HOST = "api.amps.ai"
KEY = "x-api-key: sk_test_both\r\n"
EXAMPLES = int(os.environ.get("FUZZ", "150"))
"""Requests that are made up in one run of a property."""


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    folder = tmp_path_factory.mktemp("confdir")
    both = [Desk(Engine.load(Settings(freeze=True, at=AT), AT), kind, folder) for kind in ("fast", "flow")]
    yield both[0], both[1]
    for desk in both:
        desk.close()


def same(desks: tuple[Desk, Desk], *parts: bytes, hang_up: bool = False) -> Heard:
    """Say the same to both, and hear the same from both; their journals agree."""
    fast, flow = (desk.hear(parts, hang_up=hang_up) for desk in desks)
    journals = [journal_of(desk) for desk in desks]
    assert fast.said == flow.said
    assert fast.closed == flow.closed
    assert journals[0] == journals[1]
    return fast


def journal_of(desk: Desk) -> list[Any]:
    """Take what all sessions have seen since the last time."""
    assert isinstance(desk.engine, Engine)
    seen = []
    for session in desk.engine.sessions.values():
        seen += [replace(each, number=0, took_ms=0.0) for each in session.journal]
        session.journal.clear()
    return seen


def ask(path: str = "/battery", method: str = "GET", extra: str = KEY, body: str = "", host: str = HOST) -> bytes:
    length = f"Content-Length: {len(body.encode())}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{extra}{length}\r\n{body}".encode()


def _first_id(desks: tuple[Desk, Desk], family: str) -> str:
    import json

    said = same(desks, ask(f"/{family}?limit=1")).said
    return str(json.loads(said.partition(b"\r\n\r\n")[2])["data"]["items"][0]["id"])


READS = ["/", "/healthz", "/battery", "/vehicle?limit=2", "/vehicle?limit=x", "/nothing", "/battery/", "/a%2fb", "/%zz"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", READS)
def test_methods_and_paths(desks: tuple[Desk, Desk], method: str, path: str) -> None:
    heard = same(desks, ask(path, method))
    assert heard.said.startswith(b"HTTP/1.1 ")
    assert not heard.closed


@pytest.mark.parametrize("family", ["battery", "vehicle", "solar-inverter", "ev-charger", "hvac"])
def test_every_family(desks: tuple[Desk, Desk], family: str) -> None:
    text = _first_id(desks, family)
    assert b" 200 OK" in same(desks, ask(f"/{family}/{text}")).said


def test_a_push_and_its_action(desks: tuple[Desk, Desk]) -> None:
    text = _first_id(desks, "battery")
    body = '{"action": {"command": "charge", "parameters": {"power": {"value": 1, "unit": "kw"}}}}'
    for extra in (KEY, ""):
        same(desks, ask(f"/battery/{text}", "POST", extra + "Content-Type: application/json\r\n", body))
    assert b"charge" in same(desks, ask("/actions")).said


BODIES = ["{", "[]", "null", '{"command": "fly"}', "x" * 100_000, '{"a": 1e999}', "\x00", '{"a":1,"a":2}']


@pytest.mark.parametrize("body", BODIES)
def test_bodies(desks: tuple[Desk, Desk], body: str) -> None:
    text = _first_id(desks, "battery")
    said = ask(f"/battery/{text}", "POST", KEY + "Content-Type: application/json\r\n", body)
    same(desks, said)
    same(desks, said[:50], said[50:400], said[400:])


STEERED = [
    "X-Sandbox-Session: other\r\n",
    "X-Sandbox-Session: no/name\r\n",
    "baggage: sandbox-session=third\r\n",
    "X-Sandbox-At: 2026-01-01T00:00:00Z\r\n",
    "X-Sandbox-At: yesterday\r\n",
    "X-Sandbox-Fault: status=503\r\n",
    "X-Sandbox-Fault: hang_up\r\n",
    "X-Sandbox-Fault: slow=0.02\r\n",
    "X-Sandbox-Fault: nonsense\r\n",
    "X-Sandbox-Fault: offline\r\n",
    "Authorization: Bearer sk_test_x\r\n",
    "Proxy-Authorization: Basic Ym9iOng=\r\n",
    "Connection: close\r\n",
    "Connection: keep-alive\r\n",
    "Accept-Encoding: gzip\r\n",
    "Cookie: a=b; c=d\r\n",
]


@pytest.mark.parametrize("line", STEERED)
def test_what_headers_ask_for(desks: tuple[Desk, Desk], line: str) -> None:
    heard = same(desks, ask(extra=KEY + line), ask("/healthz"))
    assert heard.closed == (line.startswith("Connection: close") or "hang_up" in line)


PLACES = {
    "absolute": f"GET http://{HOST}/battery HTTP/1.1\r\nHost: {HOST}\r\n{KEY}\r\n",
    "absolute, https": f"GET https://{HOST}/battery HTTP/1.1\r\nHost: {HOST}\r\n{KEY}\r\n",
    "absolute, port": f"GET http://{HOST}:8080/battery HTTP/1.1\r\nHost: {HOST}:8080\r\n{KEY}\r\n",
    "absolute, user": f"GET http://{HOST}/ HTTP/1.1\r\nHost: {HOST}\r\nProxy-Authorization: Basic Ym9iOng=\r\n\r\n",
    "absolute, no path": f"GET http://{HOST} HTTP/1.1\r\nHost: {HOST}\r\n\r\n",
    "other spelling": f"GET http://API.amps.AI./battery HTTP/1.1\r\nHost: API.amps.AI.\r\n{KEY}\r\n",
    "Host differs": f"GET http://{HOST}/ HTTP/1.1\r\nHost: x.example\r\n\r\n",
    "stranger": "GET http://x.example/ HTTP/1.1\r\nHost: x.example\r\n\r\n",
    "stranger's Host": "GET / HTTP/1.1\r\nHost: x.example\r\n\r\n",
    "base": f"GET /amps/battery HTTP/1.1\r\nHost: 127.0.0.1:4480\r\n{KEY}\r\n",
    "base, session": f"GET /~test-17/amps/battery HTTP/1.1\r\nHost: localhost\r\n{KEY}\r\n",
    "base, IPv6": f"GET /amps/battery HTTP/1.1\r\nHost: [::1]:4480\r\n{KEY}\r\n",
    "direct": f"GET /battery HTTP/1.1\r\nHost: {HOST}\r\n{KEY}\r\n",
    "tunnel": f"CONNECT {HOST}:80 HTTP/1.1\r\nHost: {HOST}:80\r\n\r\n",
    "tunnel elsewhere": "CONNECT x.example:443 HTTP/1.1\r\nHost: x.example:443\r\n\r\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_places(desks: tuple[Desk, Desk], place: str) -> None:
    said = PLACES[place].encode()
    same(desks, said, ask("/healthz"), said, ask())
    same(desks, said + ask("/healthz"))


@pytest.mark.parametrize("inner", PLACES)
def test_places_in_a_tunnel(desks: tuple[Desk, Desk], inner: str) -> None:
    same(desks, PLACES["tunnel"].encode(), PLACES[inner].encode(), ask())


SHAPES = {
    "expect": ask("/actions", "POST", "Content-Length: 2\r\nExpect: 100-continue\r\n") + b"{}",
    "chunks": ask("/actions", "POST", "Transfer-Encoding: chunked\r\n") + b"2\r\n{}\r\n0\r\n\r\n",
    "trailers": ask("/actions", "POST", "Transfer-Encoding: chunked\r\n") + b"2\r\n{}\r\n0\r\nX: y\r\n\r\n",
    "websocket": ask(extra="Connection: Upgrade\r\nUpgrade: websocket\r\n"),
    "h2c": ask(extra=KEY + "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
    "long head": ask(extra=f"X: {'a' * USUAL.head_bytes}\r\n"),
    "long body": ask("/actions", "POST", f"Content-Length: {USUAL.body_bytes + 1}\r\n") + b"{}",
    "bare LF": ask().replace(b"\r\n", b"\n"),
    "fold": ask(extra="X: a\r\n b\r\n"),
    "nonsense": b"hello there\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "not all of a head": b"GET / HTTP/1.1\r\nHost",
    "not all of a body": ask("/actions", "POST", "Content-Length: 9\r\n") + b"{}",
}


@pytest.mark.parametrize("hang_up", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(desks: tuple[Desk, Desk], shape: str, hang_up: bool) -> None:
    same(desks, SHAPES[shape], hang_up=hang_up)
    same(desks, ask(), SHAPES[shape], hang_up=hang_up)
    same(desks, ask() + SHAPES[shape] + ask(), hang_up=hang_up)


@pytest.mark.parametrize(
    "said",
    [
        *(ask(path) for path in READS),
        *(ask(extra=KEY + line) for line in STEERED),
        *(PLACES[each].encode() for each in PLACES),
    ],
)
def test_what_is_said_again(desks: tuple[Desk, Desk], said: bytes) -> None:
    """From the second time on the fast lane knows it, on the same connection and on another."""
    same(desks, said, said, said, ask(), said + said, said[:40], said[40:])
    same(desks, said, ask("/healthz"), said + ask())


METHODS = st.sampled_from(["GET", "POST", "HEAD", "DELETE", "get", "FOO", "CONNECT", "OPTIONS", ""])
TARGETS = st.sampled_from(
    [
        "/battery",
        "/",
        "*",
        f"http://{HOST}/vehicle",
        f"https://{HOST}/",
        "http://x.example/",
        f"http://{HOST}",
        "/a#b",
        "x",
    ]
) | st.text(st.characters(codec="latin-1"), max_size=6).map("/".__add__)
HOSTS = st.sampled_from(
    [HOST, f"{HOST}:80", HOST.upper(), "localhost", "x.example", "", "a b", "[::1]", "a..b", "h:99999"]
)
NAMES = st.sampled_from(
    ["x-api-key", "X-A", "Content-Length", "Transfer-Encoding", "Connection", "Host", "Expect", "Upgrade", "x y", ""]
)
VALUES = st.sampled_from(
    ["sk_test_x", "0", "2", "+2", "chunked", "close", "Close", "keep-alive", "100-continue", "websocket", HOST, "  a  "]
) | st.text(st.characters(codec="latin-1"), max_size=5)
ENDS = st.sampled_from(["\r\n"] * 12 + ["\n", "\r", " \r\n", "\r\n "])
BODY = st.sampled_from(
    [b"", b"", b"{}", b"2\r\n{}\r\n0\r\n\r\n", b"\r\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"]
)


@st.composite
def messages(draw: Any) -> bytes:
    """Make what is a request, or nearly."""
    version = draw(st.sampled_from(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", ""]))
    lines = [f"{draw(METHODS)} {draw(TARGETS)} {version}", f"Host: {draw(HOSTS)}"]
    lines += [f"{name}: {value}" for name, value in draw(st.lists(st.tuples(NAMES, VALUES), max_size=3))]
    said = "".join(line + draw(ENDS) for line in lines) + draw(ENDS)
    return said.encode("latin-1") + bytes(draw(BODY))


fuzzing = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@fuzzing
@given(said=st.lists(messages(), min_size=1, max_size=3), hang_up=st.booleans())
def test_made_up_requests(desks: tuple[Desk, Desk], said: list[bytes], hang_up: bool) -> None:
    same(desks, *said, hang_up=hang_up)


@fuzzing
@given(said=st.lists(messages(), min_size=1, max_size=3), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_requests_in_any_parts(desks: tuple[Desk, Desk], said: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(said)
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    same(desks, *(whole[start:end] for start, end in pairwise(edges)))


@fuzzing
@given(
    said=st.binary(max_size=60), cut=st.integers(0, 60), start=st.sampled_from([b"", b"GET ", b"GET / HTTP/1.1\r\n"])
)
def test_any_bytes(desks: tuple[Desk, Desk], said: bytes, cut: int, start: bytes) -> None:
    same(desks, start + said[:cut], said[cut:], hang_up=True)


@fuzzing
@given(said=messages())
def test_what_is_answered_is_a_request_to_h11(desks: tuple[Desk, Desk], said: bytes) -> None:
    """The second opinion: what the fast lane takes, h11 takes for a request, too."""
    same(desks, said)
    if read_head(said[: said.find(b"\r\n\r\n") + 4]) is None:
        return
    server = h11.Connection(h11.SERVER)
    server.receive_data(said)
    event = server.next_event()
    assert isinstance(event, h11.Request)


@pytest.fixture
def vendors(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    chosen = Settings(freeze=True, at=AT + timedelta(hours=1), realism="vendor")
    started = AT - timedelta(hours=1)
    both = [Desk(Engine.load(chosen, AT, started), kind, tmp_path) for kind in ("fast", "flow")]
    yield both[0], both[1]
    for desk in both:
        desk.close()


def test_both_lanes_are_equally_realistic(vendors: tuple[Desk, Desk]) -> None:
    site = ask("/sites/list?api_key=SK0TEST0DEMO", host="monitoringapi.solaredge.com", extra="")
    told = [same(vendors, site).said for _ in range(302)]
    assert [each.startswith(b"HTTP/1.1 429") for each in told] == [False] * 300 + [True] * 2
    ids = sorted(set(re.findall(rb"device_[0-9A-Za-z]{9}", same(vendors, ask()).said)))
    for device in (each.decode() for each in ids):
        said = [same(vendors, ask(f"/battery/{device}{query}")).said for query in ("", "?expedite=true", "")]
        assert b'"cacheType":"expedite"' in said[1]
        pulled = [re.findall(rb'"lastPulledAt":"([^"]+)"', each)[0] for each in said]
        assert pulled[0] < pulled[1] == pulled[2]


MOST = 3
"""Requests that a connection to the desks below may ask."""


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    folder = tmp_path_factory.mktemp("confdir")
    bounds = replace(USUAL, connection_requests=MOST)
    chosen = Settings(freeze=True, at=AT, limits=bounds)
    both = [Desk(Engine.load(chosen, AT), kind, folder, limits=bounds) for kind in ("fast", "flow")]
    yield both[0], both[1]
    for desk in both:
        desk.close()


TUNNEL = PLACES["tunnel"].encode()


@pytest.mark.parametrize(
    ("said", "answers", "closes"),
    [
        ([ask()] * 5, 3, 1),
        ([ask() * 5], 3, 1),
        ([ask(), ask() * 4], 3, 1),
        ([ask(method="HEAD")] * 5, 3, 1),
        ([ask("/nothing")] * 5, 3, 1),
        ([ask()] * 2, 2, 0),
        ([ask(), PLACES["stranger"].encode(), ask(), ask()], 3, 1),
        ([ask(), SHAPES["chunks"], ask(), ask()], 3, 1),
        ([ask(), ask(), SHAPES["expect"], ask()], 4, 1),
        ([ask(extra=KEY + "X-Sandbox-Fault: slow=0.02\r\n")] * 5, 3, 1),
        ([ask(), ask(), ask(extra=KEY + "Connection: close\r\n"), ask()], 3, 1),
        ([ask(), ask(), ask(extra=KEY + "X-Sandbox-Fault: hang_up\r\n"), ask()], 2, 0),
        ([TUNNEL, *[ask()] * 5], 4, 1),
        ([TUNNEL, ask(), SHAPES["chunks"], *[ask()] * 3], 4, 1),
        ([PLACES["tunnel elsewhere"].encode(), *[ask()] * 5], 3, 1),
        ([ask(), ask(), PLACES["tunnel elsewhere"].encode(), ask()], 3, 1),
        ([ask(), ask(), TUNNEL, ask(), ask(), ask(), ask()], 6, 1),
    ],
)
def test_the_last_request_that_is_allowed_is_answered_and_says_so(
    bounded: tuple[Desk, Desk], said: list[bytes], answers: int, closes: int
) -> None:
    """Where a tunnel opens, those inside of it count alone; `100 Continue` is no answer of its own."""
    heard = same(bounded, *said)
    last = heard.said[heard.said.rfind(b"HTTP/1.1 ") :]
    assert heard.said.count(b"HTTP/1.1 ") == answers
    assert heard.said.count(b"Connection: close\r\n") == last.count(b"Connection: close\r\n") == closes
    assert heard.closed == (len(said) != 2 or closes == 1)


@pytest.mark.parametrize("said", [*(SHAPES[each] for each in SHAPES), *(ask(extra=KEY + line) for line in STEERED)])
def test_what_is_odd_counts_too(bounded: tuple[Desk, Desk], said: bytes) -> None:
    for before in range(MOST + 1):
        same(bounded, *[ask()] * before, said, ask(), ask())
        same(bounded, ask() * before + said + ask() * 2, hang_up=True)


@fuzzing
@given(said=st.lists(messages(), min_size=1, max_size=6), hang_up=st.booleans())
def test_made_up_requests_to_where_a_few_are_allowed(
    bounded: tuple[Desk, Desk], said: list[bytes], hang_up: bool
) -> None:
    same(bounded, *said, hang_up=hang_up)
