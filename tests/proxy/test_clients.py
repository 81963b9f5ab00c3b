"""The connections of clients: those that say nothing, one too many, and the end of waiting."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from replaysandbox.core.exchange import Reply
from replaysandbox.core.limits import Limits
from replaysandbox.proxy.ca import Authority
from tests.proxy.talking import Proxy, dial, get, hear, is_closed, proxy_running, say, wait_for


def test_a_delay_ends_with_its_client(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Reply(200, delay_s=3600)
    with dial(proxy) as client:
        client.sendall(get())
        wait_for(lambda: len(_sleeping(proxy)) == 1)
    wait_for(lambda: not _sleeping(proxy))


def _sleeping(proxy: Proxy) -> list[Any]:
    waiting = ("handle_hook", "wakeup timer (300")  # the flow lane's way, the fast lane's
    return [task for task in asyncio.all_tasks(proxy.loop) if task.get_name().startswith(waiting)]


def test_stopping_does_not_wait_for_a_delay(authority: Authority, lane: str) -> None:
    with proxy_running(authority, lane=lane) as proxy:
        proxy.engine.reply = lambda request: Reply(200, delay_s=3600)
        client = dial(proxy)
        client.sendall(get())
        wait_for(lambda: proxy.engine.asked)
        start = time.monotonic()
    client.close()
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GE"])
def test_a_client_that_says_nothing(authority: Authority, lane: str, said: bytes) -> None:
    limits = Limits(request_s=-0.7)  # a second is added to it
    with proxy_running(authority, lane=lane, limits=limits) as proxy, dial(proxy) as client:
        client.sendall(said)
        assert is_closed(client)


def test_one_client_too_many(authority: Authority) -> None:
    with proxy_running(authority, limits=Limits(connections=1)) as proxy:
        with dial(proxy) as first:
            first.sendall(get())
            assert hear(first).status == 200
            assert say(proxy, get()).status == 503
        wait_for(lambda: say(proxy, get()).status == 200)
