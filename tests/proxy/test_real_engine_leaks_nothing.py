"""All ways out with the real engine, in simulate and replay, while every hook raises and packs reload."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.capture import CaptureHeader
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.replaying import ReplayWish, replaying
from replaysandbox.proxy.ca import Authority
from tests.proxy.canary import Canary
from tests.proxy.talking import HOST, STRANGER, Answer, Proxy, get, proxy_running, say
from tests.proxy.test_failures import HOOKS
from tests.proxy.test_nothing_leaves import ABSOLUTE, WAYS
from tests.unit.files.recorded import recorded

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@contextmanager
def engine_of(mode: str, folder: Path) -> Iterator[Engine]:
    engine = Engine.load(Settings(freeze=True, at=AT), AT)
    if mode == "simulate":
        yield engine
        return
    capture = folder / "day.capture"
    with open_writer(capture, CaptureHeader(AT, "record", ("amps",), (HOST,))) as writer:
        writer.append(recorded())
    packs = list(engine.loaded.packs.values())
    with replaying(ReplayWish(capture), packs, None, AT) as script:
        engine.replaying, engine.mode = script, "replay"
        yield engine


def _all_ways(proxy: Proxy) -> Iterator[tuple[str, Answer]]:
    for name, (url_host, header_host) in ABSOLUTE.items():
        yield name, say(proxy, f"GET http://{url_host}/x HTTP/1.1\r\nHost: {header_host}\r\n\r\n".encode())
    for name, way in WAYS.items():
        try:
            yield name, way(proxy)
        except (OSError, AssertionError):  # a planted exception ends some of them sooner
            yield name, Answer(0, {}, b"", b"")
    for host in (HOST, STRANGER):
        for path in ("/battery", "/nothing", "/~x/battery", "/a%2f..%2fb"):
            yield f"{host}{path}", say(proxy, get(host, path, "x-api-key: sk_test_leak\r\n"))


class Raising:
    """An addon whose every hook raises."""

    name = "raising"

    def __init__(self, kind: str) -> None:
        for hook in HOOKS:
            setattr(self, hook, self._later if kind == "async" else self._now)

    def _now(self, *_: Any) -> None:
        raise RuntimeError("planted")

    async def _later(self, *_: Any) -> None:
        raise RuntimeError("planted")


@pytest.mark.parametrize("planted", ["", "sync", "async"])
@pytest.mark.parametrize("mode", ["simulate", "replay"])
def test_nothing_leaves(
    authority: Authority, lane: str, mode: str, planted: str, canary: Canary, tmp_path: Path
) -> None:
    over = threading.Event()
    addons = [Raising(planted)] if planted else []
    with engine_of(mode, tmp_path) as engine, proxy_running(authority, engine, addons, lane=lane) as proxy:  # type: ignore[arg-type]

        def reload() -> None:
            while not over.wait(0.05):
                asyncio.run(engine.reload())

        reloading = threading.Thread(target=reload)
        reloading.start()
        try:
            ways = list(_all_ways(proxy))
        finally:
            over.set()
            reloading.join(20)
    assert len(ways) > 45
    for name, answer in ways:
        ours = answer.status == 0 or "x-sandbox" in answer.headers or answer.raw == b""
        assert ours, (name, answer.raw[:200])
        assert "x-canary" not in answer.headers, name
    assert canary.is_silent, (canary.heard, canary.lookups)
