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
        direct: The server itself is asked, not a proxy.
    """

    port: int
    paths: Sequence[str]
    tunnel: bool = False
    host: str = "api.amps.ai"
    extra: str = ""
    direct: bool = False

    def requests(self) -> list[bytes]:
        """Write the requests."""
        start = "" if self.tunnel or self.direct else f"http://{self.host}"
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
        if b"transfer-encoding: chunked" in head:
            if self.buffer.endswith(b"0\r\n\r\n"):  # no body here holds that
                self.buffer = b""
                self.answer.set_result(b" 200 " in head[:14])
            return
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) >= end + 4 + length:
            self.buffer = self.buffer[end + 4 + length :]
            self.answer.set_result(b" 200 " in head[:14])

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionError("lost"))

    def close(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.transport.abort()

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


async def _open(aim: Aim, context: ssl.SSLContext | None) -> _Client:
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(_Client, "127.0.0.1", aim.port)
    if context is not None:
        place = f"{aim.host}:443"
        if not await client.ask(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()):
            raise ConnectionError("the tunnel was refused")
        assert client.transport is not None
        inside = await loop.start_tls(client.transport, client, context, server_hostname=aim.host)
        assert isinstance(inside, asyncio.Transport)
        client.transport = inside
    return client


async def _ask_on(
    client: _Client, requests: Sequence[bytes], begin: int, end: float, most: int, told: Measured
) -> None:
    for number in range(begin, begin + most):
        asked = perf_counter()
        if asked > end:
            return
        if await client.ask(requests[number % len(requests)]):
            told.waits.append(perf_counter() - asked)
        else:
            told.errors += 1


async def load(aim: Aim, seconds: float, connections: int = CONNECTIONS, most: int = 10**9) -> Measured:
    """Ask for some seconds, or until each connection has asked often enough.

    Raises:
        TimeoutError: The server does not answer any more.
    """
    context = _trusting_all() if aim.tunnel else None
    async with asyncio.timeout(seconds + 20):
        clients = [await _open(aim, context) for _ in range(connections)]
        measured, began, requests = Measured(), perf_counter(), aim.requests()
        end = began + seconds
        asking = (_ask_on(client, requests, at, end, most, measured) for at, client in enumerate(clients))
        await asyncio.gather(*asking)
    measured.seconds = perf_counter() - began
    for client in clients:
        client.close()
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
            client.close()

    await asyncio.gather(*(one_after_another() for _ in range(connections)))
    measured.seconds = perf_counter() - began
    return measured
