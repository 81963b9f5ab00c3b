"""An exception in any hook, sync or async, of ours or of a neighbour: nothing leaves, and nobody is left waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from replaysandbox.proxy.addon import FlowLane
from replaysandbox.proxy.answering import Lane
from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.gate import Gate
from replaysandbox.proxy.next_layer import NextLayer
from replaysandbox.proxy.tls import ClientTls
from tests.proxy.canary import Canary
from tests.proxy.talking import (
    HOST,
    STRANGER,
    Answer,
    Proxy,
    SmallEngine,
    connect,
    get,
    hear,
    proxy_running,
    say,
)

HOOKS = [
    "client_connected", "client_disconnected", "server_connect", "server_connected", "server_connect_error",
    "server_disconnected", "next_layer", "tls_clienthello", "tls_start_client", "tls_start_server",
    "tls_established_client", "tls_established_server", "tls_failed_client", "tls_failed_server",
    "requestheaders", "request", "responseheaders", "response", "error", "http_connect", "http_connected",
    "http_connect_error", "http_connect_upstream", "tcp_start", "websocket_start",
]  # fmt: skip

OURS = [(kind, hook) for kind in (Gate, NextLayer, ClientTls, FlowLane) for hook in vars(kind) if hook in HOOKS]


def _raises(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("planted")


async def _raises_later(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("planted")


def _try_everything(proxy: Proxy) -> list[Answer]:
    """Ask in each way that could leave, and hear what comes back. Nothing may hang."""
    answers = [
        say(proxy, get()),
        say(proxy, f"GET http://{HOST}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()),
        say(proxy, f"GET http://{STRANGER}/ HTTP/1.1\r\nHost: {STRANGER}\r\n\r\n".encode()),
    ]
    for host in (HOST, STRANGER):
        client, answer = connect(proxy, f"{host}:443")
        with client:
            if answer.status == 200:
                try:
                    with proxy.trusting().wrap_socket(client, server_hostname=host) as inside:
                        inside.sendall(get(host))
                        answer = hear(inside)
                except (OSError, ValueError):
                    answer = Answer(0, {}, b"", b"")
        answers.append(answer)
    return answers


def _check(answers: list[Answer], canary: Canary) -> None:
    assert canary.is_silent
    for answer in answers:
        served = answer.status == 200 and answer.headers.get("x-sandbox") == "simulate"
        assert served or answer.is_clear, answer.raw


@pytest.mark.parametrize("raiser", [_raises, _raises_later], ids=["sync", "async"])
@pytest.mark.parametrize("hook", HOOKS)
def test_a_neighbour_breaks(
    authority: Authority, lane: str, canary: Canary, hook: str, raiser: Callable[..., Any]
) -> None:
    neighbour = type("Neighbour", (), {hook: staticmethod(raiser)})()
    with proxy_running(authority, addons=[neighbour], lane=lane) as proxy:
        _check(_try_everything(proxy), canary)


@pytest.mark.parametrize("raiser", [_raises, _raises_later], ids=["sync", "async"])
@pytest.mark.parametrize(("kind", "hook"), OURS, ids=lambda value: getattr(value, "__name__", value))
def test_our_own_hook_breaks(
    authority: Authority,
    lane: str,
    canary: Canary,
    monkeypatch: pytest.MonkeyPatch,
    kind: type,
    hook: str,
    raiser: Callable[..., Any],
) -> None:
    monkeypatch.setattr(kind, hook, raiser)
    with proxy_running(authority, lane=lane) as proxy:
        _check(_try_everything(proxy), canary)


def test_all_hooks_of_the_gate_break(
    authority: Authority, lane: str, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hook in [hook for kind, hook in OURS if kind is Gate]:
        monkeypatch.setattr(Gate, hook, _raises)
    with proxy_running(authority, lane=lane) as proxy:
        _check(_try_everything(proxy), canary)


def test_without_any_addon_of_ours_the_second_belt_holds(
    authority: Authority, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gate and flow lane answer nothing at all: what mitmproxy then dials is the dead port."""
    for kind, hook in OURS:
        if kind in (Gate, FlowLane):
            monkeypatch.setattr(kind, hook, lambda self, about: None)
    with proxy_running(authority, lane="flow") as proxy:
        answers = _try_everything(proxy)
    assert canary.is_silent
    assert {answer.status for answer in answers} == {502}


def test_without_the_dead_port_the_gate_holds(
    authority: Authority, lane: str, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first belt alone: everything else of ours opens its mouth, and the upstream is alive."""
    from replaysandbox.proxy import gate

    monkeypatch.setattr(gate.DeadUpstream, "url", f"http://127.0.0.1:{canary.port}")
    monkeypatch.setattr(FlowLane, "request", lambda self, flow: setattr(flow, "response", None))
    monkeypatch.setattr(FlowLane, "http_connect", lambda self, flow: setattr(flow, "response", None))
    with proxy_running(authority, lane=lane) as proxy:
        _check(_try_everything(proxy), canary)


@pytest.mark.parametrize("method", ["owns", "passes", "answer", "seen"])
def test_the_engine_breaks(
    authority: Authority, lane: str, canary: Canary, monkeypatch: pytest.MonkeyPatch, method: str, caplog: Any
) -> None:
    monkeypatch.setattr(SmallEngine, method, _raises)
    with caplog.at_level(logging.ERROR), proxy_running(authority, lane=lane) as proxy:
        _check(_try_everything(proxy), canary)
    assert "planted" in caplog.text


@pytest.mark.parametrize("part", ["request_of", "answer", "_may_use"])
def test_the_fast_lane_breaks(authority: Authority, canary: Canary, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(Lane, part, _raises)
    with proxy_running(authority) as proxy:
        answers = _try_everything(proxy)
        _check(answers, canary)
        answer = say(proxy, get(), timeout=5)
    if part != "_may_use":
        assert (answer.status, answer.told["error"]) == (500, "sandbox_failed")
        assert answer.headers["connection"] == "close"


def test_a_layer_crashes(authority: Authority, lane: str, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    from replaysandbox.proxy import layers

    monkeypatch.setattr(layers.SandboxHttpLayer, "make_stream", _raises)
    with proxy_running(authority, lane=lane) as proxy:
        _check(_try_everything(proxy), canary)
