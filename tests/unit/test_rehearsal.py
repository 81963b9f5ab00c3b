from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.answer import load
from replaysandbox.core.webhooks import Challenge, WebhookEvent
from replaysandbox.rehearsal import Flaw, rehearse
from tests.unit.exercised import INSTANTS, PACK, loaded
from tests.unit.logins import login

pytestmark = pytest.mark.slow


def flaws(name: str, old: str, new: str, **more: object) -> list[Flaw]:
    text = PACK.templates[name]
    assert old in text
    pack = replace(PACK, templates={**PACK.templates, name: text.replace(old, new, 1)}, **more)  # type: ignore[arg-type] # each test gives what it needs
    return list(rehearse(loaded(), pack, INSTANTS, 1).flaws)


def test_a_pack_as_it_should_be_has_no_flaw() -> None:
    rehearsed = rehearse(loaded(), PACK, INSTANTS, 1)
    refusing = dict.fromkeys(("POST /solar-inverter/{id}", "POST /vehicle/{id}"), "always refuses")
    assert (rehearsed.flaws, rehearsed.silent, rehearsed.said) == ((), refusing, len(PACK.routes) - 2)


def test_routes_without_success_and_webhooks_that_nothing_tells_are_named_with_the_reason() -> None:
    list_route = next(each for each in PACK.routes if each.name == "GET /battery")
    gone = replace(list_route, operation="refuse", error="device_not_found")
    assert PACK.webhooks
    told = {
        **PACK.webhooks.events,
        "action_cancelled": (WebhookEvent("push.off", "none.json.j2", family=("vehicle",)),),
    }
    pack = replace(
        PACK,
        routes=tuple(gone if each is list_route else each for each in PACK.routes),
        webhooks=replace(PACK.webhooks, events=told),
    )
    rehearsed = rehearse(load([pack], loaded().world), pack, INSTANTS, 1)
    assert rehearsed.flaws == ()
    assert rehearsed.silent["GET /battery"] == "always refuses"
    assert rehearsed.silent["webhook push.off"] == "nothing to tell"
    assert rehearsed.said == len(PACK.routes) - 3


def test_a_key_that_is_refused_leaves_no_route_with_success() -> None:
    pack = replace(PACK, example_key="not one of theirs")
    rehearsed = rehearse(load([pack], loaded().world), pack, INSTANTS, 1)
    assert rehearsed.said == 0
    assert rehearsed.silent["GET /battery/{id}"] == "401 invalid_credential"
    cancel = next(each.name for each in PACK.routes if each.operation == "cancel")
    assert rehearsed.silent[cancel] == "not asked"


def test_an_error_inside_a_success_is_no_success() -> None:
    lost = {"missing_credential": replace(PACK.errors["missing_credential"], status=200)}
    pack = replace(PACK, example_key="", errors={**PACK.errors, **lost})
    rehearsed = rehearse(load([pack], loaded().world), pack, INSTANTS, 1)
    assert (rehearsed.said, rehearsed.silent["GET /battery"]) == (0, "200 missing_credential")


def test_webhooks_are_rendered_too() -> None:
    assert PACK.webhooks
    name = PACK.webhooks.events["action_completed"][0].template
    text = PACK.templates[name]
    found = flaws(name, "action.id", "event.uid")
    assert [(each.template, each.reason) for each in found] == [(name, "event has no 'uid'")]
    assert "uuid" in found[0].hint
    assert found[0].about.startswith("webhook ")
    assert found[0].line == text[: text.index("action.id")].count("\n") + 1


def test_the_challenge_of_webhooks_is_rendered_too() -> None:
    assert PACK.webhooks
    webhooks = replace(PACK.webhooks, challenge=Challenge("challenge.json.j2", "hmac"))
    templates = {**PACK.templates, "challenge.json.j2": '{"to": {{ challenge.to }} }'}
    pack = replace(PACK, webhooks=webhooks, templates=templates)
    (flaw,) = rehearse(loaded(), pack, INSTANTS, 1).flaws
    assert (flaw.template, flaw.about) == ("challenge.json.j2", "the challenge of webhooks")


def test_a_misspelt_attribute_is_told_with_the_line_of_the_file_it_is_in() -> None:
    name = "battery.json.j2"
    text = PACK.templates[name]
    old = "device.reading.level_pct"
    line = text[: text.index(old)].count("\n") + 1
    found = flaws(name, old, "device.reading.levle_pct")
    assert [(each.template, each.line, each.reason) for each in found] == [
        (name, line, "a battery's reading has no 'levle_pct'")
    ]
    assert found[0].hint.startswith("did you mean 'level_pct'? known: at, capacity_wh, ")
    assert found[0].about.startswith("GET /battery")


def test_a_missing_comma_is_found_where_it_was_written() -> None:
    found = flaws("battery.json.j2", ",\n", "\n")
    assert len(found) == 1
    assert found[0].template == "battery.json.j2"
    assert found[0].line > 0
    assert "does not make JSON" in found[0].reason
    assert "comma" in found[0].hint


def test_a_word_that_a_map_lacks_is_told_with_the_map() -> None:
    old = "device.reading.status"
    found = flaws(
        "battery.json.j2", old, 'device.reading.status | mapped("few")', maps={**PACK.maps, "few": {"nothing": 1}}
    )
    assert found
    assert "maps.few in pack.yaml" in found[0].hint


def test_error_templates_are_rendered_too() -> None:
    found = flaws(PACK.error_template, "error.message", "error.mesage")
    assert [(each.reason, each.hint) for each in found] == [
        ("error has no 'mesage'", "did you mean 'message'? known: code, details, fields, message, status")
    ]


def test_writes_are_rendered_with_and_without_a_contract(tmp_path: Path) -> None:
    held = login(tmp_path / "held")
    assert rehearse(held, held.packs["login"], INSTANTS, 1).silent == {}
    free = login(tmp_path / "free", ("contract: openapi.yaml\n", ""))
    assert rehearse(free, free.packs["login"], INSTANTS, 1).silent == {}
