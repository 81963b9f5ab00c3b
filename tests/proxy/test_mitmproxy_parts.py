"""What we lean on inside mitmproxy: a newer one that changed a part fails here first, and by name.

Each case is a part, with what it must look like. When one fails, look at the file of ours that uses it, mend it,
and only then add the version to `layers.TRIED`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy import http, master, version
from mitmproxy.addonmanager import AddonManager
from mitmproxy.proxy import commands, layer, server, tunnel
from mitmproxy.proxy import layers as their_layers
from mitmproxy.proxy.layers import tls
from mitmproxy.proxy.layers.http import HttpLayer, HttpStream, _http1, _http2, _upstream_proxy
from mitmproxy.utils import asyncio_utils

from replaysandbox.proxy import layers
from replaysandbox.proxy.layers import TRIED, check_version

SIGNATURES: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "layers: parse errors": (_http1.make_error_response, ["status_code", "message"]),
    "layers: Http1Server.read_headers": (_http1.Http1Server.read_headers, ["self", "event"]),
    "layers: Http1Server.read_body": (_http1.Http1Server.read_body, ["self", "event"]),
    "layers: Http1Server.send": (_http1.Http1Server.send, ["self", "event"]),
    "layers: Http2Server._handle_event": (_http2.Http2Server._handle_event, ["self", "event"]),
    "layers: Http2Server.is_open_for_us": (_http2.Http2Server.is_open_for_us, ["self", "stream_id"]),
    "layers: HttpStream.check_body_size": (HttpStream.check_body_size, ["self", "request"]),
    "layers: HttpStream.handle_connect_upstream": (HttpStream.handle_connect_upstream, ["self"]),
    "layers: HttpStream.handle_connect_regular": (HttpStream.handle_connect_regular, ["self"]),
    "layers: HttpStream.handle_connect_finish": (HttpStream.handle_connect_finish, ["self"]),
    "layers: HttpLayer.make_stream": (HttpLayer.make_stream, ["self", "stream_id"]),
    "layers: parent proxy": (_upstream_proxy.HttpUpstreamProxy.make, ["ctx", "send_connect"]),
    "layers: TCPLayer": (their_layers.TCPLayer, ["context", "ignore"]),
    "clients: wakeup": (server.ConnectionHandler.wakeup, ["self", "request"]),
    "clients: drain_writers": (server.ConnectionHandler.drain_writers, ["self"]),
    "lane: Layer.handle_event": (layer.Layer.handle_event, ["self", "event"]),
    "lane: RequestWakeup": (commands.RequestWakeup, ["delay"]),
    "lane: SendData": (commands.SendData, ["connection", "data"]),
    "clients: handler": (server.LiveConnectionHandler, ["reader", "writer", "options", "mode"]),
    "clients: handle_hook": (server.LiveConnectionHandler.handle_hook, ["self", "hook"]),
    "master: hooks": (AddonManager.handle_lifecycle, ["self", "event"]),
    "master: hooks of an addon": (AddonManager._iter_hooks, ["self", "addon", "event"]),
    "master: Master": (master.Master, ["opts", "event_loop", "with_termlog"]),
}


@pytest.mark.parametrize("part", SIGNATURES)
def test_signature(part: str) -> None:
    known = {"make_error_response": ["status", "message"]}  # ours has taken its place
    function, parameters = SIGNATURES[part]
    expected = known.get("make_error_response") if function is layers._error_bytes else parameters
    assert list(inspect.signature(function).parameters) == expected


SOURCE: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "layers: parse errors are still formatted there": (
        _http1.Http1Server.read_headers,
        ["make_error_response(400, str(e))"],
    ),
    "layers: the server side may be set before the start": (
        HttpLayer._handle_event,
        ["self.connections.setdefault(self.context.client, http_conn)"],
    ),
    "layers: trailers still raise": (_http1.Http1Server.read_body, ["raise NotImplementedError"]),
    "layers: a child may be set before a tunnel is confirmed": (
        HttpStream.handle_connect_finish,
        ["self.child_layer = self.child_layer or", "if not self.flow.response"],
    ),
    "gate: an answer set early is sent": (
        HttpStream.state_consume_request_body,
        ["yield HttpRequestHook(self.flow)", "elif self.flow.response:", "yield from self.send_response()"],
    ),
    "gate: server.error shuts": (
        server.ConnectionHandler.open_connection,
        ["ServerConnectHook(hook_data)", "if err := command.connection.error:"],
    ),
    "clients: hooks are called in a task of their own": (
        server.ConnectionHandler.server_event,
        ["self.hook_task(command)"],
    ),
    "lane: one that comes between is asked for its `handle_event` each time": (
        layer.NextLayer._ask,
        ["self._handle = self.layer.handle_event"],
    ),
    "lane: odd commands go up through TLS": (tunnel.TunnelLayer._handle_command, ["else:\n            yield command"]),
    "lane: odd commands go up through a tunnel": (HttpStream.passthrough, ["else:\n                yield command"]),
    "lane: … and through HTTP": (HttpLayer.event_to_child, ["isinstance(command, commands.Command):"]),
    "lane: wake-ups go down through TLS": (tunnel.TunnelLayer._handle_event, ["yield from self.event_to_child(event)"]),
    "lane: a wake-up names its request": (server.ConnectionHandler.wakeup, ["events.Wakeup(request)"]),
    "client_tls: what is read is told before what it leads to": (
        tls.TLSLayer.receive_data,
        ["if data:\n            self.tls.bio_write(data)", "self.tls.recv(65535)", "yield from self.tls_interact()"],
    ),
    "layers: messages look at types only": (
        http.MessageData,
        ["if __debug__:\n\n        def __post_init__(self):\n            for field in fields(self):\n"],
    ),
    "clients: tasks are marked": (asyncio_utils.set_task_debug_info, ["task.created = "]),
}


@pytest.mark.parametrize("part", SOURCE)
def test_source(part: str) -> None:
    function, lines = SOURCE[part]
    source = inspect.getsource(function)
    assert [line for line in lines if line not in source] == []


def test_the_version_that_is_installed_was_tried() -> None:
    check_version()
    assert version.VERSION.startswith(TRIED)
