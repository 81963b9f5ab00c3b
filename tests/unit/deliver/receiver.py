"""A real receiver on loopback, which answers as it is told and keeps what it gets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Receiver:
    """What it got, and what it answers: the answers in turn, then what `answer` makes of a body, or 204."""

    answers: list[Answer] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    answer: Callable[[bytes], Answer] = lambda body: (204, {}, b"")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiving(
    answers: Sequence[Answer | int] = (),
    *,
    held: bool = False,
    answer: Callable[[bytes], Answer] = lambda body: (204, {}, b""),
) -> Iterator[Receiver]:
    """Receive while the block runs; `held` answers nothing before `hold` is set."""
    receiver = Receiver([each if isinstance(each, tuple) else (each, {}, b"") for each in answers], answer=answer)
    if not held:
        receiver.hold.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, dict(self.headers), body))
            receiver.arrived.set()
            receiver.hold.wait(30)
            status, headers, answer = receiver.answers.pop(0) if receiver.answers else receiver.answer(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
