"""Memory is flat: after many requests, known and new ones, the process is as large as after the first thousands."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from bench.load import Aim, load
from tests.hostile.sandbox import started

REQUESTS = int(os.environ.get("REQUESTS", "8000"))
"""How many are asked; `make soak` asks 200,000."""

FIRST = 4_000
"""Requests until caches and journal are as large as they get, with the limit below."""

MOST_MB = 5.0


def test_memory_is_flat(tmp_path: Path) -> None:
    environ = {"REPLAYSANDBOX_LIMIT_JOURNAL_EXCHANGES": "2000"}
    with started(tmp_path, "--homes=50", environ=environ) as sandbox:
        paths = [_path(number) for number in range(100_000)]
        aim = Aim(sandbox.port, paths)
        asyncio.run(load(aim, 900.0, 4, FIRST // 4))
        before = sandbox.resident_mb
        asyncio.run(load(aim, 900.0, 4, REQUESTS // 4))
        after = sandbox.resident_mb
        print(f"{before:.1f} MB after {FIRST:,} requests, {after:.1f} MB after {REQUESTS:,} more")
        assert after - before < MOST_MB
        assert after < 150


def _path(number: int) -> str:
    """Ask for what was asked before, for something new each time, and now and then for what there is not."""
    if number % 50 == 0:
        return f"/nothing/{number}"
    return f"/battery?limit=1&new={number}" if number % 2 else f"/battery?limit={number % 20 + 1}"
