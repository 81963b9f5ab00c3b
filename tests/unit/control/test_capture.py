"""The journal as a capture, asked of the API."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from replaysandbox.control import api
from replaysandbox.core.exchange import Request
from replaysandbox.deliver.outbox import Outbox
from replaysandbox.files.captures import open_capture
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.notifying import Notifier

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ASKED = Request("GET", "https", "api.amps.ai", 443, "/battery", headers=(("x-api-key", "sk_test_hush"),))


def fetched(engine: Engine, session: str) -> httpx.Response:
    async def call() -> httpx.Response:
        notifier = Notifier(engine, Outbox((), lambda: NOON), lambda: NOON)
        app = api.build_app(engine, notifier, "right", 4481, lambda: NOON)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4481") as client:
            address = f"/v1/sessions/{session}/capture"
            return await client.get(address, headers={"Authorization": "Bearer right"})

    return asyncio.run(call())


@pytest.mark.slow
@pytest.mark.usefixtures("own_home")
def test_what_a_session_has_seen_is_a_capture(tmp_path: Path) -> None:
    engine = Engine.load(Settings(homes=2, at=NOON, freeze=True, seed=7), NOON)
    engine.answer(ASKED, NOON)
    answer = fetched(engine, "default")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert b"sk_test_hush" not in answer.content
    (tmp_path / "seen.capture").write_bytes(answer.content)
    with open_capture(tmp_path / "seen.capture") as capture:
        (seen,) = capture
        assert (seen.route, seen.redacted, capture.header.mode) == ("GET /battery", ("header:x-api-key",), "simulate")
    assert fetched(engine, "nobody").status_code == 404


@pytest.mark.slow
def test_a_key_that_cannot_be_made_is_told_and_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    answer = fetched(Engine.load(Settings(pack=("amps",), at=NOON), NOON), "default")
    assert answer.status_code == 409
    assert "cannot be used: " in answer.json()["sandbox"]["message"]
