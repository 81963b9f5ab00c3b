from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from typing import Any

import pytest

from replaysandbox.control.server import serving


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def fetch(port: int) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        body: bytes = answer.read()
    return body


@pytest.mark.slow
def test_it_serves_while_the_block_runs_and_leaves_nothing() -> None:
    async def serve() -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        async with serving(app, listener):
            assert await asyncio.to_thread(fetch, port) == b"ok"
            assert await asyncio.to_thread(fetch, port) == b"ok"
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert listener.fileno() == -1
        return port

    port = asyncio.run(serve())
    with pytest.raises(urllib.error.URLError):
        fetch(port)


def test_it_takes_no_signals() -> None:
    async def serve() -> None:
        import signal

        before = signal.getsignal(signal.SIGINT)
        async with serving(app, socket.create_server(("127.0.0.1", 0))):
            assert signal.getsignal(signal.SIGINT) is before

    asyncio.run(serve())
