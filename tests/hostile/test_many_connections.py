"""Very many clients: some that say nothing, slow ones, and more than there are files."""

from __future__ import annotations

import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.hostile.sandbox import Sandbox, started
from tests.proxy.talking import get, hear

WANTED = int(os.environ.get("MANY", "1500"))
"""Idle clients; `make soak` tries 10,000."""

SAID = get(extra="x-api-key: sk_test_many\r\n")


@contextmanager
def may_open(files: int) -> Iterator[int]:
    """Let this process open more files, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = files if hard == resource.RLIM_INFINITY else min(files, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    try:
        yield max(soft, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _dial(sandbox: Sandbox) -> socket.socket:
    client = socket.socket()
    client.settimeout(10)
    client.connect(("127.0.0.1", sandbox.port))
    return client


def _asked(sandbox: Sandbox) -> tuple[int, float]:
    began = time.monotonic()
    with _dial(sandbox) as client:
        client.sendall(SAID)
        return hear(client).status, time.monotonic() - began


def test_idle_connections(tmp_path: Path) -> None:
    with may_open(WANTED + 500) as files, ExitStack() as stack:
        wanted = min(WANTED, files - 500)
        limit = {"REPLAYSANDBOX_LIMIT_CONNECTIONS": str(wanted + 10)}
        sandbox = stack.enter_context(started(tmp_path, environ=limit))
        for number in range(wanted):
            client = stack.enter_context(_dial(sandbox))
            if number % 3 == 0:
                client.sendall(SAID[: number % 40])
            if number % 1000 == 0:
                assert _asked(sandbox)[0] == 200
        _settled(sandbox)
        status, took = _asked(sandbox)
        before = sandbox.processor_s
        time.sleep(1)  # noqa: TID251 - idle clients cost nothing
        spent, resident = sandbox.processor_s - before, sandbox.resident_mb
        print(
            f"{wanted:,} idle clients: {resident:.0f} MB, {spent:.2f} s of processor a second; one more: {took:.3f} s"
        )
        assert (status, took < 1.0) == (200, True)
        assert resident < 120 + wanted * 0.06
        assert spent < 0.3
        stack.pop_all().close()


def _settled(sandbox: Sandbox) -> None:
    """Wait until it has taken all that were dialled."""
    end = time.monotonic() + 30
    while _asked(sandbox)[1] > 0.5:
        assert time.monotonic() < end


def test_more_clients_than_files(tmp_path: Path) -> None:
    """Descriptors run out while it serves: it waits for better times, spends nothing on it, and goes on."""
    with started(tmp_path) as sandbox:
        assert _asked(sandbox)[0] == 200
        in_use = len(list(Path(f"/proc/{sandbox.child.pid}/fd").iterdir()))
        hard = resource.prlimit(sandbox.child.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(sandbox.child.pid, resource.RLIMIT_NOFILE, (in_use + 5, hard))
        with ExitStack() as stack:
            clients = [stack.enter_context(_dial(sandbox)) for _ in range(60)]
            before = sandbox.processor_s
            time.sleep(2)  # noqa: TID251 - what it does meanwhile is what is measured
            assert sandbox.processor_s - before < 0.6
            clients[0].sendall(SAID)
            assert hear(clients[0]).status == 200
        end = time.monotonic() + 10
        while _asked(sandbox)[0] != 200:
            assert time.monotonic() < end
        assert sandbox.child.poll() is None


@pytest.mark.parametrize("lane", ["fast", "flow"])
def test_slow_clients_hold_up_nobody(tmp_path: Path, lane: str) -> None:
    """Slowloris: hundreds of requests that drip, and as many answers that are not read."""
    environ = {"REPLAYSANDBOX_LIMIT_REQUEST_S": "2"}
    with started(tmp_path, f"--lane={lane}", environ=environ) as sandbox, ExitStack() as stack:
        dripping = [stack.enter_context(_dial(sandbox)) for _ in range(300)]
        deaf = [stack.enter_context(_dial(sandbox)) for _ in range(50)]
        for client in deaf:
            client.sendall(SAID * 5)
        _settled(sandbox)
        for byte in SAID[:25]:
            for client in dripping:
                with suppress(OSError):
                    client.send(bytes([byte]))
            status, took = _asked(sandbox)
            assert (status, took < 1.0) == (200, True)
            time.sleep(0.1)  # noqa: TID251 - the drip
        assert {hear(client).status for client in dripping[:20]} <= {408, 0}
