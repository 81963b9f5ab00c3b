"""A connection to the proxy without sockets, threads or waiting: events in, bytes out, in either lane.

All our own parts are the real ones, and so are mitmproxy's layers; only mitmproxy's connection handler is played.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mitmproxy.connection import Client, ConnectionState
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import modes
from mitmproxy.proxy.mode_specs import ProxyMode

from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.proxy.addon import FlowLane
from replaysandbox.proxy.answering import Lane
from replaysandbox.proxy.egress import Egress
from replaysandbox.proxy.gate import Gate
from replaysandbox.proxy.guarded import Direct, Guarded
from replaysandbox.proxy.lane import FastLane
from replaysandbox.proxy.master import SandboxMaster
from replaysandbox.proxy.next_layer import NextLayer
from replaysandbox.proxy.options import make_options
from replaysandbox.proxy.settings import Engine, no_parent

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""When all is said."""

DEAD = "http://127.0.0.1:9"


@dataclass
class Heard:
    """What came back on a connection.

    Attributes:
        said: All bytes.
        closed: Whether our side closed it.
        writes: In how many pieces they were written.
    """

    said: bytes = b""
    closed: bool = False
    writes: int = 0


class Desk:
    """Our addons with an engine, for any number of connections."""

    def __init__(
        self, engine: Engine, kind: str, folder: Path, password: str | None = None, limits: Limits = USUAL
    ) -> None:
        self.engine = engine
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self._assemble(kind, folder, password, limits))

    async def _assemble(self, kind: str, folder: Path, password: str | None, limits: Limits) -> None:
        self.master = SandboxMaster(make_options(folder, DEAD, limits))
        gate = Gate()
        flow_lane = FlowLane(self.engine, Egress(gate, no_parent), password, limits=limits, clock=lambda: AT)
        fast_lane = Lane(self.engine, lambda: AT, password, flow_lane.tunnels, limits)
        self.master.addons.add(gate, NextLayer(fast_lane if kind == "fast" else None), flow_lane)

    def close(self) -> None:
        self.loop.run_until_complete(self.master.done())
        self.loop.close()

    def hear(self, parts: Iterable[bytes], *, hang_up: bool = False) -> Heard:
        """Say some bytes in these parts on a new connection, and hear what comes back."""
        return self.loop.run_until_complete(self._hear(parts, hang_up=hang_up))

    async def _hear(self, parts: Iterable[bytes], *, hang_up: bool) -> Heard:
        spoken = _Connection(self.master)
        await spoken.take(events.Start())
        for part in parts:
            if part and not spoken.heard.closed:
                await spoken.take(events.DataReceived(spoken.client, part))
        if hang_up and not spoken.heard.closed:
            spoken.client.state &= ~ConnectionState.CAN_READ
            await spoken.take(events.ConnectionClosed(spoken.client))
        return spoken.heard


@dataclass
class _Connection:
    master: SandboxMaster
    heard: Heard = field(default_factory=Heard)
    queue: deque[events.Event] = field(default_factory=deque)
    lane: FastLane | None = None

    def __post_init__(self) -> None:
        self.client = Client(
            peername=("127.0.0.1", 1),
            sockname=("127.0.0.1", 2),
            state=ConnectionState.OPEN,
            proxy_mode=ProxyMode.parse(f"upstream:{DEAD}"),
        )
        about = Context(self.client, self.master.options)
        self.layer = Guarded(modes.HttpUpstreamProxy(about), self._on_direct)

    def _on_direct(self, direct: Direct | None) -> None:
        self.lane = direct.answering if direct is not None and isinstance(direct.answering, FastLane) else None

    async def take(self, event: events.Event) -> None:
        if isinstance(event, events.DataReceived) and self.lane is not None:
            said = self.lane.at_once(event.data)  # as our handler does
            if said is not None:
                await self._do(commands.SendData(self.client, said))
                return
        self.queue.append(event)
        while self.queue:
            for command in self.layer.handle_event(self.queue.popleft()):
                await self._do(command)

    async def _do(self, command: commands.Command) -> None:
        assert not isinstance(command, commands.OpenConnection), "somebody dials"
        if isinstance(command, commands.SendData):
            assert not self.heard.closed
            self.heard.said += command.data
            self.heard.writes += 1
        elif isinstance(command, commands.CloseTcpConnection) and command.half_close:
            self.client.state &= ~ConnectionState.CAN_WRITE
            self.heard.closed = True
        elif isinstance(command, commands.CloseConnection):
            self.client.state = ConnectionState.CLOSED
            self.heard.closed = True
        elif isinstance(command, commands.StartHook):
            await self.master.addons.handle_lifecycle(command)
            if command.blocking:
                self.queue.append(events.HookCompleted(command))
        elif isinstance(command, commands.RequestWakeup) and command.delay < 1:
            self.queue.append(events.Wakeup(command))
