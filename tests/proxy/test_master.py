"""A port that is taken, two proxies at once, and nothing left at the end."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from pathlib import Path

import pytest
from mitmproxy import version

from replaysandbox.core.errors import SandboxError
from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.master import run_proxy
from replaysandbox.proxy.settings import ProxySettings
from tests.proxy.talking import Proxy, SmallEngine, connect, dial, get, hear, is_closed, proxy_running, say


def test_a_port_that_is_taken_says_by_whom(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SandboxError) as caught, proxy_running(authority, port=port):
            pass
    (problem,) = caught.value.problems
    assert problem.file == "--port"
    assert f"port {port} is taken" in problem.reason
    if sys.platform == "linux":
        assert f"pid {os.getpid()} " in problem.reason


def test_the_same_port_again_and_again(authority: Authority) -> None:
    with proxy_running(authority) as proxy:
        port = proxy.port
        say(proxy, get())
    for _ in range(3):
        with proxy_running(authority, port=port) as proxy:
            assert proxy.port == port
            assert say(proxy, get()).status == 200


def test_stopping_ends_open_connections(authority: Authority) -> None:
    with proxy_running(authority) as proxy:
        idle, busy = dial(proxy), dial(proxy)
        busy.sendall(get())
        assert hear(busy).status == 200
        tunnel, _ = connect(proxy, "api.amps.ai:443")
    for client in (idle, busy, tunnel):
        with client:
            assert is_closed(client)


def test_nothing_is_left(authority: Authority) -> None:
    files_before, threads_before = _open_files(), threading.active_count()
    for _ in range(3):
        with proxy_running(authority) as proxy:
            assert say(proxy, get()).status == 200
    assert _open_files() == files_before
    assert threading.active_count() == threads_before


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


def test_two_proxies_on_one_loop(authority: Authority) -> None:
    async def live() -> set[int]:
        settings = ProxySettings(authority, port=0)
        async with run_proxy(SmallEngine(), settings) as one, run_proxy(SmallEngine(), settings) as two:
            for port in (one.port, two.port):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(get())
                assert (await reader.readline()).startswith(b"HTTP/1.1 200")
                writer.close()
            return {one.port, two.port}

    assert len(asyncio.run(live())) == 2


def test_an_exception_inside_stops_it_too(authority: Authority) -> None:
    async def live() -> int:
        async with run_proxy(SmallEngine(), ProxySettings(authority, port=0)) as running:
            raise KeyError(running.port)

    with pytest.raises(KeyError) as caught:
        asyncio.run(live())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", caught.value.args[0]), 2)


def test_it_listens_on_loopback_only(proxy: Proxy) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("only Linux tells")
    wanted = f":{proxy.port:04X}"
    listening = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(wanted)] == [f"0100007F{wanted}"]


def test_another_mitmproxy_is_refused(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    monkeypatch.setattr(version, "VERSION", "13.0.0")
    with pytest.raises(RuntimeError, match=r"13\.0\.0"), proxy_running(authority):
        pass
