"""What mitmproxy's layers lack: limits on head, body and time, and errors as JSON."""

from __future__ import annotations

import time
from contextlib import suppress

import httpx
import pytest

from replaysandbox.core.exchange import Reply
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.proxy.ca import Authority
from tests.proxy.talking import HOST, Proxy, dial, get, hear, is_closed, proxy_running, say


def test_head_limit(proxy: Proxy) -> None:
    answer = say(proxy, get(extra=f"X: {'a' * (USUAL.head_bytes * 2)}\r\n"))
    assert answer.status == 431
    assert answer.is_clear


def test_head_limit_without_an_end(proxy: Proxy) -> None:
    answer = say(proxy, b"GET / HTTP/1.1\r\nX: " + b"a" * (USUAL.head_bytes * 4))
    assert answer.status == 431


def test_head_limit_in_http2(proxy: Proxy) -> None:
    with (
        httpx.Client(proxy=proxy.url, verify=proxy.trusting(), http2=True, trust_env=False) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(f"https://{HOST}/", headers={"X": "a" * (USUAL.head_bytes + 5000)})
    assert say(proxy, get()).status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_body_limit(proxy: Proxy, chunked: bool) -> None:
    body = bytes(USUAL.body_bytes + 1)
    if chunked:
        said = get(method="POST", extra="Transfer-Encoding: chunked\r\n") + b"%x\r\n" % len(body) + body
    else:
        said = get(method="POST", extra=f"Content-Length: {len(body)}\r\n") + body
    answer = say(proxy, said)
    assert answer.status == 413
    assert answer.is_clear
    assert not proxy.engine.asked


def test_body_limit_in_http2(proxy: Proxy) -> None:
    with httpx.Client(proxy=proxy.url, verify=proxy.trusting(), http2=True, trust_env=False) as client:
        answer = client.post(f"https://{HOST}/", content=bytes(USUAL.body_bytes + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("application/json")
    assert "mitmproxy" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHo", get(method="POST", extra="Content-Length: 9\r\n") + b"abc"])
def test_a_request_that_is_never_finished(authority: Authority, lane: str, said: bytes) -> None:
    with proxy_running(authority, lane=lane, limits=Limits(request_s=0.3)) as proxy:
        answer = say(proxy, said)
    assert answer.status == 408
    assert answer.is_clear


def test_a_request_that_drips(authority: Authority, lane: str) -> None:
    limits = Limits(request_s=0.5)
    with proxy_running(authority, lane=lane, limits=limits) as proxy, dial(proxy) as client:
        client.sendall(get())
        assert hear(client).status == 200
        client.settimeout(0.05)
        answer = b""
        for byte in get(extra="X: " + "a" * 100 + "\r\n"):
            client.sendall(bytes([byte]))
            try:
                answer = client.recv(65536)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_slow_request_in_time_is_answered(authority: Authority, lane: str) -> None:
    limits = Limits(request_s=0.4)
    with proxy_running(authority, lane=lane, limits=limits) as proxy, dial(proxy) as client:
        for _ in range(3):  # each within the limit, all together far beyond
            said = get()
            client.sendall(said[:20])
            time.sleep(0.2)  # noqa: TID251 - a slow client
            client.sendall(said[20:])
            assert hear(client).status == 200


def test_errors_of_http_are_json_and_name_nobody_else(proxy: Proxy) -> None:
    for said in (b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"\x00\r\n"):
        answer = say(proxy, said)
        assert answer.is_clear
        assert answer.status in (400, 505)
        assert b"mitmproxy" not in answer.raw.lower()


def test_trailers_are_told_not_to_be_taken(proxy: Proxy) -> None:
    said = get(method="POST", extra="Transfer-Encoding: chunked\r\n") + b"1\r\na\r\n0\r\nX: y\r\n\r\n"
    answer = say(proxy, said)
    assert answer.status == 400
    assert "trailers" in answer.told["message"]


@pytest.mark.parametrize(
    ("said", "status"),
    [(b"SSH-2.0-x y\r\n", 400), (b"GET / HTTP/2.0\r\n", 505), (b"GET  /  HTTP/1.1\r\nHost: api.amps.ai\r\n\r\n", 200)],
)
def test_the_first_line_alone_says_what_is_no_http(proxy: Proxy, said: bytes, status: int) -> None:
    assert say(proxy, said).status == status


def test_one_that_sends_ahead_without_end(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Reply(200, delay_s=3600)
    with dial(proxy) as client, pytest.raises(ConnectionError):
        client.sendall(get() + bytes(USUAL.body_bytes * 4))


def test_tls_that_begins_without_end(proxy: Proxy) -> None:
    record = b"\x16\x03\x01\x40\x00" + b"\x01\xff\xff\xff" + bytes(0x4000 - 4)
    with dial(proxy) as client, suppress(ConnectionError):
        client.sendall(record + b"\x16\x03\x01\x40\x00" + bytes(0x4000) * 5)
        assert is_closed(client)
