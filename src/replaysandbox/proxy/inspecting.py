"""mitmweb beside a running sandbox: it shows copies of flows, and has no proxy behind it that could send any.

It is mitmproxy's own web application, given a stand-in for the Master it expects: a view to look at, and no addon
that acts. So what its user does reaches neither our Master nor a live host, and what only looks is all that is served.
"""

from __future__ import annotations

import asyncio
import socket
import warnings
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from mitmproxy import http
from mitmproxy.command import CommandManager
from mitmproxy.flow import Flow
from mitmproxy.options import Options
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.web import RequestHandler

with warnings.catch_warnings():
    # as in lean_import: mitmproxy calls pyparsing by old names
    warnings.simplefilter("ignore", DeprecationWarning)
    from mitmproxy.addonmanager import Loader
    from mitmproxy.addons import default_addons
    from mitmproxy.addons.view import View
    from mitmproxy.tools.web.app import Application, ClientConnection
    from mitmproxy.tools.web.webaddons import WebAddon, WebAuth

HOST = "127.0.0.1"

_LOOKS = frozenset(("GET", "HEAD", "OPTIONS"))
_ALSO = frozenset(("/", "/clear"))
"""Paths that may be written to: the login form, and emptying the list."""

_FILES = frozenset(("/flows/dump",))
"""What would take flows out as they are, secrets and all."""

_REFUSED = (
    "The sandbox's mitmweb shows calls: it sends, changes and saves none. "
    "To keep calls, without their secrets, use: replaysandbox record\n"
)

_ASKED_BYTES = 64 * 1024
"""Most that may be sent to it. Ours: a login form is 50 bytes. [B]"""


class _Auth(WebAuth):
    """mitmweb's own token; its cookie is named after our port, and not after an option of the Master in `ctx`."""

    def __init__(self, port: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # a part of mitmproxy without annotations
        self.port = port

    def cookie_name(self) -> str:
        return f"mitmproxy-auth-{self.port}"

    @property
    def web_url(self) -> str:
        return f"http://{HOST}:{self.port}/?token={self._password}"


@dataclass
class _NoEvents:
    """The log that mitmweb may show: ours goes elsewhere."""

    data: tuple[()] = ()

    def clear(self) -> None:
        """There is nothing to clear."""


@dataclass
class _NoServers:
    """Where mitmweb looks for proxies to steer."""

    servers: tuple[()] = ()


@dataclass
class _Shown:
    """What mitmweb takes for its Master. No command, no proxy: nothing in it could act."""

    auth: _Auth
    options: Options = field(default_factory=Options)
    view: View = field(default_factory=View)
    events: _NoEvents = field(default_factory=_NoEvents)
    proxyserver: _NoServers = field(default_factory=_NoServers)

    def __post_init__(self) -> None:
        self.commands = CommandManager(cast(Any, self))
        self.addons = {"webauth": self.auth}
        # The page reads the options of all addons there can be; only their defaults are told, no addon is loaded.
        loader = Loader(self)
        for addon in (*default_addons(), WebAddon(), self.view):
            if hasattr(addon, "load"):
                addon.load(loader)
        self.view.sig_view_add.connect(self._added)
        self.view.sig_view_remove.connect(self._removed)
        self.view.sig_view_refresh.connect(self._refreshed)

    def _added(self, flow: Flow) -> None:
        ClientConnection.broadcast_flow("flows/add", flow)

    def _removed(self, flow: Flow, index: int) -> None:  # noqa: ARG002 - the signal's shape
        ClientConnection.broadcast(type="flows/remove", payload=flow.id)

    def _refreshed(self) -> None:
        ClientConnection.broadcast_flow_reset()


class _Refused(RequestHandler):
    """Whatever would act."""

    def check_xsrf_cookie(self) -> None:
        """Refuse with our own reason, not for want of a cookie."""

    def prepare(self) -> None:
        """Refuse."""
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(_REFUSED)


class _Looking(Application):
    """mitmweb's application, but for what would act."""

    def find_handler(self, request: HTTPServerRequest, **given: Any) -> HTTPMessageDelegate:  # type: ignore[override]  # tornado names a private class
        """Find who serves a request."""
        request.uri = request.path  # tornado's log tells it, and after the question mark may be the token
        acts = request.method not in _LOOKS and request.path not in _ALSO
        if acts or request.path in _FILES:
            return self.get_handler_delegate(request, _Refused)
        return super().find_handler(request, **given)


class Inspector:
    """The addon that shows what has been answered; older flows make room for newer ones.

    Attributes:
        port: Where mitmweb listens.
        url: Where to look, with mitmweb's token.
    """

    name = "sandbox_inspector"

    def __init__(self, auth: _Auth, view: View, most: int, most_bytes: int) -> None:
        self.port = auth.port
        self.url = auth.web_url
        self._view = view
        self._most = most
        self._most_bytes = most_bytes
        self._held: deque[tuple[str, int]] = deque()
        self._held_bytes = 0

    def response(self, flow: http.HTTPFlow) -> None:
        """Show a call that was answered."""
        self._show(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Show one that broke off."""
        self._show(flow)

    def _show(self, flow: http.HTTPFlow) -> None:
        shown = flow.copy()  # it may still be at work: a live one in the list could be ended from there
        self._view.add([shown])
        size = len(shown.request.raw_content or b"") + len(shown.response.raw_content or b"" if shown.response else b"")
        self._held.append((shown.id, size))
        self._held_bytes += size
        while len(self._held) > self._most or (self._held_bytes > self._most_bytes and len(self._held) > 1):
            oldest, freed = self._held.popleft()
            self._held_bytes -= freed
            if (gone := self._view.get_by_id(oldest)) is not None:  # the list may have been emptied since
                self._view.remove([gone])


def _silent(handler: RequestHandler) -> None:
    """Log no line for each request."""


@asynccontextmanager
async def inspecting(listener: socket.socket, most: int, most_bytes: int) -> AsyncIterator[Inspector]:
    """Serve mitmweb while the block lasts.

    Args:
        listener: Where it listens: on loopback.
        most: Flows it keeps, in memory.
        most_bytes: Bytes of bodies it keeps. [B]

    Yields:
        The addon that gives it flows.
    """
    auth = _Auth(listener.getsockname()[1])
    shown = _Shown(auth)
    app = _Looking(cast(Any, shown), debug=False)
    app.settings.update(log_function=_silent, auth_cookie_name=auth.cookie_name)
    server = HTTPServer(app, max_buffer_size=_ASKED_BYTES)
    listener.setblocking(False)  # tornado takes connections until there are no more
    server.add_socket(listener)
    try:
        yield Inspector(auth, shown.view, most, most_bytes)
    finally:
        server.stop()
        sending = [each._send_task for each in ClientConnection.connections]  # noqa: SLF001 - nobody else ends them
        await server.close_all_connections()
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
