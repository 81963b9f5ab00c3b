"""A keep-alive client that asks as fast as it is answered: by plain proxy, or in tunnels with TLS. Loopback only."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

CONNECTIONS = 16


@dataclass
class Measured:
    """What came of a run.

    Attributes:
        seconds: How long it took. [s]
        waits: How long each answer took. [s]
        errors: Answers that were not 200, and connections that were lost.
    """

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def quantile_ms(self, part: float) -> float:
        """How long that part of the answers took at most."""
        waits = sorted(self.waits)
        return waits[min(len(waits) - 1, int(len(waits) * part))] * 1000


@dataclass(frozen=True)
class Aim:
    """Whom to ask.

    Attributes:
        port: Port of the proxy.
        paths: Paths, asked for in turns.
        tunnel: By CONNECT and TLS instead of the absolute form.
        host: Host to ask for.
        extra: Further header lines.
    """

    port: int
    paths: Sequence[str]
    tunnel: bool = False
    host: str = "api.amps.ai"
    extra: str = ""

    def requests(self) -> list[bytes]:
        """Write the requests."""
        start = "" if self.tunnel else f"http://{self.host}"
        lines = f"Host: {self.host}\r\nAccept: */*\r\nUser-Agent: bench\r\nx-api-key: sk_test_bench\r\n{self.extra}"
        return [f"GET {start}{path} HTTP/1.1\r\n{lines}\r\n".encode() for path in self.paths]


class _Client(asyncio.Protocol):
    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.answer is None or self.answer.done():
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) >= end + 4 + length:
            self.buffer = self.buffer[end + 4 + length :]
            self.answer.set_result(b" 200 " in head[:14])

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionError("lost"))

    async def ask(self, said: bytes) -> bool:
        assert self.transport is not None
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(said)
        return await self.answer


def _trusting_all() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _open(aim: Aim, context: ssl.SSLContext) -> _Client:
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(_Client, "127.0.0.1", aim.port)
    if aim.tunnel:
        place = f"{aim.host}:443"
        if not await client.ask(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()):
            raise ConnectionError("the tunnel was refused")
        assert client.transport is not None
        inside = await loop.start_tls(client.transport, client, context, server_hostname=aim.host)
        assert isinstance(inside, asyncio.Transport)
        client.transport = inside
    return client


async def _ask_on(aim: Aim, begin: int, end: float, most: int, measured: Measured) -> None:
    client = await _open(aim, _trusting_all())
    requests = aim.requests()
    for number in range(begin, begin + most):
        asked = perf_counter()
        if asked > end:
            break
        try:
            fine = await client.ask(requests[number % len(requests)])
        except ConnectionError:
            fine, client = False, await _open(aim, _trusting_all())
        if fine:
            measured.waits.append(perf_counter() - asked)
        else:
            measured.errors += 1
    if client.transport is not None:
        client.transport.abort()


async def load(aim: Aim, seconds: float, connections: int = CONNECTIONS, most: int = 10**9) -> Measured:
    """Ask for some seconds, or until each connection has asked often enough."""
    measured, began = Measured(), perf_counter()
    end = began + seconds
    await asyncio.gather(*(_ask_on(aim, number, end, most, measured) for number in range(connections)))
    measured.seconds = perf_counter() - began
    return measured


async def handshakes(aim: Aim, seconds: float, connections: int = 4) -> Measured:
    """Open a new tunnel with TLS for each request."""
    measured, began, context = Measured(), perf_counter(), _trusting_all()
    request = aim.requests()[0]

    async def one_after_another() -> None:
        while (asked := perf_counter()) < began + seconds:
            client = await _open(aim, context)
            if await client.ask(request):
                measured.waits.append(perf_counter() - asked)
            else:
                measured.errors += 1
            if client.transport is not None:
                client.transport.abort()

    await asyncio.gather(*(one_after_another() for _ in range(connections)))
    measured.seconds = perf_counter() - began
    return measured
