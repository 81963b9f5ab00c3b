"""The real sandbox in each lane, once for all cases; a bystander asks it beside and after each."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.proxy.ca import Authority, open_authority
from tests.proxy.talking import Proxy, dial, get, hear, proxy_running

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

CASE_S = 2.0
"""How long a case may keep the proxy busy. [s]"""

BYSTANDER_S = 1.0
"""How long a bystander may wait meanwhile. [s]"""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return open_authority(tmp_path_factory.mktemp("ca") / "confdir")


@pytest.fixture(scope="module", params=["fast", "flow"])
def attacked(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Proxy]:
    engine = Engine.load(Settings(freeze=True, at=AT), AT)
    with proxy_running(authority, engine, lane=request.param) as running:  # type: ignore[arg-type]  # it asks for less
        yield running


@contextmanager
def bystander(proxy: Proxy) -> Iterator[None]:
    """Ask for something harmless all the while, and once more in the end."""
    waits: list[float] = []
    done = threading.Event()

    def ask() -> None:
        with dial(proxy, timeout=10.0) as client:
            while True:
                last, began = done.is_set(), time.monotonic()
                client.sendall(get(extra="x-api-key: sk_test_bystander\r\n"))
                assert hear(client).status == 200
                waits.append(time.monotonic() - began)
                if last:
                    return
                done.wait(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join(20)
    assert waits, "the bystander got no answer"
    assert max(waits) < BYSTANDER_S
