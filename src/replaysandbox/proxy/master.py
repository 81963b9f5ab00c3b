"""Our own mitmproxy Master: few addons, one port, everything closed again at the end."""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mitmproxy import http
from mitmproxy.exceptions import AddonHalt
from mitmproxy.hooks import Hook
from mitmproxy.options import Options
from mitmproxy.proxy import layer
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from replaysandbox.proxy.addon import FlowLane, wall_clock
from replaysandbox.proxy.answering import Lane
from replaysandbox.proxy.clients import ClientProtocol, Clients
from replaysandbox.proxy.egress import Egress
from replaysandbox.proxy.gate import SHUT, DeadUpstream, Gate
from replaysandbox.proxy.layers import Refusal, check_version, response
from replaysandbox.proxy.lean_import import AddonManager, Master
from replaysandbox.proxy.listening import listen, url_of
from replaysandbox.proxy.next_layer import NextLayer
from replaysandbox.proxy.options import check_effective, make_options
from replaysandbox.proxy.recorder import Recorder
from replaysandbox.proxy.refusals import failure_reply
from replaysandbox.proxy.server_tls import ServerTls
from replaysandbox.proxy.settings import Engine, ProxySettings
from replaysandbox.proxy.tls import ClientTls

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunningProxy:
    """A proxy that listens.

    Attributes:
        bind: Address it listens on.
        port: Port it listens on.
    """

    bind: str
    port: int

    @property
    def url(self) -> str:
        """Its address for clients on this machine."""
        return url_of(self.bind, self.port)


@asynccontextmanager
async def run_proxy(
    engine: Engine, settings: ProxySettings, addons: Sequence[object] = ()
) -> AsyncIterator[RunningProxy]:
    """Run the proxy on this event loop for as long as the block lasts.

    Args:
        engine: Who answers.
        settings: Where to listen and with which CA.
        addons: Further mitmproxy addons, asked after our own.

    Raises:
        SandboxError: The port cannot be had.
    """
    check_version()
    listener = listen(settings.bind, settings.port)
    dead = DeadUpstream()
    try:
        port = listener.getsockname()[1]
        master = _assemble(engine, settings, dead, port, addons)
        async with _serving(master, listener):
            yield RunningProxy(settings.bind, port)
    finally:
        dead.close()
        listener.close()


def _assemble(
    engine: Engine, settings: ProxySettings, dead: DeadUpstream, port: int, addons: Sequence[object]
) -> SandboxMaster:
    gate = Gate()
    egress = Egress(gate, settings.parent, {*settings.own_ports, port}, settings.upstreams)
    recorder = Recorder(settings.keeper)
    flow_lane = FlowLane(engine, egress, settings.password, recorder, strict=settings.strict, limits=settings.limits)
    fast_lane = _fast_lane(engine, settings, flow_lane) if settings.lane == "fast" else None
    master = SandboxMaster(make_options(settings.authority.folder, dead.url, settings.limits))
    client_tls, server_tls = ClientTls(settings.authority, engine.owns), ServerTls(egress, settings.upstream_ca)
    master.addons.add(gate, NextLayer(fast_lane), client_tls, server_tls, flow_lane, *addons)
    check_effective(master.options, dead.url)
    return master


def _fast_lane(engine: Engine, settings: ProxySettings, flow_lane: FlowLane) -> Lane:
    return Lane(engine, wall_clock, settings.password, flow_lane.tunnels, settings.limits)


@asynccontextmanager
async def _serving(master: SandboxMaster, listener: socket.socket) -> AsyncIterator[None]:
    clients = Clients(master, ProxyMode.parse(master.options.mode[0]))
    await master.running()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: ClientProtocol(clients.serve), sock=listener)
    try:
        yield
    finally:
        server.close()
        await clients.stop()
        await master.done()


class ClosedAddons(AddonManager):
    """Calls hooks without walking all addons each time; one that raises closes what it was about."""

    def __init__(self, master: Master) -> None:
        super().__init__(master)  # type: ignore[no-untyped-call]
        self._hooks: dict[str, list[Callable[..., Any]]] = {}

    async def handle_lifecycle(self, event: Hook) -> None:
        """Call all addons that have a hook. There is no `update` after it: nobody looks at flows here."""
        hooks = self._hooks.get(event.name)
        if hooks is None:
            hooks = [hook for each in self.chain for _, hook in self._iter_hooks(each, event)]
            self._hooks[event.name] = hooks
        for hook in hooks:
            try:
                result = hook(*event.args())
                if inspect.isawaitable(result):
                    await result
            except AddonHalt:
                return
            except Exception as error:
                logger.exception("hook %s of %r failed", event.name, hook)
                _close(event, error)


def _close(event: Hook, error: Exception) -> None:
    """Leave nothing open that a failed hook was asked about."""
    (about,) = event.args()
    if isinstance(about, ServerConnectionHookData):
        about.server.error = SHUT
    elif isinstance(about, layer.NextLayer):
        about.layer = Refusal(about.context)
    elif isinstance(about, http.HTTPFlow) and about.response is None and event.name in _BEFORE_AN_ANSWER:
        about.response = response(failure_reply(error), about.request.method)


_BEFORE_AN_ANSWER = frozenset(("requestheaders", "http_connect", "request"))


class SandboxMaster(Master):
    """A Master on the running loop, with our way of calling hooks."""

    def __init__(self, options: Options) -> None:
        super().__init__(options, event_loop=asyncio.get_running_loop())
        # It turns each line of the log into a deprecated event for all addons.
        self._legacy_log_events.uninstall()
        self.addons = ClosedAddons(self)
