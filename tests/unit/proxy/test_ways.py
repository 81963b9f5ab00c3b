from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from replaysandbox.proxy.ways import Tunnel, place_of, plain_host, proxy_credentials, to_request

HOST = "api.amps.ai"


def owns(host: str) -> bool:
    return host == HOST


def flow_of(host: str = "", *, url: str = "", sni: str | None = None, path: bytes = b"/battery") -> http.HTTPFlow:
    """Make a flow as mitmproxy does: `host` is the Host header, `url` the host of an absolute form."""
    name = url or host or "h"
    flow = tflow.tflow(
        req=tutils.treq(
            host=name.rpartition(":")[0] or name,
            port=443,
            scheme=b"https",
            authority=url.encode(),
            path=path,
            headers=http.Headers(((b"Host", host.encode()), (b"Proxy-Authorization", b"Basic Ym9iOng="))),
            content=b"",
        )
    )
    flow.client_conn.sni = sni
    return flow


@pytest.mark.parametrize(
    ("spelling", "plain"),
    [
        ("API.Amps.ai", HOST),
        ("api.amps.ai.", HOST),
        (" api.amps.ai ", HOST),
        ("b\xfccher.de", "xn--bcher-kva.de"),
        ("a..b", "a..b"),
        ("", ""),
        ("[::1]", "[::1]"),
        ("\uff41pi.amps.ai", HOST),
        ("api.amps.ai\r.", HOST),
        ("api.amps.ai\u3002", HOST),
    ],
)
def test_plain_host(spelling: str, plain: str) -> None:
    assert plain_host(spelling) == plain


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_plain_host_takes_anything_and_is_stable(text: str) -> None:
    once = plain_host(text)
    assert plain_host(once) == once or not once.isascii()


@pytest.mark.parametrize(
    ("flow", "tunnel", "way", "host", "names"),
    [
        (flow_of(HOST, sni=HOST), Tunnel(HOST, 443), "connect", HOST, {HOST}),
        (flow_of("x.example", sni="y.example"), Tunnel(HOST, 443), "connect", HOST, {HOST, "x.example", "y.example"}),
        (flow_of(HOST, url=HOST), None, "absolute", HOST, {HOST}),
        (flow_of("x.example", url=HOST), None, "absolute", HOST, {HOST, "x.example"}),
        (flow_of(HOST, url="x.example"), None, "absolute", "x.example", {HOST, "x.example"}),
        (flow_of(HOST), None, "direct", HOST, {HOST}),
        (flow_of(f"{HOST}:4480"), None, "direct", HOST, {HOST}),
        (flow_of("x.example", sni=HOST), None, "direct", HOST, {HOST, "x.example"}),
        (flow_of(HOST, sni="x.example"), None, "direct", HOST, {HOST, "x.example"}),
        (flow_of("localhost:4480"), None, "base", "", set()),
        (flow_of("[::1]:4480", sni="localhost"), None, "base", "", set()),
        (flow_of("x.example"), None, "base", "", set()),
    ],
)
def test_whom_a_request_means(flow: http.HTTPFlow, tunnel: Tunnel | None, way: str, host: str, names: set[str]) -> None:
    place = place_of(flow, tunnel, owns)
    assert (place.way, place.host, set(place.names)) == (way, host, names)


def test_a_request_of_ours_has_nothing_of_the_transport() -> None:
    flow = flow_of(HOST, path=b"/a%20b/caf\xe9?x=%2F&y=1?2")
    request = to_request(flow, place_of(flow, None, owns), None)
    assert (request.path, request.query) == ("/a%20b/caf%E9", "x=%2F&y=1?2")
    assert request.headers == (("Host", HOST),)
    assert request.proxy_user == "bob"


def test_the_user_of_a_tunnel_is_the_tunnels() -> None:
    flow = flow_of(HOST)
    tunnel = Tunnel(HOST, 443, "alice")
    assert to_request(flow, place_of(flow, tunnel, owns), tunnel).proxy_user == "alice"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Basic Ym9iOnNlY3JldA==", ("bob", "secret")),
        ("basic Ym9iOg==", ("bob", "")),
        ("Basic Ym9i", ("bob", "")),
        ("Basic !", ("", "")),
        ("Basic /w==", ("", "")),
        ("Bearer Ym9iOng=", ("", "")),
        ("", ("", "")),
    ],
)
def test_proxy_credentials(value: str, found: tuple[str, str]) -> None:
    request = tutils.treq(headers=http.Headers(((b"Proxy-Authorization", value.encode()),)))
    assert proxy_credentials(request) == found
