"""Plays an API as its live host would: another fleet than the sandbox's, behind a socket, at its own instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from replaysandbox.answer import Loaded, answer
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.matching import Match, find_route
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.probing import value_of
from tests.record.live_api import Answer, Heard

START = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "sk_live_cnry7f3e9a1c"
"""What the app shows; a canary: it must be in no file and no line of ours."""

Change = Callable[[Heard, Reply, Any, datetime], Reply]
"""What is changed about an answer: of the call, the answer, its JSON value, at an instant."""


@cache
def fleet(pack: str, seed: int, start: datetime = START) -> Loaded:
    return load_all(Settings(pack=(pack,), seed=seed, homes=2), start).loaded


def unchanged(_heard: Heard, reply: Reply, _body: Any, _at: datetime) -> Reply:
    return reply


@dataclass
class Playing:
    """What the live server answers.

    Attributes:
        pack: The API it plays.
        at: Its instant; None for the wall clock's.
        change: What is changed about its answers.
        session: What it was told.
        seed: Which fleet it has.
    """

    pack: str = "amps"
    at: datetime | None = None
    change: Change = unchanged
    session: Session = field(default_factory=Session)
    seed: int = 1234

    def __call__(self, heard: Heard, _handler: Any) -> Answer:
        at = self.at or datetime.now(UTC)  # noqa: TID251 - a live server has a clock
        started = at.replace(minute=0, second=0, microsecond=0) if self.at is None else START
        loaded = fleet(self.pack, self.seed, started)
        path, _, query = heard.path.partition("?")
        hosts = loaded.packs[self.pack].hosts
        host = next(each for each in hosts if isinstance(find_route(loaded.router, heard.method, each, path), Match))
        headers = tuple((name, value.replace(KEY, "sk_test_demo")) for name, value in heard.headers)
        answered = answer(
            Request(heard.method, "https", host, 443, path, query, headers, heard.body), loaded, self.session, at
        )
        self.session = replace(self.session, log=answered.log or self.session.log)
        reply = answered.outcome
        assert isinstance(reply, Reply)
        reply = self.change(heard, reply, value_of(reply.body), at)
        return reply.status, list(reply.headers), reply.body
