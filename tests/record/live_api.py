"""Plays the live API: a second HTTPS server on loopback, of whose calls each is noted."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli

from tests.clients.certificate import write_certificate

HOST = "api.amps.ai"


@dataclass
class Heard:
    """One call as it arrived."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes


Answer = tuple[int, list[tuple[str, str]], bytes]


def counted(heard: Heard, handler: Any) -> Answer | None:
    """Say which path was asked, and how many calls there were."""
    return json_answer({"path": urlsplit(heard.path).path, "count": len(handler.api.heard)})


@dataclass
class LiveApi:
    """The server, as tests see it.

    Attributes:
        port: Where it listens.
        certificate: Its own certificate, PEM: what `--upstream-ca` names.
        heard: All calls, in order.
        answers: Path → answer, or what makes one.
        otherwise: What makes the answers of all other paths.
    """

    port: int
    certificate: Path
    heard: list[Heard] = field(default_factory=list)
    answers: dict[str, Answer | Callable[[Heard, Any], Answer | None]] = field(default_factory=dict)
    otherwise: Callable[[Heard, Any], Answer | None] = counted

    @property
    def options(self) -> list[str]:
        """Options that lead to it."""
        return ["--upstream", f"{HOST}=https://127.0.0.1:{self.port}", "--upstream-ca", str(self.certificate)]


def json_answer(value: Any, *headers: tuple[str, str], status: int = 200, coding: str = "") -> Answer:
    body = json.dumps(value).encode()
    if coding == "gzip":
        body = gzip.compress(body, mtime=0)
    elif coding == "br":
        body = brotli.compress(body)
    more = [("Content-Encoding", coding)] if coding else []
    return status, [("Content-Type", "application/json"), *more, *headers], body


def reset(heard: Heard, handler: BaseHTTPRequestHandler) -> None:
    """Hang up without a word."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def cut(heard: Heard, handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half":')
    handler.wfile.flush()
    handler.close_connection = True


def silent(heard: Heard, handler: BaseHTTPRequestHandler) -> None:
    """Say nothing until the client has gone."""
    handler.connection.settimeout(20)
    handler.connection.recv(1)
    handler.close_connection = True


def odd(heard: Heard, handler: BaseHTTPRequestHandler) -> None:
    """Speak no HTTP."""
    handler.wfile.write(b"cnry0123456789ab is no answer\r\n\r\n")
    handler.close_connection = True


def chunked(heard: Heard, handler: BaseHTTPRequestHandler) -> None:
    """Answer in chunks."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    for piece in (b"one ", b"two ", b"three"):
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes; the second would wait 40 ms for an acknowledgement
    api: LiveApi

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        heard = Heard(self.command, self.path, list(self.headers.items()), body)
        self.api.heard.append(heard)
        path = urlsplit(self.path).path
        made = self.api.answers.get(path, self.api.otherwise)
        answer = made(heard, self) if callable(made) else made
        if answer is None:
            return
        status, headers, content = answer
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def live_api(folder: Path, host: str = HOST) -> Iterator[LiveApi]:
    """Run the server while the block runs."""
    file = folder / "live.pem"
    write_certificate(file, host)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that leaves is no news
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    api = LiveApi(server.server_address[1], file)
    server.RequestHandlerClass.api = api  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def wait_until(true: Callable[[], object], within_s: float = 10) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)  # noqa: TID251 - polls what another process does
