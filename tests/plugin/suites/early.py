"""Tests of an app whose HTTP client a plugin of pytest has imported before anybody set the environment."""

from __future__ import annotations

import aiohttp
import pytest

KEY = {"x-api-key": "sk_test_demo"}


@pytest.mark.asyncio
async def test_aiohttp_is_caught(sandbox):
    async with aiohttp.ClientSession(headers=KEY) as session, session.get("https://api.amps.ai/battery") as answer:
        assert (answer.status, answer.headers["X-Sandbox"]) == (200, "simulate")
    assert len(sandbox.journal.calls("GET /battery")) == 1
