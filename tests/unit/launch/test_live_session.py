from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from replaysandbox.answer import Answered
from replaysandbox.core.clock import Clock
from replaysandbox.core.entries import Steer
from replaysandbox.core.exchange import Reply
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.reading import BatteryReading
from replaysandbox.core.realism import MOST_SPENT, Spent, SpentKey
from replaysandbox.core.session import Session
from replaysandbox.launch.live_session import LiveSession, from_start
from replaysandbox.operations.bending import told
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import nth
from tests.unit.worlds import amps

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_it_counts_what_it_has_seen() -> None:
    session = LiveSession(Clock(AT, AT, 1.0, False), Session("s1"))
    session.keep(Answered(Reply(200), AT))
    session.keep(replace(Answered(Reply(200), AT), route="GET /battery"))
    assert (session.name, session.session.seen) == ("s1", 2)


def test_another_hour_works_out_anew_what_it_was_told() -> None:
    loaded, evening_ms = amps(), 8 * 3_600_000
    world = loaded.world
    battery = nth(world, "battery", 0)
    session = LiveSession(Clock(AT, AT), Session("s1"))
    session.take(told(world, session.session.log, Steer(1, AT, battery, "set", {"level_pct": 50.0})))
    session.set_clock(Clock(AT, AT, shift_ms=evening_ms), loaded)

    begun = LiveSession(Clock(AT, AT, shift_ms=evening_ms), Session("s2"))
    begun.take(told(begun.sees(loaded).world, begun.session.log, Steer(1, AT, battery, "set", {"level_pct": 50.0})))
    assert session.sees(loaded) is session.sees(loaded) is not loaded
    for hours in range(30):
        at = AT + timedelta(hours=hours)
        seen, wanted = (
            reading_at(each.sees(loaded).world, battery, at, each.session.log.bents) for each in (session, begun)
        )
        assert seen == wanted
    now = reading_at(session.sees(loaded).world, battery, AT, session.session.log.bents)
    assert isinstance(now, BatteryReading)
    assert now.level_pct == 50.0

    session.set_clock(Clock(AT, AT), loaded)
    assert session.sees(loaded) is loaded


def test_a_device_that_is_offline_without_saying_when_is_so_from_the_start() -> None:
    assert from_start(FaultRule("f", "offline"), AT).start == AT
    assert from_start(FaultRule("f", "status"), AT).start is None


def test_whom_it_counts_calls_of_is_bounded_and_the_oldest_go_first() -> None:
    session = LiveSession(Clock(AT, AT, 1.0, False), Session("s1"))
    full: dict[SpentKey, Spent] = {("p", 0, str(number)): (1, 1) for number in range(MOST_SPENT)}
    session.session = replace(session.session, spent=full)
    session.keep(replace(Answered(Reply(200), AT), spent={("p", 0, str(MOST_SPENT)): (1, 1)}))
    spent = session.session.spent
    assert spent is not None
    assert len(spent) == MOST_SPENT // 2 + 1
    assert ("p", 0, str(MOST_SPENT)) in spent
