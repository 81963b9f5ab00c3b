"""How answers go out: bodies, delays, hang-ups, and an engine that breaks."""

from __future__ import annotations

import asyncio
import logging
import time

import httpx
import pytest

from replaysandbox.core.exchange import Forward, Hangup, Outcome, Reply, Request
from tests.proxy.talking import HOST, Proxy, dial, get, hear, say, tunnel_to


def test_head_has_the_length_and_no_body(proxy: Proxy) -> None:
    with dial(proxy) as client:
        client.sendall(get(method="HEAD"))
        answer = hear(client, head=True)
        assert int(answer.headers["content-length"]) > 100
        client.sendall(get())
        assert hear(client).json["method"] == "GET"


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body(proxy: Proxy, status: int) -> None:
    proxy.engine.reply = lambda request: Reply(status, body=b"never sent")
    with dial(proxy) as client:
        for _ in range(2):
            client.sendall(get())
            answer = hear(client)
            assert (answer.status, answer.body) == (status, b"")
            assert "content-length" not in answer.headers


def test_headers_of_the_connection_are_ours_to_say(proxy: Proxy) -> None:
    theirs = (("Transfer-Encoding", "chunked"), ("Connection", "close"), ("content-length", "1"), ("X-A", "b"))
    proxy.engine.reply = lambda request: Reply(200, theirs, b"abc", "replay")
    with dial(proxy) as client:
        for _ in range(2):
            client.sendall(get())
            answer = hear(client)
            assert answer.body == b"abc"
            assert answer.headers == {"x-a": "b", "x-sandbox": "replay", "content-length": "3"}


def test_a_delay_holds_nobody_else(proxy: Proxy) -> None:
    def slow(request: Request) -> Outcome:
        return Reply(200, body=request.path.encode(), delay_s=0.6 if request.path == "/slow" else 0.0)

    proxy.engine.reply = slow

    async def ask() -> list[float]:
        async with httpx.AsyncClient(proxy=proxy.url, verify=proxy.trusting(), http2=True, trust_env=False) as client:
            await client.get(f"https://{HOST}/warm")
            start = time.monotonic()

            async def took(path: str) -> float:
                await client.get(f"https://{HOST}{path}")
                return time.monotonic() - start

            return list(await asyncio.gather(took("/slow"), took("/quick"), took("/quick")))

    slow_s, *quick_s = asyncio.run(ask())
    assert slow_s >= 0.6
    assert max(quick_s) < 0.4


def test_hang_up(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Hangup()
    with tunnel_to(proxy) as inside:
        inside.sendall(get())
        answer = hear(inside)
    assert answer.raw == b""


def test_hang_up_in_http2(proxy: Proxy) -> None:
    proxy.engine.reply = lambda request: Hangup()
    with (
        httpx.Client(proxy=proxy.url, verify=proxy.trusting(), http2=True, trust_env=False) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(f"https://{HOST}/")


BAD = {
    "raises": lambda request: 1 / 0,
    "status 101": lambda request: Reply(101),
    "line break in a header": lambda request: Reply(200, (("X", "a\r\nSet-Cookie: b"),)),
    "forwards": lambda request: Forward(),
    "nothing": lambda request: None,
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("http2", [False, True])
def test_an_engine_that_breaks(proxy: Proxy, caplog: pytest.LogCaptureFixture, case: str, http2: bool) -> None:
    proxy.engine.reply = BAD[case]  # type: ignore[assignment]
    with httpx.Client(proxy=proxy.url, verify=proxy.trusting(), http2=http2, trust_env=False) as client:
        for _ in range(2):
            answer = client.get(f"https://{HOST}/battery")
            assert answer.status_code == 500
            assert answer.headers["x-sandbox"] == "miss"
            assert answer.json()["sandbox"]["error"] == "sandbox_failed"
    assert [exchange.request.path for exchange in proxy.engine.journal] == ["/battery", "/battery"]
    assert any(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)


def test_a_journal_that_breaks_opens_nothing(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy.engine, "seen", lambda exchange: 1 / 0)
    answer = say(proxy, b"GET http://stranger.example/ HTTP/1.1\r\nHost: stranger.example\r\n\r\n")
    assert answer.status == 500
    assert answer.is_clear
