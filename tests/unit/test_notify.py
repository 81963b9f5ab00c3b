from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.action import Action, Failure
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session
from replaysandbox.notify import Agenda, Event, agenda_of, due_by, message_id, message_of, noted
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


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def test_actions_end_in_the_order_of_their_instants() -> None:
    agenda, log = run(Pushed(make_action()), Pushed(SCHEDULED), Pushed(FAILING))
    events, rest = due_by(agenda, log, FAR)
    assert [(event.number, event.kind, event.at) for event in events] == [
        (1, "action_completed", after(seconds=4)),
        (3, "action_failed", after(seconds=34)),
        (2, "action_completed", after(hours=1, seconds=4)),
    ]
    assert (rest.waiting, rest.next_at) == ((), None)


def test_an_instant_belongs_to_those_who_have_come_to_it_and_happens_once() -> None:
    agenda, log = run(Pushed(make_action()))
    assert agenda.next_at == after(seconds=4)
    assert due_by(agenda, log, after(seconds=4) - timedelta(microseconds=1))[0] == []
    events, rest = due_by(agenda, log, after(seconds=4))
    assert len(events) == 1
    assert due_by(rest, log, FAR)[0] == []


def test_what_is_cancelled_does_not_happen() -> None:
    agenda, log = run(Pushed(make_action()), Pushed(SCHEDULED), Cancelled(after(minutes=1), (2,)))
    assert [event.number for event in due_by(agenda, log, FAR)[0]] == [1]


def test_what_was_dropped_by_a_write_in_the_past_does_not_happen() -> None:
    early = make_action(4, after(seconds=1), OTHER)
    agenda, log = run(Pushed(make_action()), Pushed(FAILING), Pushed(early))
    assert [event.number for event in due_by(agenda, log, FAR)[0]] == [1, 4]


def test_a_cancellation_that_was_dropped_lets_it_happen_after_all() -> None:
    entries = (Pushed(SCHEDULED), Cancelled(after(minutes=1), (2,)))
    agenda, log = run(*entries)
    events, agenda = due_by(agenda, log, FAR)
    assert events == []
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
    assert (len(events), len(agenda.waiting)) == (1_000, 0)
    assert len(noted(agenda, [Pushed(make_action(1_001, FAR))]).waiting) == 1


# --- in the API's words


def message(event: Event, action: Action | None = None, pack: Pack | None = None) -> dict[str, object]:
    log = CommandLog(actions={action.number: action} if action else {})
    pack = pack or amps().packs["amps"]
    found = message_of(pack, amps().templates["amps"], WORLD, Session("test-17", log), event)
    assert found is not None
    assert (found.problem, found.session, found.at) == ("", "test-17", event.at)
    return {"event": found.event, "action": found.action, **json.loads(found.body)}


def test_an_action_is_told_in_the_apis_words() -> None:
    event = Event("action_completed", after(seconds=4), 1, "amps", BATTERY)
    said = message(event, make_action())
    assert (said["event"], said["completedAt"]) == ("push.completed", "2026-06-01T12:00:04.000Z")
    assert said["action"] == said["actionId"]


def test_a_pack_without_the_event_tells_nothing() -> None:
    event = Event("action_completed", AT, 1, "amps", BATTERY)
    bare = replace(amps().packs["amps"], webhooks=None)
    assert message_of(bare, amps().templates["amps"], WORLD, Session(), event) is None


def test_what_cannot_be_rendered_says_why() -> None:
    event = Event("action_completed", AT, 1, "amps", BATTERY)
    found = message_of(amps().packs["amps"], amps().templates["amps"], WORLD, Session(), event)
    assert found is not None
    assert found.body == b""
    assert "'action' is undefined" in found.problem


def test_an_id_is_made_of_the_event_and_nothing_else() -> None:
    event = Event("action_completed", AT, 1, "amps", BATTERY)
    others = [
        message_id(2, "default", event),
        message_id(1, "other", event),
        *(
            message_id(1, "default", replace(event, **change))
            for change in ({"number": 2}, {"kind": "action_failed"}, {"pack": "other"}, {"at": after(seconds=1)})
        ),
    ]
    assert len({message_id(1, "default", event), *others}) == 7
    assert message_id(1, "default", event) == message_id(1, "default", replace(event, device=OTHER))
