from __future__ import annotations

import json
from dataclasses import replace

from replaysandbox.core.action import Action
from replaysandbox.core.agenda import Event
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Link, Steer, Write
from replaysandbox.core.pack import Pack
from replaysandbox.core.realism import Readings, Realism
from replaysandbox.core.session import Session
from replaysandbox.core.webhooks import WebhookEvent, Webhooks
from replaysandbox.notify import message_id, messages_of
from replaysandbox.operations.bending import told
from replaysandbox.render.render import compile_templates
from tests.unit.core.actions import AT, BATTERY, after, make_action
from tests.unit.worlds import amps

WORLD = amps().world
OTHER = DeviceRef("battery", 1)


def message(event: Event, action: Action | None = None, pack: Pack | None = None) -> dict[str, object]:
    log = CommandLog(actions={action.number: action} if action else {})
    pack = pack or amps().packs["amps"]
    (found,) = messages_of(pack, amps().templates["amps"], WORLD, Session("test-17", log), event)
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
    assert messages_of(bare, amps().templates["amps"], WORLD, Session(), event) == []


def test_what_cannot_be_rendered_says_why() -> None:
    event = Event("action_completed", AT, 1, "amps", BATTERY)
    (found,) = messages_of(amps().packs["amps"], amps().templates["amps"], WORLD, Session(), event)
    assert found.body == b""
    assert "'action' is undefined" in found.problem


def test_an_id_is_made_of_the_event_and_nothing_else() -> None:
    event = Event("action_completed", AT, 1, "amps", BATTERY)
    others = [
        message_id(2, "default", event),
        message_id(1, "other", event),
        message_id(1, "default", event, "done"),
        *(
            message_id(1, "default", replace(event, **change))
            for change in ({"number": 2}, {"kind": "action_failed"}, {"pack": "other"}, {"at": after(seconds=1)})
        ),
    ]
    assert len({message_id(1, "default", event), *others}) == 8
    assert message_id(1, "default", event) == message_id(1, "default", replace(event, device=OTHER))


CHARGER, CAR = DeviceRef("ev_charger", 0), DeviceRef("vehicle", 0)
CHANGED = Event("device_changed", AT, 1, "", CHARGER)


def changes(told_of: WebhookEvent, log: CommandLog | None = None) -> list[str]:
    pack = replace(amps().packs["amps"], webhooks=Webhooks({"device_changed": (told_of, replace(told_of, name="b"))}))
    found = messages_of(pack, amps().templates["amps"], WORLD, Session(log=log or CommandLog()), CHANGED)
    return [f"{each.event} {json.loads(each.body)['deviceType']}" for each in found]


def test_a_charger_that_is_told_something_changes_its_car_and_an_api_may_tell_several_things() -> None:
    both = WebhookEvent("a", "device-event.json.j2")
    assert changes(both) == ["a ev_charger", "a vehicle", "b ev_charger", "b vehicle"]
    assert changes(replace(both, family=("vehicle", "hvac"))) == ["a vehicle", "b vehicle"]


def test_a_change_may_be_told_only_where_a_command_a_setting_or_a_hand_made_it() -> None:
    commanded = CommandLog(actions={1: make_action()})
    steered = told(WORLD, CommandLog(), Steer(1, AT, CHARGER, "online"))
    written = told(WORLD, CommandLog(), Write(1, AT, "amps", CHARGER, "max_current", 6.0))
    words = {"command": commanded, "hand": steered, "setting": written}
    for by in words:
        heard = {made: changes(WebhookEvent("a", "device-event.json.j2", by=(by,)), log) for made, log in words.items()}
        assert [made for made, events in heard.items() if events] == [by]


def test_a_change_of_a_device_that_is_not_connected_is_not_told() -> None:
    log = told(WORLD, CommandLog(), Link(1, AT, "amps", CAR, linked=False))
    assert changes(WebhookEvent("a", "device-event.json.j2"), log) == ["a ev_charger", "b ev_charger"]


def test_what_is_told_was_read_for_it_however_seldom_the_api_reads() -> None:
    event = Event("device_changed", after(hours=5, seconds=7), 1, "", CAR)
    hooks = Webhooks({"device_changed": (WebhookEvent("a", "pulled.json.j2"),)})
    seldom = replace(amps().packs["amps"], webhooks=hooks, realism=Realism(Readings(every_s=3600)))
    templates = compile_templates({"pulled.json.j2": "{{ device.pulled_at | iso_ms }}"})
    (found,) = messages_of(seldom, templates, WORLD, Session(), event)
    assert found.body == b'"2026-06-01T17:00:07.000Z"'
