from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from replaysandbox.answer import Answered
from replaysandbox.core.clock import Clock
from replaysandbox.core.exchange import Reply
from replaysandbox.core.session import Session
from replaysandbox.launch.live_session import LiveSession

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_it_counts_what_it_has_seen() -> None:
    session = LiveSession(Clock(AT, AT, 1.0, False), Session("s1"))
    session.keep(Answered(Reply(200), AT))
    session.keep(replace(Answered(Reply(200), AT), route="GET /battery"))
    assert (session.name, session.session.seen) == ("s1", 2)
