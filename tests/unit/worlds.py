"""The shipped Amps pack and world, loaded once for the tests that ask them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from replaysandbox.answer import Answered, Loaded, answer
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import Headers, Reply, Request
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEY: Headers = (("x-api-key", "sk_test_demo"),)


@cache
def amps(scenario: str = "default") -> Loaded:
    """Load the Amps pack with a scenario."""
    return load_all(Settings(pack=("amps",), scenario=scenario), AT).loaded


def ask(
    target: str,
    *,
    method: str = "GET",
    body: object = None,
    headers: Headers = KEY,
    at: datetime = AT,
    log: CommandLog | None = None,
    scenario: str = "default",
    session: str = "default",
    rules: tuple[FaultRule, ...] = (),
) -> Answered:
    """Ask the Amps pack for `path?query`; a body that is no bytes is sent as JSON."""
    path, _, query = target.partition("?")
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    request = Request(method, "https", "api.amps.ai", 443, path, query, headers, raw)
    return answer(request, amps(scenario), Session(session, log or CommandLog(), rules), at)


def told(answered: Answered) -> tuple[int, Any]:
    """Take status and parsed body off an answer."""
    assert isinstance(answered.outcome, Reply)
    return answered.outcome.status, json.loads(answered.outcome.body)


def first(family: str, scenario: str = "default") -> str:
    """Tell the id of a family's first device."""
    _, body = told(ask(f"/{family}?limit=1", scenario=scenario))
    return str(body["data"]["items"][0]["id"])
