"""A proxy in a thread of its own, a small engine behind it, and clients that say exactly what a test wants said."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from replaysandbox.core.exchange import Exchange, Outcome, Reply, Request
from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.master import RunningProxy, run_proxy
from replaysandbox.proxy.settings import ProxySettings

HOST = "api.amps.ai"
PASSED = "pass.example"
STRANGER = "stranger.example"

JSON = (("Content-Type", "application/json"),)


def echo(request: Request) -> Outcome:
    """Answer with what was asked."""
    told = {
        "method": request.method,
        "url": request.url,
        "host": request.host,
        "way": request.way,
        "user": request.proxy_user,
        "path": request.path,
        "query": request.query,
        "headers": [name.lower() for name, _ in request.headers],
        "body": request.body.decode("latin-1"),
    }
    return Reply(200, JSON, json.dumps(told).encode())


@dataclass
class SmallEngine:
    """Imitates one host and passes another; a test says what it answers.

    Attributes:
        reply: What it answers.
        owned: Hosts it imitates.
        passed: Hosts it lets through.
        asked: Requests it was asked, in order.
        journal: Exchanges the proxy told it of.
        failed: Hosts the proxy told it were not reached, and why.
    """

    reply: Callable[[Request], Outcome] = echo
    owned: set[str] = field(default_factory=lambda: {HOST})
    passed: set[str] = field(default_factory=lambda: {PASSED})
    asked: list[Request] = field(default_factory=list)
    journal: list[Exchange] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, request: Request, wall: datetime) -> Outcome:
        assert wall.tzinfo is not None
        self.asked.append(request)
        return self.reply(request)

    def owns(self, host: str) -> bool:
        return host in self.owned

    def passes(self, host: str) -> bool:
        return host in self.passed

    def seen(self, exchange: Exchange) -> None:
        self.journal.append(exchange)

    def unreached(self, host: str, reason: str) -> None:
        self.failed.append((host, reason))


@dataclass
class Proxy:
    """A proxy that runs, as a test sees it."""

    running: RunningProxy
    engine: SmallEngine
    authority: Authority
    loop: asyncio.AbstractEventLoop

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def url(self) -> str:
        return self.running.url

    def trusting(self, alpn: Sequence[str] = ()) -> ssl.SSLContext:
        """Give a client's context that trusts our CA and nobody else."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate_file))
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


@contextmanager
def proxy_running(
    authority: Authority, engine: SmallEngine | None = None, addons: Sequence[object] = (), **settings: Any
) -> Iterator[Proxy]:
    """Run a proxy on a loop and in a thread of its own, so that blocking clients can talk to it."""
    engine = engine or SmallEngine()
    ready: list[Proxy] = []
    up, down = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    async def live() -> None:
        wanted = ProxySettings(authority, **{"port": 0, **settings})
        async with run_proxy(engine, wanted, addons) as running:
            ready.append(Proxy(running, engine, authority, asyncio.get_running_loop()))
            up.set()
            await asyncio.to_thread(down.wait)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left behind: {left}"

    def thread() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)
        finally:
            up.set()

    runner = threading.Thread(target=thread)
    runner.start()
    up.wait(20)
    try:
        if not failed:
            yield ready[0]
    finally:
        down.set()
        runner.join(20)
    if failed:
        raise failed[0]
    assert not runner.is_alive(), "the proxy does not stop"


@dataclass
class Answer:
    """What came back: parsed as far as it is HTTP/1.

    Attributes:
        status: HTTP status, 0 where nothing came back.
        headers: Header fields, names in lower case.
        body: Body bytes.
        raw: Everything as it came.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes

    @property
    def is_clear(self) -> bool:
        """Whether it is what a refused client must get: a JSON error of ours, or a connection closed."""
        if not self.raw:
            return True
        if self.status < 400 or "x-sandbox" not in self.headers:
            return False
        return self.told["error"] != "" and self.told["message"] != ""

    @property
    def told(self) -> Any:
        return json.loads(self.body)["sandbox"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def wait_for(reached: Callable[[], object], within_s: float = 5.0) -> None:
    end = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        time.sleep(0.01)  # noqa: TID251 - polls what another thread does


def dial(proxy: Proxy, timeout: float = 10.0) -> socket.socket:
    client = socket.socket()
    client.settimeout(timeout)
    client.connect(("127.0.0.1", proxy.port))
    return client


def say(proxy: Proxy, said: bytes, timeout: float = 10.0) -> Answer:
    """Say some bytes on a new connection, and hear the first answer."""
    with dial(proxy, timeout) as client:
        client.sendall(said)
        return hear(client)


def connect(proxy: Proxy, authority: str, extra: str = "") -> tuple[socket.socket, Answer]:
    """Ask for a tunnel."""
    client = dial(proxy)
    try:
        client.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{extra}\r\n".encode())
        return client, hear(client, tunnel=True)
    except OSError:
        client.close()
        raise


@contextmanager
def tunnel_to(proxy: Proxy, host: str = HOST, sni: str | None = None, extra: str = "") -> Iterator[ssl.SSLSocket]:
    """Open a tunnel with TLS in it."""
    client, answer = connect(proxy, f"{host}:443", extra)
    with client:
        assert answer.status == 200, answer.raw
        with proxy.trusting().wrap_socket(client, server_hostname=sni or host) as inside:
            yield inside


@contextmanager
def direct_tls(proxy: Proxy, sni: str = HOST, alpn: Sequence[str] = ()) -> Iterator[ssl.SSLSocket]:
    """Speak TLS to the port at once, as an app does whose hosts file leads here."""
    with dial(proxy) as client, proxy.trusting(alpn).wrap_socket(client, server_hostname=sni) as inside:
        yield inside


def get(host: str = HOST, path: str = "/battery", extra: str = "", method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()


def hear(client: socket.socket, *, head: bool = False, tunnel: bool = False) -> Answer:
    """Read one HTTP/1 answer, or what there is of one.

    Args:
        client: Where to read.
        head: The answer is one to HEAD: no body follows.
        tunnel: The answer is one to CONNECT: no body follows a 200.
    """
    raw = _until(client, lambda seen: b"\r\n\r\n" in seen)
    if b"\r\n\r\n" not in raw:
        return Answer(0, {}, b"", raw)
    start, _, rest = raw.partition(b"\r\n\r\n")
    lines = start.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = 0 if head or (tunnel and status == 200) else int(headers.get("content-length", 0))
    body = rest + _until(client, lambda seen: len(rest) + len(seen) >= length) if len(rest) < length else rest
    return Answer(status, headers, body, raw + body[len(rest) :])


def _until(client: socket.socket, enough: Callable[[bytes], bool]) -> bytes:
    seen = b""
    while not enough(seen):
        try:
            part = client.recv(65536)
        except (ConnectionError, ssl.SSLError):
            break
        if not part:
            break
        seen += part
    return seen


def is_closed(client: socket.socket, within_s: float = 5.0) -> bool:
    """Tell whether the other side ends the connection."""
    client.settimeout(within_s)
    try:
        while client.recv(65536):
            pass
    except (ConnectionError, ssl.SSLError):
        return True
    except TimeoutError:
        return False
    return True
