"""Whatever a client says, nothing reaches a live host: the canary counts nobody. Threat table of safety.md, row 1."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest

from tests.proxy.canary import OUTSIDE, Canary
from tests.proxy.talking import (
    HOST,
    PASSED,
    STRANGER,
    Answer,
    Proxy,
    connect,
    dial,
    direct_tls,
    get,
    hear,
    is_closed,
    say,
    tunnel_to,
)


def test_the_canary_can_count(proxy: Proxy, canary: Canary) -> None:
    """The positive control: the same proxy, a host that --pass names."""
    with connect(proxy, f"{PASSED}:80")[0] as client:
        client.sendall(get(PASSED))
        assert hear(client).body == b"tweet\n"
    assert (canary.accepts, canary.lookups) == (1, [PASSED])


def test_the_canary_hears_a_plain_socket(canary: Canary) -> None:
    """The second control: code that dials by itself, by name and by address, is led to it."""
    for host in (HOST, OUTSIDE, "8.8.8.8"):
        with socket.create_connection((host, 443)) as client:
            client.sendall(b"hello")
            assert client.recv(10)
    assert canary.accepts == 3


ABSOLUTE = {
    "a stranger": (STRANGER, STRANGER),
    "a subdomain": (f"x.{HOST}", f"x.{HOST}"),
    "a longer name": (f"{HOST}.{STRANGER}", f"{HOST}.{STRANGER}"),
    "a prefix": (f"evil{HOST}", f"evil{HOST}"),
    "Host differs": (HOST, STRANGER),
    "URL differs": (STRANGER, HOST),
    "userinfo": (f"{HOST}@{STRANGER}", HOST),
    "userinfo, other way": (f"{STRANGER}@{HOST}", HOST),
    "escaped dot": ("api%2eamps.ai", HOST),
    "fragment": (f"{STRANGER}#@{HOST}", HOST),
    "backslash": (f"{STRANGER}\\@{HOST}", HOST),
    "two dots": (f"{HOST}..", HOST),
    "wide letters": ("\uff41pi.amps.ai", "\uff41pi.amps.ai"),
    "an address": (OUTSIDE, OUTSIDE),
    "an address as a number": ("3405803783", "3405803783"),
    "an address in IPv6": ("[2001:db8::1]", "[2001:db8::1]"),
    "an odd port": (f"{STRANGER}:99999", STRANGER),
    "no host": ("", HOST),
    "Host with a path": (STRANGER, f"{HOST}/"),
}


@pytest.mark.parametrize("case", ABSOLUTE)
def test_absolute_form(proxy: Proxy, canary: Canary, case: str) -> None:
    url_host, header_host = ABSOLUTE[case]
    answer = say(proxy, f"GET http://{url_host}/x HTTP/1.1\r\nHost: {header_host}\r\n\r\n".encode())
    assert answer.is_clear, answer.raw
    assert canary.is_silent


def test_two_host_headers(proxy: Proxy, canary: Canary) -> None:
    assert say(proxy, get(extra=f"Host: {STRANGER}\r\n")).is_clear
    assert canary.is_silent


@pytest.mark.parametrize(
    "asked",
    [
        f"{STRANGER}:443",
        f"{HOST}.{STRANGER}:443",
        f"{OUTSIDE}:443",
        "[2001:db8::1]:443",
        f"{HOST}@{STRANGER}:443",
        HOST,
        f"{STRANGER}:22",
        f"{STRANGER}:25",
        "localhost:22",
        "169.254.169.254:80",
    ],
)
def test_connect_elsewhere(proxy: Proxy, canary: Canary, asked: str) -> None:
    client, answer = connect(proxy, asked)
    client.close()
    assert answer.is_clear, answer.raw
    assert answer.status >= 400
    assert canary.is_silent


def test_a_refused_connect_names_the_option(proxy: Proxy, canary: Canary) -> None:
    client, answer = connect(proxy, f"{STRANGER}:443")
    client.close()
    assert answer.told["allow"] == f"--pass {STRANGER}"
    assert [exchange.request.host for exchange in proxy.engine.journal] == [STRANGER]


def _sni_differs(proxy: Proxy) -> Answer:
    with tunnel_to(proxy, sni=STRANGER) as inside:
        inside.sendall(get(HOST))
        return hear(inside)


def _host_in_tunnel_differs(proxy: Proxy) -> Answer:
    with tunnel_to(proxy) as inside:
        inside.sendall(get(STRANGER))
        return hear(inside)


def _all_three_differ(proxy: Proxy) -> Answer:
    with tunnel_to(proxy, sni="one.example") as inside:
        inside.sendall(get("two.example"))
        return hear(inside)


def _absolute_in_tunnel(proxy: Proxy) -> Answer:
    with tunnel_to(proxy) as inside:
        inside.sendall(f"GET http://{STRANGER}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        return hear(inside)


def _connect_in_tunnel(proxy: Proxy) -> Answer:
    """A nested proxy: a tunnel asked for inside a tunnel."""
    with tunnel_to(proxy) as inside:
        inside.sendall(f"CONNECT {STRANGER}:443 HTTP/1.1\r\nHost: {STRANGER}:443\r\n\r\n".encode())
        return hear(inside)


def _direct_sni_and_host_differ(proxy: Proxy) -> Answer:
    with direct_tls(proxy) as client:
        client.sendall(get(STRANGER))
        return hear(client)


def _direct_absolute_elsewhere(proxy: Proxy) -> Answer:
    with direct_tls(proxy) as client:
        client.sendall(f"GET https://{STRANGER}/ HTTP/1.1\r\nHost: {STRANGER}\r\n\r\n".encode())
        return hear(client)


def _websocket(proxy: Proxy) -> Answer:
    with tunnel_to(proxy) as inside:
        extra = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
        inside.sendall(get(extra=extra))
        return hear(inside)


def _websocket_stranger(proxy: Proxy) -> Answer:
    extra = f"Host: {STRANGER}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    return say(proxy, f"GET http://{STRANGER}/ HTTP/1.1\r\n{extra}\r\n".encode())


def _http2_without_tls(proxy: Proxy) -> Answer:
    return say(proxy, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")


def _http2_without_tls_in_tunnel(proxy: Proxy) -> Answer:
    client, _ = connect(proxy, f"{HOST}:80")
    with client:
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        return hear(client)


def _raw_bytes(proxy: Proxy) -> Answer:
    client, _ = connect(proxy, f"{HOST}:443")
    with client:
        client.sendall(b"\x00\x01\x02\xff raw bytes\r\n\r\n")
        return hear(client)


def _ssh(proxy: Proxy) -> Answer:
    client, _ = connect(proxy, f"{HOST}:22")
    with client:
        client.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n")
        return hear(client)


def _broken_tls(proxy: Proxy) -> Answer:
    client, _ = connect(proxy, f"{HOST}:443")
    with client:
        client.sendall(b"\x16\x03\x01\x00\x09\x01\x00\x00\x05hello")
        return hear(client)


def _smuggled_by_length(proxy: Proxy) -> Answer:
    smuggled = f"GET http://{STRANGER}/ HTTP/1.1\r\nHost: {STRANGER}\r\n\r\n"
    extra = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    return say(proxy, get(extra=extra, method="POST") + f"0\r\n\r\n{smuggled}".encode())


def _smuggled_by_encoding(proxy: Proxy) -> Answer:
    return say(proxy, get(extra="Transfer-Encoding: chunked, identity\r\n", method="POST") + b"0\r\n\r\n")


def _two_lengths(proxy: Proxy) -> Answer:
    return say(proxy, get(extra="Content-Length: 4\r\nContent-Length: 5\r\n", method="POST") + b"12345")


def _trailers(proxy: Proxy) -> Answer:
    extra = "Transfer-Encoding: chunked\r\nTrailer: X\r\n"
    return say(proxy, get(extra=extra, method="POST") + b"1\r\na\r\n0\r\nX: y\r\n\r\n")


def _old_version(proxy: Proxy) -> Answer:
    return say(proxy, b"GET / HTTP/3.0\r\nHost: api.amps.ai\r\n\r\n")


def _no_host_at_all(proxy: Proxy) -> Answer:
    return say(proxy, b"GET / HTTP/1.0\r\n\r\n")


def _socks(proxy: Proxy) -> Answer:
    return say(proxy, b"\x05\x01\x00\x05\x01\x00\x03\x0bapi.amps.ai\x01\xbb")


def _ftp(proxy: Proxy) -> Answer:
    return say(proxy, f"GET ftp://{STRANGER}/ HTTP/1.1\r\nHost: {STRANGER}\r\n\r\n".encode())


WAYS: dict[str, Callable[[Proxy], Answer]] = {
    "TLS name differs from tunnel": _sni_differs,
    "Host differs from tunnel": _host_in_tunnel_differs,
    "tunnel, TLS name and Host differ": _all_three_differ,
    "absolute form in a tunnel": _absolute_in_tunnel,
    "tunnel in a tunnel": _connect_in_tunnel,
    "direct TLS, Host differs": _direct_sni_and_host_differ,
    "direct TLS, absolute form": _direct_absolute_elsewhere,
    "WebSocket": _websocket,
    "WebSocket to a stranger": _websocket_stranger,
    "HTTP/2 without TLS": _http2_without_tls,
    "HTTP/2 without TLS in a tunnel": _http2_without_tls_in_tunnel,
    "raw bytes in a tunnel": _raw_bytes,
    "SSH in a tunnel": _ssh,
    "broken TLS in a tunnel": _broken_tls,
    "request smuggled by lengths": _smuggled_by_length,
    "request smuggled by encoding": _smuggled_by_encoding,
    "two lengths": _two_lengths,
    "trailers": _trailers,
    "HTTP/3.0 in a request line": _old_version,
    "no Host at all": _no_host_at_all,
    "SOCKS": _socks,
    "FTP": _ftp,
}


@pytest.mark.parametrize("way", WAYS)
def test_odd_ways(proxy: Proxy, canary: Canary, way: str) -> None:
    answer = WAYS[way](proxy)
    assert answer.is_clear, answer.raw
    assert canary.is_silent


def test_http2_upgrade_is_ignored(proxy: Proxy, canary: Canary) -> None:
    """Source: RFC 9113, 3.1: deprecated, and a server may always answer in HTTP/1.1."""
    extra = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    answer = say(proxy, get(extra=extra))
    assert (answer.status, answer.json["way"]) == (200, "direct")
    assert canary.is_silent


def test_second_request_in_the_same_packet(proxy: Proxy, canary: Canary) -> None:
    with dial(proxy) as client:
        client.sendall(get() + f"GET http://{STRANGER}/ HTTP/1.1\r\nHost: {STRANGER}\r\n\r\n".encode())
        seen = b""
        while b"--pass" not in seen:
            seen += client.recv(65536)
    assert seen.count(b"HTTP/1.1 ") == 2
    assert canary.is_silent


def test_client_that_leaves_in_the_middle(proxy: Proxy, canary: Canary) -> None:
    for said in (b"", b"GET", b"GET / HTTP/1.1\r\nHost: x", get(method="POST", extra="Content-Length: 9\r\n") + b"abc"):
        with dial(proxy) as client:
            client.sendall(said)
    with pytest.raises(ssl.SSLError), dial(proxy) as client:
        ssl.create_default_context().wrap_socket(client, server_hostname=HOST)  # does not trust our CA
    assert say(proxy, get()).status == 200
    assert canary.is_silent


def test_pack_taken_away_in_mid_connection(proxy: Proxy, canary: Canary) -> None:
    with tunnel_to(proxy) as inside:
        inside.sendall(get())
        assert hear(inside).status == 200
        proxy.engine.owned = set()
        inside.sendall(get())
        answer = hear(inside)
    assert (answer.status, answer.told["error"]) == (502, "refused_host")
    assert canary.is_silent


def test_host_taken_off_pass_closes_to_new_tunnels(proxy: Proxy, canary: Canary) -> None:
    proxy.engine.passed = set()
    client, answer = connect(proxy, f"{PASSED}:443")
    client.close()
    assert answer.told["error"] == "refused_host"
    assert canary.is_silent


def test_raw_bytes_end_the_connection(proxy: Proxy) -> None:
    client, _ = connect(proxy, f"{HOST}:443")
    with client:
        client.sendall(b"\x00\x01\x02\xff")
        assert is_closed(client)
