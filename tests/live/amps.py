"""Plays Amps as a live API: another fleet than the sandbox's own, behind a real socket, at the instant it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from replaysandbox.answer import Loaded, answer
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from tests.record.live_api import HOST, Answer, Heard

START = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "sk_live_cnry7f3e9a1c"
"""What the app shows; a canary: it must be in no file and no line of ours."""

Change = Callable[[Heard, Reply, Any, datetime], Reply]
"""What is changed about an answer: of the call, the answer, its JSON value, at an instant."""


@cache
def fleet(seed: int, start: datetime = START) -> Loaded:
    return load_all(Settings(pack=("amps",), seed=seed, homes=2), start).loaded


def unchanged(_heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    return reply


@dataclass
class Amps:
    """What the live server answers.

    Attributes:
        at: Its instant; None for the wall clock's.
        change: What is changed about its answers.
        session: What it was told.
    """

    at: datetime | None = None
    change: Change = unchanged
    session: Session = field(default_factory=Session)
    seed: int = 1234

    def __call__(self, heard: Heard, _handler: Any) -> Answer:
        at = self.at or datetime.now(UTC)  # noqa: TID251 - a live server has a clock
        path, _, query = heard.path.partition("?")
        headers = tuple((name, "sk_test_demo" if value == KEY else value) for name, value in heard.headers)
        request = Request(heard.method, "https", HOST, 443, path, query, headers, heard.body)
        loaded = fleet(self.seed, at.replace(minute=0, second=0, microsecond=0) if self.at is None else START)
        answered = answer(request, loaded, self.session, at)
        self.session = replace(self.session, log=answered.log or self.session.log)
        reply = answered.outcome
        assert isinstance(reply, Reply)
        reply = self.change(heard, reply, json.loads(reply.body), at)
        return reply.status, list(reply.headers), reply.body
