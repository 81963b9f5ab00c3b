"""Hosts that --pass names: let through untouched, and never to this machine itself."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.exchange import Forward
from replaysandbox.core.limits import USUAL
from replaysandbox.proxy.ca import Authority, open_authority
from tests.proxy.canary import Canary, lead_everything_to, singing
from tests.proxy.talking import (
    HOST,
    PASSED,
    Proxy,
    SmallEngine,
    connect,
    dial,
    get,
    hear,
    proxy_running,
    say,
)


def absolute(host: str = PASSED, extra: str = "", scheme: str = "http") -> bytes:
    return f"GET {scheme}://{host}/x?y=z HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()


def test_a_tunnel_shows_the_hosts_own_certificate(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = open_authority(tmp_path / "theirs")
    with singing(_server_context(theirs, tmp_path)) as canary:
        lead_everything_to(canary, monkeypatch)
        client, answer = connect(proxy, f"{PASSED}:443")
        assert answer.status == 200
        trusting_them = ssl.create_default_context(cafile=str(theirs.certificate_file))
        with client, trusting_them.wrap_socket(client, server_hostname=PASSED) as inside:
            inside.sendall(get(PASSED, extra="X-Sandbox-Session: kept\r\n"))
            heard = hear(inside)
    assert heard.body == b"tweet\n"
    assert "x-sandbox" not in heard.headers
    assert canary.heard == [get(PASSED, extra="X-Sandbox-Session: kept\r\n")]  # untouched
    (exchange,) = proxy.engine.journal
    assert exchange.outcome == Forward()
    assert (exchange.request.method, exchange.request.host) == ("CONNECT", PASSED)


def _server_context(authority: Authority, folder: Path) -> ssl.SSLContext:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    leaf = authority.leaf((PASSED,))
    file = folder / "leaf.pem"
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(key + leaf.certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_tunnel_hears_a_server_that_speaks_first(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    with _greeting(b"220 hello\r\n") as port:
        lead_everything_to(Canary(port), monkeypatch)
        client, answer = connect(proxy, f"{PASSED}:25")
        with client:
            seen = answer.raw.partition(b"\r\n\r\n")[2] or client.recv(100)
    assert seen == b"220 hello\r\n"


@contextmanager
def _greeting(said: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                connection.sendall(said)
                connection.recv(10)
                connection.close()

        threading.Thread(target=greet, daemon=True).start()
        yield listener.getsockname()[1]


def test_plain_http(proxy: Proxy, canary: Canary) -> None:
    extra = "X-Sandbox-At: 2026-01-01\r\nProxy-Authorization: Basic Ym9iOng=\r\nProxy-Connection: keep-alive\r\n"
    answer = say(proxy, absolute(extra=extra))
    assert (answer.body, answer.headers["x-canary"]) == (b"tweet\n", "yes")
    assert "x-sandbox" not in answer.headers
    assert canary.heard == [f"GET /x?y=z HTTP/1.1\r\nHost: {PASSED}\r\n\r\n".encode()]
    assert [exchange.outcome for exchange in proxy.engine.journal] == [Forward()]


def test_plain_http_beside_imitated_ones_on_one_connection(proxy: Proxy, canary: Canary) -> None:
    with dial(proxy) as client:
        for host, passed in ((PASSED, True), (HOST, False), (PASSED, True)):
            client.sendall(absolute(host))
            answer = hear(client)
            assert ("x-canary" in answer.headers) is passed
            assert ("x-sandbox" in answer.headers) is not passed
    assert set(canary.lookups) == {PASSED}


def test_a_long_answer_comes_through(proxy: Proxy, canary: Canary) -> None:
    length = USUAL.body_bytes + 4_000_000
    canary.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + bytes(length)
    assert len(say(proxy, absolute(), timeout=30).body) == length


def test_an_imitated_host_is_never_passed(proxy: Proxy, canary: Canary) -> None:
    proxy.engine.passed.add(HOST)
    assert say(proxy, absolute(HOST)).json["host"] == HOST
    assert canary.is_silent


def test_https_in_the_absolute_form_is_refused(proxy: Proxy, canary: Canary) -> None:
    answer = say(proxy, absolute(scheme="https"))
    assert (answer.status, answer.told["error"]) == (502, "not_passed")
    assert canary.is_silent


THIS_MACHINE = [
    "localhost", "app.localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "127.8.9.10",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "169.254.169.254", "[fe80::1]", "100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "224.0.0.1", "240.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", THIS_MACHINE)
def test_this_machine_and_metadata_services_are_never_passed(authority: Authority, canary: Canary, host: str) -> None:
    with proxy_running(authority, _PassesAll()) as proxy:
        client, answer = connect(proxy, f"{host}:8080")
        client.close()
        plain = say(proxy, absolute(f"{host}:8080"))
    assert answer.is_clear
    assert plain.is_clear
    assert {answer.status, plain.status} <= {400, 502}
    assert canary.is_silent


class _PassesAll(SmallEngine):
    def passes(self, host: str) -> bool:
        return True


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["203.0.113.7", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_a_name_that_leads_to_this_machine_is_not_passed(
    proxy: Proxy, canary: Canary, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """DNS rebinding: the name is somebody's, the address is ours."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    client, answer = connect(proxy, f"{PASSED}:443")
    client.close()
    assert (answer.status, answer.told["error"]) == (502, "not_passed")
    assert not canary.accepts


