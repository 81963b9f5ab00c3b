"""The connections of our clients: one handler each, counted, watched, and all closed at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from mitmproxy.options import Options
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers import modes
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.proxy.server import LiveConnectionHandler

from replaysandbox.proxy.client_tls import ClientTls
from replaysandbox.proxy.guarded import Direct, Guarded
from replaysandbox.proxy.lane import FastLane
from replaysandbox.proxy.open_files import most_clients
from replaysandbox.proxy.options import limits_of
from replaysandbox.proxy.refusals import protocol_reply
from replaysandbox.proxy.wire import http1_bytes, to_wire

logger = logging.getLogger(__name__)

STOP_TIMEOUT_S = 2.0
"""How long connections may take to end when the proxy stops, before they are cut. Ours. [s]"""

_SIGNS_OF_LIFE = frozenset(("requestheaders", "server_connected"))


class _Hooks(Protocol):
    async def handle_lifecycle(self, event: Any) -> None: ...


class _Master(Protocol):
    options: Options

    @property
    def addons(self) -> _Hooks: ...


class Handler(LiveConnectionHandler):
    """One client's connection."""

    def __init__(
        self, master: _Master, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mode: ProxyMode
    ) -> None:
        super().__init__(reader, writer, master.options, mode)
        self._addons = master.addons
        self._limits = limits_of(master.options)
        self._hooks: set[asyncio.Task[Any]] = set()
        self._protocol = writer.transport.get_protocol()
        self._writer = writer
        self._lane: FastLane | None = None
        self._tls: ClientTls | None = None
        self.layer = Guarded(modes.HttpUpstreamProxy(self.layer.context), self._on_direct)  # type: ignore[assignment]

    async def run(self) -> None:
        """Serve the client until it, or `cut`, ends the connection."""
        # For one that asks for nothing; a request never finished is noticed by its layer, a second before.
        self._silent = asyncio.get_running_loop().call_later(self._limits.request_s + 1, self.cut)
        try:
            await self.handle_client()
        finally:
            self._silent.cancel()
            for task in self._hooks:
                task.cancel()

    def cut(self) -> None:
        """End the connection."""
        io = self.transports.get(self.client)
        if io is not None and io.handler is not None:
            io.handler.cancel("cut")

    def _on_direct(self, direct: Direct | None) -> None:
        """Hear the client directly while that is enough: mitmproxy's reading takes longer than our answering."""
        self._on_life()
        self._lane = self._tls = None
        if direct is not None and isinstance(direct.answering, FastLane):
            self._lane = direct.answering
            self._tls = direct.inner if isinstance(direct.inner, ClientTls) else None
        if isinstance(self._protocol, ClientProtocol):
            self._protocol.hear = self._hear if direct is not None else None

    def _hear(self, data: bytes) -> None:
        tls, lane = self._tls, self._lane
        told = data if tls is None else tls.open(data)
        said = lane.at_once(told) if told and lane is not None else None
        if said is None:
            if tls is not None:
                data, tls.opened = b"", tls.opened or told
            _at_once(self.server_event(events.DataReceived(self.client, data)))
            return
        self.timeout_watchdog.register_activity()
        if not self._writer.is_closing():
            self._writer.write(said if tls is None else tls.seal(said))

    def _on_life(self) -> None:
        self._silent.cancel()

    async def wakeup(self, request: commands.RequestWakeup) -> None:
        """Wake a layer up, once the client has taken what was said before."""
        if request.delay == 0:
            await self.drain_writers()  # type: ignore[no-untyped-call]
        await super().wakeup(request)

    async def handle_hook(self, hook: commands.StartHook) -> None:
        """Ask our addons. What waits in here (a delayed answer) ends with the connection."""
        if hook.name in _SIGNS_OF_LIFE:
            self._on_life()
        task = asyncio.current_task()
        with self.timeout_watchdog.disarm():
            if task is None or hook.name.startswith("client_"):
                await self._addons.handle_lifecycle(hook)
                return
            self._hooks.add(task)
            try:
                await self._addons.handle_lifecycle(hook)
            finally:
                self._hooks.discard(task)


def _at_once(work: Coroutine[Any, Any, None]) -> None:
    """Do what is written as a coroutine and never waits."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("mitmproxy's server_event waits for something: it did not when it was tried")


class ClientReader(asyncio.StreamReader):
    """A stream that knows whether anything waits in it."""

    waiting = 0

    def feed_data(self, data: bytes) -> None:  # type: ignore[override]  # typeshed has Iterable[SupportsIndex]
        """Take data."""
        self.waiting += len(data)
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        """Give some of it."""
        data = await super().read(n)
        self.waiting -= len(data)
        return data


class ClientProtocol(asyncio.StreamReaderProtocol):
    """What asyncio calls: it hands data to the stream, or to whoever wants to hear it at once.

    Attributes:
        hear: Takes data, or None where the stream does.
    """

    def __init__(self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> None:
        self._reader = ClientReader()
        self._own: asyncio.Transport | None = None
        super().__init__(self._reader, serve)
        self.hear: Callable[[bytes], None] | None = None
        self._waits = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._own = cast(asyncio.Transport, transport)  # it is TCP
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take data, in order."""
        if self.hear is None or self._reader.waiting:
            super().data_received(data)
        else:
            self.hear(data)

    def pause_writing(self) -> None:
        """Hear no more from a client that does not read."""
        super().pause_writing()
        if self.hear is not None and self._own is not None:
            self._waits = True
            self._own.pause_reading()

    def resume_writing(self) -> None:
        """Hear it again."""
        super().resume_writing()
        if self._waits and self._own is not None:
            self._waits = False
            self._own.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.hear = None
        super().connection_lost(exc)


class Clients:
    """All clients' connections."""

    def __init__(self, master: _Master, mode: ProxyMode) -> None:
        self._master = master
        self._mode = mode
        self._handlers: dict[asyncio.Task[Any], Handler] = {}
        self._most = most_clients(limits_of(master.options).connections)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker: a coroutine runs in a task
        if len(self._handlers) >= self._most:
            writer.write(http1_bytes(to_wire(protocol_reply(503), "GET"), (("Connection", "close"),)))
            writer.close()
            return
        handler = self._handlers[task] = Handler(self._master, reader, writer, self._mode)
        try:
            await handler.run()
        finally:
            del self._handlers[task]
            writer.close()

    async def stop(self) -> None:
        """End all connections, and wait until they are gone."""
        tasks = list(self._handlers)
        for handler in self._handlers.values():
            handler.cut()
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=STOP_TIMEOUT_S)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        # mitmproxy cancels its own tasks and does not wait for them; it marks them with when they were created
        ending = [task for task in asyncio.all_tasks() if task.cancelling() and hasattr(task, "created")]
        if ending:
            await asyncio.wait(ending, timeout=STOP_TIMEOUT_S)
