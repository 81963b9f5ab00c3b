from __future__ import annotations

from dataclasses import replace

from replaysandbox.asking.bodies import examples_of, good_bodies
from tests.unit.exercised import PACK, START

ROUTES = {route.name: route for route in PACK.routes}
PUSH = {"action": {"command": "idle"}}


def test_each_command_and_setting_has_a_body() -> None:
    made = dict(good_bodies(PACK, ROUTES["POST /battery/{id}"], PUSH, START))
    assert made["the least body"] == PUSH
    assert {*PACK.controls["battery"].commands} <= {*made}
    assert made["discharge"]["action"]["command"] == "discharge"
    later = made["auto.export at 2h"]
    assert later["action"] == {"command": "auto.export", "start": "2h"}
    assert later["onConflict"] == "cancel_and_replace"
    settings = dict(good_bodies(PACK, ROUTES["POST /battery/{id}/settings"], {}, START))
    assert settings["the setting safety_reserve"] == {"safety_reserve": {"value": 0, "unit": "percent"}}
    assert "the setting scheduler_enabled" not in settings


def test_a_batch_asks_for_reads_below_its_prefix() -> None:
    words = {"requests": "many.parts", "path": "path", "prefix": "/battery/{id}"}
    below = replace(ROUTES["GET /battery/{id}"], path="/battery/{id}/level")
    pack = replace(PACK, routes=(*PACK.routes, below))
    batch = replace(ROUTES["POST /battery/{id}"], operation="batch", batch=words)
    ((about, body),) = good_bodies(pack, batch, {}, START)
    assert (about, body) == ("a batch", {"many": {"parts": [{"path": "/level"}]}})


def test_a_setting_goes_where_the_route_has_its_number() -> None:
    route = replace(ROUTES["POST /battery/{id}/settings"], values={"safety_reserve": "keep.percent"})
    made = dict(good_bodies(PACK, route, {"a": 1}, START))
    assert made == {"the least body": {"a": 1}, "the setting safety_reserve": {"a": 1, "keep": {"percent": 0}}}


def test_the_examples_of_a_contract_are_bodies_too() -> None:
    document = {
        "one": {"schema": {}, "example": {"a": 1}},
        "two": {"schema": {}, "examples": {"b": {"value": {"a": 2}}}},
    }
    assert [*examples_of(document, "/one/schema")] == [("the contract's example", {"a": 1})]
    assert [*examples_of(document, "/two/schema")] == [("the contract's example b", {"a": 2})]
    assert [*examples_of({"three": {"schema": {}}}, "/three/schema")] == []
