"""Which layer follows which first bytes; no sockets, only mitmproxy's own context."""

from __future__ import annotations

from pathlib import Path

import pytest
from mitmproxy.connection import Client
from mitmproxy.proxy import layer, layers
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import modes

from replaysandbox.proxy.addon import wall_clock
from replaysandbox.proxy.answering import Lane
from replaysandbox.proxy.client_tls import ClientTls
from replaysandbox.proxy.lane import FastLane
from replaysandbox.proxy.layers import HTTPMode, Refusal, SandboxHttpLayer
from replaysandbox.proxy.next_layer import NextLayer
from replaysandbox.proxy.options import make_options
from tests.proxy.talking import SmallEngine


@pytest.fixture
def about(tmp_path: Path) -> Context:
    """Give the context of a client that has just connected."""
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    found = Context(client, make_options(tmp_path, "http://127.0.0.1:9"))
    modes.HttpUpstreamProxy(found)
    return found


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", None),
        (b"G", None),
        (b"\r\n\r\nGE", None),
        (b"a" * 24, None),
        (b"\x16", None),
        (b"\x16\x03", None),
        (b"GET /", SandboxHttpLayer),
        (b"\r\nGET /", SandboxHttpLayer),
        (b"CONNECT api.amps.ai:443 HTTP/1.1\r\n", SandboxHttpLayer),
        (b"PRI * HTTP/2.0\r\n", SandboxHttpLayer),
        (b"\x16\x03\x01\x00\x00", ClientTls),
        (b"\x16\x02\x01\x00\x00", Refusal),
        (b"a" * 25, Refusal),
        (b"\x00", Refusal),
        (b"GET\t/", Refusal),
        (b"{}", Refusal),
        (b" GET /", Refusal),
        (b"\xff", Refusal),
    ],
)
def test_first_bytes(about: Context, data: bytes, kind: type | None) -> None:
    chosen = NextLayer().choose(about, data)
    assert (type(chosen) if chosen else None) is kind


LANE = Lane(SmallEngine(), wall_clock)


def test_tls_at_once(about: Context) -> None:
    outer = NextLayer().choose(about, b"\x16\x03\x01\x00\x00")
    assert isinstance(outer, layers.ClientTLSLayer)
    assert isinstance(outer.child_layer, layer.NextLayer), "which lane is right is known once ALPN is"
    assert not about.server.tls


def test_inside_a_tunnel(about: Context) -> None:
    SandboxHttpLayer(about, HTTPMode.upstream)
    chosen = NextLayer().choose(about, b"\x16\x03\x01\x00\x00")
    assert isinstance(chosen, layers.ClientTLSLayer)
    assert isinstance(chosen.child_layer, layer.NextLayer)
    assert about.server.tls, "a request in here has the scheme https"
    assert isinstance(NextLayer().choose(about, b"\x16\x03\x01\x00\x00"), Refusal), "no TLS in TLS"
    inner = NextLayer().choose(about, b"GET / HTTP/1.1\r\n")
    assert isinstance(inner, SandboxHttpLayer)
    assert inner.mode is HTTPMode.transparent


@pytest.mark.parametrize(
    ("data", "alpn", "kind"),
    [
        (b"GET /", None, FastLane),
        (b"GET /", b"http/1.1", FastLane),
        (b"\r\nGET /", None, FastLane),
        (b"GET /", b"h2", SandboxHttpLayer),
        (b"CONNECT api.amps.ai:443 HTTP/1.1\r\n", None, SandboxHttpLayer),
        (b"\x16\x03\x01\x00\x00", None, ClientTls),
        (b"\xff", None, Refusal),
    ],
)
def test_which_lane(about: Context, data: bytes, alpn: bytes | None, kind: type) -> None:
    about.client.alpn = alpn
    assert type(NextLayer(LANE).choose(about, data)) is kind


def test_other_modes_are_not_ours_to_choose_for(tmp_path: Path) -> None:
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    found = Context(client, make_options(tmp_path, "http://127.0.0.1:9"))
    modes.TransparentProxy(found)
    asked = layer.NextLayer(found)
    NextLayer().next_layer(asked)
    assert asked.layer is None
