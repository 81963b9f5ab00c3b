"""What the fast lane does by itself: one write for many answers, turns, delays, hang-ups, and when it hands over."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from replaysandbox.core.exchange import Forward, Hangup, Reply
from replaysandbox.core.limits import USUAL
from replaysandbox.proxy import lane as module
from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.layers import SandboxHttpLayer
from tests.proxy.talking import HOST, Proxy, SmallEngine, dial, get, hear, proxy_running, say, tunnel_to
from tests.proxy.without_sockets import Desk


@pytest.fixture
def proxy(authority: Authority) -> Iterator[Proxy]:
    with proxy_running(authority, lane="fast") as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(SmallEngine(), "fast", tmp_path)
    yield made
    made.close()


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[SandboxHttpLayer]:
    """Count the connections that go to the flow lane after all."""
    made: list[SandboxHttpLayer] = []

    class Counted(SandboxHttpLayer):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(module, "SandboxHttpLayer", Counted)
    return made


def test_pipelined_requests_are_answered_with_one_write(desk: Desk) -> None:
    heard = desk.hear([get() * 5])
    assert (heard.said.count(b"HTTP/1.1 200 OK"), heard.writes) == (5, 1)


@pytest.mark.parametrize("limit", ["TURN_S", "TURN_BYTES"])
def test_one_that_asks_much_lets_others_have_their_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(module, limit, 0)
    heard = desk.hear([get() * 3])
    assert (heard.said.count(b"HTTP/1.1 200 OK"), heard.writes) == (3, 3)


def test_what_is_left_is_answered_after_a_turn_though_the_client_has_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TURN_BYTES", 0)
    heard = desk.hear([get() * 3], hang_up=True)
    assert (heard.said.count(b"HTTP/1.1 200 OK"), heard.closed) == (3, True)


@pytest.mark.parametrize(
    "said",
    [
        get(),
        get(method="POST", extra="Content-Length: 5\r\n") + b"hello",
        get(extra="Connection: close\r\n"),
        get("localhost", "/amps/battery"),
        f"GET http://{HOST}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(),
    ],
)
def test_what_clients_usually_say_is_answered_here(
    desk: Desk, handed_over: list[SandboxHttpLayer], said: bytes
) -> None:
    for parts in ([said], [said[:1], said[1:]], [said[:10], said[10:30], said[30:]]):
        assert desk.hear(parts).said.startswith(b"HTTP/1.1 200 OK")
    assert not handed_over


@pytest.mark.parametrize(
    "said",
    [
        get(extra="Expect: 100-continue\r\n"),
        get(extra="Transfer-Encoding: chunked\r\n", method="POST") + b"0\r\n\r\n",
        b"GET http://stranger.example/ HTTP/1.1\r\nHost: stranger.example\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\n",
    ],
)
def test_what_is_odd_is_handed_over(desk: Desk, handed_over: list[SandboxHttpLayer], said: bytes) -> None:
    desk.hear([get(), said])
    assert len(handed_over) == 1


def test_after_a_stranger_the_flow_lane_answers_for_the_rest_of_the_connection(proxy: Proxy) -> None:
    with dial(proxy) as client:
        for host, status in ((HOST, 200), ("stranger.example", 502), (HOST, 200)):
            client.sendall(f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert hear(client).status == status


def test_a_delay_holds_nobody_else(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Reply(200, delay_s=0.4 if request.path == "/slow" else 0.0)
    with dial(proxy) as slow, dial(proxy) as quick:
        began = time.monotonic()
        slow.sendall(get(path="/slow") + get(path="/next"))
        for _ in range(20):
            quick.sendall(get())
            assert hear(quick).status == 200
        assert time.monotonic() - began < 0.4
        seen = b""
        while seen.count(b"HTTP/1.1 200 OK") < 2:
            seen += slow.recv(65536)
        assert time.monotonic() - began >= 0.4, "the one after it comes after it"


def test_a_hang_up_comes_after_what_was_answered_before(desk: Desk) -> None:
    assert isinstance(desk.engine, SmallEngine)
    desk.engine.reply = lambda request: Hangup() if request.path == "/gone" else Reply(200)
    heard = desk.hear([get() + get(path="/gone") + get()])
    assert (heard.said.count(b"200 OK"), heard.closed) == (1, True)
    assert [request.path for request in desk.engine.asked] == ["/battery", "/gone"]


def test_an_outcome_that_is_no_answer_is_a_failure_of_ours(desk: Desk) -> None:
    assert isinstance(desk.engine, SmallEngine)
    desk.engine.reply = lambda request: Forward()
    assert b"nothing is forwarded from here" in desk.hear([get()]).said
    assert [exchange.outcome.verdict for exchange in desk.engine.journal] == ["miss"]


def test_a_client_that_closes_its_side_is_answered(proxy: Proxy) -> None:
    with dial(proxy) as client:
        client.sendall(get() * 3)
        client.shutdown(socket.SHUT_WR)
        seen = b""
        while part := client.recv(65536):
            seen += part
    assert seen.count(b"HTTP/1.1 200 OK") == 3


def test_a_client_that_does_not_read_is_not_written_to_without_end(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Reply(200, body=bytes(1_000_000))
    with dial(proxy) as client:
        client.sendall(get() * 500)
        time.sleep(1.0)  # noqa: TID251 - a client that does not read
        assert len(proxy.engine.asked) < 100
        assert say(proxy, get()).status == 200


def test_a_body_that_is_sent_in_many_parts(proxy: Proxy) -> None:
    body = b"x" * (USUAL.body_bytes // 2)
    with tunnel_to(proxy) as inside:
        inside.sendall(get(method="PUT", extra=f"Content-Length: {len(body)}\r\n") + body)
        assert hear(inside).status == 200
    assert proxy.engine.asked[0].body == body


def test_a_failure_in_the_lane_itself_is_answered_and_ends_the_connection(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_head", lambda data: 1 / 0)
    heard = desk.hear([get(), get()])
    assert heard.said.startswith(b"HTTP/1.1 500 ")
    assert heard.said.count(b"HTTP/1.1 ") == 1
    assert heard.closed
