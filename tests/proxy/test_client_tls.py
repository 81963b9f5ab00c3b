"""TLS on clients' connections, record by record: alone, together, in pieces, inside of other TLS, and broken."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from urllib3.util.ssltransport import SSLTransport

from replaysandbox.proxy.ca import Authority
from tests.proxy.talking import HOST, Proxy, dial, direct_tls, get, hear, is_closed, proxy_running

SAID = get(path="/battery")


class Client:
    """Speaks TLS, and shows its records before they are sent."""

    def __init__(self, context: ssl.SSLContext, wire: socket.socket) -> None:
        self._heard, self._written, self._wire = ssl.MemoryBIO(), ssl.MemoryBIO(), wire
        self._tls = context.wrap_bio(self._heard, self._written, server_hostname=HOST)
        self._until_done(self._tls.do_handshake)
        wire.sendall(self._written.read())

    def records(self, *texts: bytes) -> bytes:
        for text in texts:
            self._tls.write(text)
        return self._written.read()

    def end(self) -> bytes:
        with pytest.raises(ssl.SSLWantReadError):
            self._tls.unwrap()
        return self._written.read()

    def send(self, data: bytes) -> None:
        self._wire.sendall(data)

    def statuses(self, count: int) -> list[bytes]:
        """Read until there are so many answers."""
        told = b""
        while told.count(b"HTTP/1.1 ") < count or not told.endswith(b"}"):
            told += self._until_done(lambda: self._tls.read(65536))
        return [part[:3] for part in told.split(b"HTTP/1.1 ")[1:]]

    def _until_done[T](self, step: Callable[[], T]) -> T:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._wire.sendall(self._written.read())
                heard = self._wire.recv(65536)
                assert heard, "closed"
                self._heard.write(heard)


@contextmanager
def speaking(proxy: Proxy, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Iterator[tuple[Client, socket.socket]]:
    context = proxy.trusting()
    context.maximum_version = version
    with dial(proxy) as wire:
        client = Client(context, wire)
        for _ in range(3):  # so that it is known
            client.send(client.records(SAID))
            assert client.statuses(1) == [b"200"]
        yield client, wire


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_records_however_they_come(proxy: Proxy, version: ssl.TLSVersion) -> None:
    with speaking(proxy, version) as (client, _):
        client.send(client.records(SAID, SAID))
        assert client.statuses(2) == [b"200"] * 2
        client.send(client.records(SAID[:20], SAID[20:]))
        assert client.statuses(1) == [b"200"]
        two = client.records(SAID) + client.records(SAID)
        for start, stop in ((0, 3), (3, 100), (100, len(two) - 7), (len(two) - 7, len(two))):
            client.send(two[start:stop])
        assert client.statuses(2) == [b"200"] * 2
        client.send(client.records(SAID))
        assert client.statuses(1) == [b"200"]


def test_a_long_body_and_what_follows(proxy: Proxy) -> None:
    body = f"POST /battery HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 200000\r\n\r\n".encode() + b"x" * 200_000
    with speaking(proxy) as (client, _):
        client.send(client.records(*(body[start : start + 16_384] for start in range(0, len(body), 16_384)), SAID))
        assert client.statuses(2) == [b"200"] * 2


def test_the_end_comes_with_the_request(authority: Authority) -> None:
    """The fast lane has answered by then; mitmproxy's own layers take the end for a hang-up."""
    with proxy_running(authority, lane="fast") as proxy, speaking(proxy) as (client, wire):
        client.send(client.records(SAID) + client.end())
        assert client.statuses(1) == [b"200"]
        assert is_closed(wire)


def test_a_broken_record(proxy: Proxy) -> None:
    """It is not answered; others are."""
    with speaking(proxy) as (client, wire):
        asked = len(proxy.engine.asked)
        broken = bytearray(client.records(SAID))
        broken[-1] ^= 1
        client.send(bytes(broken))
        assert wire.recv(65536)[:1] in (b"\x15", b"\x17", b"")  # an alert, in TLS 1.3 in disguise, or the end
        assert len(proxy.engine.asked) == asked
    with direct_tls(proxy) as other:
        other.sendall(SAID)
        assert hear(other).status == 200


@pytest.mark.parametrize("inside", ["http", "https"])
def test_a_tunnel_by_a_proxy_spoken_to_by_tls(proxy: Proxy, inside: str) -> None:
    with direct_tls(proxy) as outer:
        outer.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert hear(outer, tunnel=True).status == 200
        client = SSLTransport(outer, proxy.trusting(), HOST) if inside == "https" else outer
        for _ in range(4):
            client.sendall(SAID)
            assert hear(cast(socket.socket, client)).json["path"] == "/battery"
