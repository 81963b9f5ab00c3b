from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.action import Failure
from replaysandbox.core.agenda import Agenda, Event, agenda_of, due_by, noted
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.notify import message_id
from replaysandbox.operations.bending import told, told_all
from tests.unit.core.actions import AT, BATTERY, after, make_action
from tests.unit.worlds import amps

WORLD = amps().world
OTHER = DeviceRef("battery", 1)
SCHEDULED = make_action(2, after(seconds=1), OTHER, start=after(hours=1))
FAILING = make_action(3, after(seconds=2), BATTERY, failure=Failure("DEVICE_OFFLINE", "gone", 32.0))
FAR = after(days=9)


def run(*entries: Entry) -> tuple[Agenda, CommandLog]:
    return noted(Agenda(), entries), told_all(WORLD, entries)


def link(number: int, linked: bool, at: datetime = AT) -> Link:
    return Link(number, at, "amps", BATTERY, linked)


def ends(events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind != "device_changed"]


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in ends(events)]


def test_actions_end_in_the_order_of_their_instants() -> None:
    agenda, log = run(Pushed(make_action()), Pushed(SCHEDULED), Pushed(FAILING))
    events, rest = due_by(agenda, log, FAR)
    assert [(event.number, event.kind, event.at) for event in ends(events)] == [
        (1, "action_completed", after(seconds=4)),
        (3, "action_failed", after(seconds=34)),
        (2, "action_completed", after(hours=1, seconds=4)),
    ]
    assert (rest.waiting, rest.next_at) == ((), None)


def test_an_instant_belongs_to_those_who_have_come_to_it_and_happens_once() -> None:
    agenda, log = run(Pushed(make_action()))
    begun, agenda = due_by(agenda, log, AT)
    assert [event.kind for event in begun] == ["device_changed"]
    assert agenda.next_at == after(seconds=4)
    assert due_by(agenda, log, after(seconds=4) - timedelta(microseconds=1))[0] == []
    events, rest = due_by(agenda, log, after(seconds=4))
    assert len(events) == 1
    assert due_by(rest, log, FAR)[0] == []


def test_what_is_cancelled_does_not_happen() -> None:
    agenda, log = run(Pushed(make_action()), Pushed(SCHEDULED), Cancelled(after(minutes=1), (2,)))
    found = ends(due_by(agenda, log, FAR)[0])
    assert [(event.number, event.kind) for event in found] == [(1, "action_completed"), (2, "action_cancelled")]


def test_what_was_dropped_by_a_write_in_the_past_does_not_happen() -> None:
    early = make_action(4, after(seconds=1), OTHER)
    agenda, log = run(Pushed(make_action()), Pushed(FAILING), Pushed(early))
    assert [event.number for event in ends(due_by(agenda, log, FAR)[0])] == [1, 4]


def test_a_cancellation_that_was_dropped_lets_it_happen_after_all() -> None:
    entries = (Pushed(SCHEDULED), Cancelled(after(minutes=1), (2,)))
    agenda, log = run(*entries)
    events, agenda = due_by(agenda, log, FAR)
    assert kinds(events) == ["action_cancelled"]
    back = link(4, linked=False, at=after(seconds=30))
    agenda, log = noted(agenda, [back]), told(WORLD, log, back)
    assert kinds(due_by(agenda, log, FAR)[0]) == ["device_disconnected", "action_completed"]


def test_links_are_told_when_they_change() -> None:
    entries = [link(1, True), link(2, False), link(3, False), link(4, True), link(5, True)]
    agenda, log = run(*entries)
    found = due_by(agenda, log, AT)[0]
    assert kinds(found) == ["device_connected", "device_disconnected", "device_reconnected"]
    assert [event.number for event in found] == [1, 2, 4]


ENTRIES = st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=30)


@given(ENTRIES)
def test_an_agenda_kept_up_to_date_is_that_of_the_whole_log(parts: list[tuple[int, bool]]) -> None:
    agenda, log = Agenda(), CommandLog()
    seen: set[str] = set()
    for number, (seconds, is_push) in enumerate(parts, 1):
        at = after(seconds=seconds)
        entry: Entry = Pushed(make_action(number, at)) if is_push else link(number, number % 2 == 0, at)
        agenda, log = noted(agenda, [entry]), told(WORLD, log, entry)
        events, agenda = due_by(agenda, log, at)
        seen |= {message_id(1, "default", event) for event in events}
    whole = {message_id(1, "default", event) for event in due_by(agenda_of(log), log, FAR)[0]}
    last = {message_id(1, "default", event) for event in due_by(agenda, log, FAR)[0]}
    assert whole <= seen | last


@given(ENTRIES, st.lists(st.integers(0, 60), max_size=5))
def test_in_steps_the_same_happens_as_at_once(parts: list[tuple[int, bool]], steps: list[int]) -> None:
    entries = [
        Pushed(make_action(n, after(seconds=s))) if push else link(n, n % 2 == 0, after(seconds=s))
        for n, (s, push) in enumerate(sorted(parts), 1)
    ]
    agenda, log = run(*entries)
    once, _ = due_by(agenda, log, FAR)
    parted = []
    for step in (*sorted(steps), 10_000):
        events, agenda = due_by(agenda, log, after(seconds=step))
        parted += events
    assert parted == once
    assert once == sorted(once, key=lambda event: (event.at, event.number))


def test_what_is_past_has_left_the_agenda() -> None:
    log = CommandLog(actions={number: make_action(number, after(seconds=number)) for number in range(1, 1_001)})
    events, agenda = due_by(agenda_of(log), log, FAR)
    assert (len(events), len(agenda.waiting)) == (2_000, 0)
    assert len(noted(agenda, [Pushed(make_action(1_001, FAR))]).waiting) == 2


def test_what_changes_a_device_is_told_of_the_device_in_all_apis() -> None:
    steer = Steer(1, AT, BATTERY, "set", {"level_pct": 12.0})
    write = Write(2, after(seconds=1), "amps", BATTERY, "discharge_floor", 20.0, {"floor_pct": 20.0})
    agenda, log = run(steer, write, Pushed(make_action(3, after(seconds=2))))
    found = due_by(agenda, log, after(seconds=2))[0]
    assert [(event.kind, event.number, event.pack) for event in found] == [
        (("device_changed"), number, "") for number in (1, 2, 3)
    ]
    back = Steer(4, AT - timedelta(seconds=1), BATTERY, "unpin")
    agenda, log = noted(agenda, [back]), told(WORLD, log, back)
    assert [event.number for event in due_by(agenda, log, FAR)[0]] == [4]


def test_a_record_is_told_when_it_is_written_and_not_when_it_is_deleted() -> None:
    entries = [Record(n, after(seconds=n), "amps", "notes", "n1", body) for n, body in ((1, {}), (2, None), (3, {}))]
    agenda, log = run(*entries)
    found = due_by(agenda, log, FAR)[0]
    assert [(event.kind, event.number, event.collection, event.record) for event in found] == [
        ("record_written", 1, "notes", "n1"),
        ("record_written", 3, "notes", "n1"),
    ]
