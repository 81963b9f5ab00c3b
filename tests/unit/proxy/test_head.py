"""What the fast lane takes for a request; a second opinion on each is h11's, which the flow lane parses with."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.proxy.head import read_head, split_authority


def head(*lines: str, start: str = "GET / HTTP/1.1") -> bytes:
    return "\r\n".join((start, *lines, "", "")).encode("latin-1")


def test_all_that_is_said_is_read() -> None:
    said = head(
        "Host: api.amps.ai:8080",
        "X-A:  b c ",
        "x-a: d",
        "Content-Length: 12",
        "Connection: close",
        "Proxy-Authorization: Basic Ym9iOng=",
        "Proxy-Connection: keep-alive",
        start="POST /a%20b?c=d?e HTTP/1.1",
    )
    read = read_head(said)
    assert read is not None
    assert (read.method, read.path, read.query) == ("POST", "/a%20b", "c=d?e")
    assert (read.scheme, read.authority, read.host) == ("", "", "api.amps.ai:8080")
    assert (read.length, read.closes, read.credentials) == (12, True, ("bob", "x"))
    assert read.headers == (
        ("Host", "api.amps.ai:8080"),
        ("X-A", "b c"),
        ("x-a", "d"),
        ("Content-Length", "12"),
        ("Connection", "close"),
    )


def test_absolute_form() -> None:
    read = read_head(head("Host: h.example", start="GET https://h.example:444/x HTTP/1.1"))
    assert read is not None
    assert (read.scheme, read.authority, read.path) == ("https", "h.example:444", "/x")


ODD = {
    "no host": head(),
    "two hosts": head("Host: a", "Host: a"),
    "empty host": head("Host: "),
    "user in host": head("Host: a@b"),
    "port beyond": head("Host: a:65536"),
    "port zero": head("Host: a:0"),
    "two dots": head("Host: a..b"),
    "IPv6": head("Host: [::1]:80"),
    "punycode": head("Host: xn--a.example"),
    "other version": head("Host: a", start="GET / HTTP/1.0"),
    "HTTP/2": head("Host: a", start="GET / HTTP/2.0"),
    "no version": head("Host: a", start="GET /"),
    "unknown method": head("Host: a", start="FOO / HTTP/1.1"),
    "small letters": head("Host: a", start="get / HTTP/1.1"),
    "connect": head("Host: a", start="CONNECT a:443 HTTP/1.1"),
    "asterisk": head("Host: a", start="OPTIONS * HTTP/1.1"),
    "ftp": head("Host: a", start="GET ftp://a/ HTTP/1.1"),
    "user in URL": head("Host: a", start="GET http://b@a/ HTTP/1.1"),
    "no path": head("Host: a", start="GET http://a HTTP/1.1"),
    "odd byte in path": head("Host: a", start="GET /\xe9 HTTP/1.1"),
    "chunks": head("Host: a", "Transfer-Encoding: chunked"),
    "expect": head("Host: a", "Expect: 100-continue"),
    "upgrade": head("Host: a", "Connection: upgrade", "Upgrade: websocket"),
    "upgrade alone": head("Host: a", "Upgrade: h2c"),
    "two lengths": head("Host: a", "Content-Length: 1", "Content-Length: 1"),
    "length with sign": head("Host: a", "Content-Length: +1"),
    "length with zero": head("Host: a", "Content-Length: 01"),
    "length as list": head("Host: a", "Content-Length: 1, 1"),
    "huge length": head("Host: a", "Content-Length: 99999999999999999999"),
    "fold": head("Host: a", "X: b", " c"),
    "space before colon": head("Host: a", "X : b"),
    "space in name": head("Host: a", "X Y: b"),
    "no colon": head("Host: a", "X"),
    "NUL": head("Host: a", "X: \0"),
    "bare CR": head("Host: a", "X: a\rb"),
    "bare LF": b"GET / HTTP/1.1\nHost: a\r\n\r\n",
    "empty": b"",
    "not all": b"GET / HTTP/1.1\r\nHost: a\r\n",
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_left_to_the_flow_lane(case: str) -> None:
    assert read_head(ODD[case]) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ("a", 0)),
        ("A.b.:80", ("A.b.", 80)),
        ("127.0.0.1:65535", ("127.0.0.1", 65535)),
        ("a_b-c", ("a_b-c", 0)),
        ("a:080", None),
        ("a:", None),
        (":80", None),
        ("a" * 64, None),
        (".".join(["a" * 60] * 5), None),
        ("", None),
    ],
)
def test_authority(text: str, parts: tuple[str, int] | None) -> None:
    assert split_authority(text) == parts


TOKENS = st.sampled_from(["X", "x-y", "Content-Length", "Connection", "A_b", "Cookie", "Accept", "é", "a b", ""])
VALUES = st.text(st.characters(codec="latin-1"), max_size=8) | st.sampled_from(["0", "3", "close", "keep-alive"])


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "QUERY", "get", "G T", ""]),
    st.sampled_from(["/", "/a?b", "http://a/", "*", "/a b", "a"]),
    st.lists(st.tuples(TOKENS, VALUES), max_size=4),
)
def test_what_is_taken_is_a_request_to_h11_too(method: str, target: str, fields: list[tuple[str, str]]) -> None:
    lines = [f"{name}: {value}" for name, value in fields]
    said = head("Host: a", *lines, start=f"{method} {target} HTTP/1.1")
    read = read_head(said)
    if read is None:
        return
    server = h11.Connection(h11.SERVER)
    server.receive_data(said)
    event = server.next_event()
    assert isinstance(event, h11.Request)
    assert event.method.decode() == read.method
    assert event.target.decode().endswith(read.path + (f"?{read.query}" if read.query else ""))
    assert [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers.raw_items()] == list(
        read.headers
    )