def test_an_unknown_name_is_told(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    with dial(proxy) as client:
        monkeypatch.setattr(socket, "getaddrinfo", fail)
        client.sendall(f"CONNECT {PASSED}:443 HTTP/1.1\r\n\r\n".encode())
        answer = hear(client)
    assert answer.status == 502
    assert "Name or service not known" in answer.told["message"]
    assert proxy.engine.failed == [(PASSED, "its name cannot be looked up (Name or service not known)")]


def test_a_host_that_is_down_is_told(proxy: Proxy, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    canary.port = 1  # nobody listens there
    client, answer = connect(proxy, f"{PASSED}:443")
    client.close()
    assert answer.status == 502
    assert PASSED in answer.told["message"]
    assert say(proxy, absolute()).is_clear
    assert {(host, reason.rpartition(": ")[2]) for host, reason in proxy.engine.failed} == {
        (PASSED, "Connection refused")
    }
    assert len(proxy.engine.failed) == 2, "in a tunnel and without one"


def test_what_hangs_until_the_client_gives_up_is_told(
    proxy: Proxy, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*args: Any, **kwargs: Any) -> Any:
        dialling.set()
        await asyncio.Event().wait()

    dialling = threading.Event()
    with dial(proxy) as client:
        monkeypatch.setattr(asyncio, "open_connection", hang)
        client.sendall(absolute())
        assert dialling.wait(5)
    deadline = time.monotonic() + 5
    while not proxy.engine.failed and time.monotonic() < deadline:
        dialling.clear()
        dialling.wait(0.01)
    ((host, reason),) = proxy.engine.failed
    assert (host, reason.rpartition(": ")[2]) == (PASSED, "no connection came about before the client gave up")


def test_the_users_own_proxy_that_is_down_is_told(authority: Authority, canary: Canary) -> None:
    with proxy_running(authority, parent=lambda host, scheme: "http://127.0.0.1:1") as proxy:
        client, _ = connect(proxy, f"{PASSED}:443")
        client.close()
        say(proxy, absolute())
    assert set(proxy.engine.failed) == {(PASSED, "your own proxy 127.0.0.1:1: Connection refused")}


def test_through_the_users_own_proxy(authority: Authority, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = f"http://us%40er:p%3Aw@127.0.0.1:{canary.port}"
    with proxy_running(authority, parent=lambda host, scheme: parent) as proxy:
        answer = say(proxy, absolute(extra="Proxy-Authorization: Basic Ym9iOng=\r\n"))
        client, tunnel = connect(proxy, f"{PASSED}:443")
        with client:
            client.sendall(get(PASSED))
            inside = hear(client)
    assert (answer.body, tunnel.status, inside.raw[:8]) == (b"tweet\n", 200, b"tweet\n" + inside.raw[6:8])
    plain, connected = canary.heard
    credentials = b"Proxy-Authorization: Basic dXNAZXI6cDp3\r\n"  # us@er:p:w
    assert plain == f"GET http://{PASSED}/x?y=z HTTP/1.1\r\nHost: {PASSED}\r\n".encode() + credentials + b"\r\n"
    assert connected == f"CONNECT {PASSED}:443 HTTP/1.1\r\nHost: {PASSED}:443\r\n".encode() + credentials + b"\r\n"
    assert not canary.lookups, "the parent looks names up"


def test_the_users_own_proxy_is_never_asked_for_this_machine(authority: Authority, canary: Canary) -> None:
    with proxy_running(authority, _PassesAll(), parent=lambda host, scheme: f"http://127.0.0.1:{canary.port}") as proxy:
        for host in ("localhost", "127.0.0.1", "169.254.169.254"):
            assert say(proxy, absolute(host)).told["error"] == "not_passed"
    assert canary.is_silent


def test_a_sandbox_is_not_its_own_parent(authority: Authority, canary: Canary) -> None:
    ports: list[int] = []
    with proxy_running(authority, parent=lambda host, scheme: f"http://localhost:{ports[0]}") as proxy:
        ports.append(proxy.port)
        answer = say(proxy, absolute())
    assert "this sandbox itself" in answer.told["message"]


def test_a_parent_that_is_spoken_to_by_tls_is_told(authority: Authority, canary: Canary) -> None:
    with proxy_running(authority, parent=lambda host, scheme: "https://parent.example") as proxy:
        assert "https://" in say(proxy, absolute()).told["message"]
    assert canary.is_silent
