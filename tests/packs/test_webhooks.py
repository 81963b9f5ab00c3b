"""Every event every pack tells, rendered for every family it can happen to, held to the pack's contract."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from replaysandbox.answer import Loaded
from replaysandbox.core.action import Action, Failure
from replaysandbox.core.agenda import Event
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Record
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session
from replaysandbox.core.webhooks import EventKind, WebhookEvent
from replaysandbox.files.packs import pack_folders
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.notify import messages_of
from replaysandbox.operations.ids import device_id

START = datetime(2026, 6, 1, tzinfo=UTC)
LOADED = {name: load_all(Settings(pack=(name,)), START).loaded for name in sorted(pack_folders())}
TELLING = [
    (name, kind)
    for name, loaded in LOADED.items()
    for kind in (getattr(loaded.packs[name].webhooks, "events", None) or ())
]


def violated(loaded: Loaded, pack: Pack, event: str, body: object) -> list[str]:
    """Hold a body to what the contract's `webhooks` promise for an event."""
    checker = loaded.checkers[pack.name]
    assert event in checker.contract.document["webhooks"], f"the contract has no webhook {event}"
    clause = f"/webhooks/{event}/post/requestBody/content/application~1json/schema"
    validator = Draft202012Validator(
        {"$ref": f"urn:contract#{clause}"},
        registry=checker.requests.registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    return [error.message for error in validator.iter_errors(body)]


def actions(loaded: Loaded, pack: Pack, family: str, kind: EventKind) -> list[Action]:
    """Make an action of each command that devices of a family take in this API."""
    failure = Failure("DEVICE_OFFLINE", "The device cannot be reached.", 32.0) if kind == "action_failed" else None
    return [
        Action(
            number=number,
            pack=pack.name,
            device=DeviceRef(family, 0),
            command=command.name,
            does=command.does,
            parameters={each.name: {"value": 20, "unit": each.unit} for each in command.parameters.values()} or None,
            values={},
            created=START,
            completed_s=4.0,
            failure=failure,
        )
        for number, command in enumerate(pack.controls[family].commands.values(), 1)
    ]


def events(loaded: Loaded, pack: Pack, kind: EventKind) -> list[tuple[Event, CommandLog]]:
    if kind.startswith("action_"):
        return [
            (
                Event(kind, action.ended_at, action.number, pack.name, action.device),
                CommandLog(actions={action.number: action}),
            )
            for family in pack.controls
            for action in actions(loaded, pack, family, kind)
        ]
    if kind == "record_written":
        return [each for told in told_of(pack, kind) for each in written(loaded, pack, told)]
    families = dict.fromkeys(route.family for route in pack.routes if route.family)
    return [(Event(kind, START, 1, pack.name, DeviceRef(family, 0)), CommandLog()) for family in families]


def told_of(pack: Pack, kind: EventKind) -> tuple[WebhookEvent, ...]:
    assert pack.webhooks is not None
    return pack.webhooks.events[kind]


def written(loaded: Loaded, pack: Pack, told: WebhookEvent) -> list[tuple[Event, CommandLog]]:
    """Write a record of a collection, about a device of the family if there is one."""
    ids = [device_id(pack, loaded.world, DeviceRef(family, 0)) for family in told.family] or ["a"]
    record = Record(1, START, pack.name, told.collection, "r", {}, {"id": ids[0], "webhook": "w"})
    log = CommandLog(records={(pack.name, told.collection): {"r": (record,)}})
    return [(Event("record_written", START, 1, pack.name, None, told.collection, "r"), log)]


@pytest.mark.parametrize(("name", "kind"), TELLING)
def test_every_body_keeps_the_contract(name: str, kind: EventKind) -> None:
    loaded = LOADED[name]
    pack = loaded.packs[name]
    seen = set()
    for event, log in events(loaded, pack, kind):
        for message in messages_of(pack, loaded.templates[name], loaded.world, Session(log=log), event):
            seen.add(message.event)
            assert message.problem == ""
            assert violated(loaded, pack, message.event, json.loads(message.body)) == []
    assert seen == {told.name for told in told_of(pack, kind)}


def test_the_contract_can_be_broken() -> None:
    loaded = LOADED["amps"]
    pack = loaded.packs["amps"]
    event, log = events(loaded, pack, "action_completed")[0]
    (message,) = messages_of(pack, loaded.templates["amps"], loaded.world, Session(log=log), event)
    body = json.loads(message.body)
    for change in ({"more": 1}, {"completedAt": "today"}, {"result": {"success": False}}):
        assert violated(loaded, pack, "push.completed", body | change)
    del body["actionId"]
    assert violated(loaded, pack, "push.completed", body)


def test_amps_tells_all_five() -> None:
    assert len([kind for name, kind in TELLING if name == "amps"]) == 5
    webhooks = LOADED["amps"].packs["amps"].webhooks
    assert webhooks is not None
    assert replace(webhooks.sign, headers="svix") == webhooks.sign
