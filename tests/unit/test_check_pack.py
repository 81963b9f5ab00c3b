from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.answer import load
from replaysandbox.check import make_checker
from replaysandbox.check_capture import CaptureCheck, owners
from replaysandbox.check_pack import coverage, hold_pack
from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.core.finding import Gathered
from replaysandbox.exercise import exercise
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.files.seen import seen_exchanges
from replaysandbox.findings import Tried, untried_statuses, verdicts
from tests.unit.exercised import INSTANTS, PACK, START, loaded
from tests.unit.logins import login


@pytest.mark.slow
def test_the_pack_keeps_its_contract_and_what_nobody_answers_is_named() -> None:
    gathered, tried = Gathered(), Tried()
    checker = loaded().checkers["amps"]
    asked = hold_pack(loaded(), PACK, INSTANTS, 1, "default", gathered, tried)
    assert asked > 300
    assert gathered.sorted() == ()
    missing = {each.operation for each in verdicts(tried, {"amps": checker}) if each.verdict == "not exercised"}
    assert missing == {each.operation for each in coverage(checker, PACK)}
    assert all(each.split()[0] in missing for each in untried_statuses(tried, "amps", checker))


@pytest.mark.slow
def test_a_broken_promise_is_found_with_its_line() -> None:
    document = {**loaded().checkers["amps"].contract.document}
    schemas = {**document["components"]["schemas"]}
    schemas["Battery"] = {**schemas["Battery"], "required": ["soul"]}
    document["components"] = {**document["components"], "schemas": schemas}
    contract = compile_contract(document, "o.yaml", loaded().checkers["amps"].contract.lines)
    broken = replace(loaded(), checkers={"amps": make_checker(contract)})
    gathered = Gathered()
    hold_pack(broken, PACK, INSTANTS, 1, "default", gathered, Tried())
    reasons = {(each.operation, each.pointer, each.reason) for each in gathered.sorted()}
    assert reasons == {
        ("getBattery", "/data", "'soul' is a required property"),
        ("listBatteries", "/data/items/*", "'soul' is a required property"),
    }
    assert all("openapi.yaml:" in each.where for each in gathered.sorted())


@pytest.mark.slow
def test_an_error_inside_a_success_is_asked_where_it_is_raised_and_accepts_nothing() -> None:
    offline = replace(PACK.errors["device_offline"], status=200)
    own = {"device_offline": replace(offline, status=202)}
    routes = tuple(
        replace(each, offline="refuse", errors=own) if each.operation == "push" else each for each in PACK.routes
    )
    pack = replace(PACK, errors={**PACK.errors, "device_offline": offline}, routes=routes)
    gathered = Gathered()
    hold_pack(load([pack], loaded().world), pack, INSTANTS, 1, "default", gathered, Tried())
    found = gathered.sorted()
    assert {each.rule for each in found} == {"response"}  # what says no with 200 does not say what 200 promises
    assert all("with device_offline" in each.first.exchange for each in found)
    told = list(exercise(load([pack], loaded().world), pack, INSTANTS, 1))
    asked = {
        each.ask.about.removesuffix(" with device_offline") for each in told if "with device_off" in each.ask.about
    }
    assert asked == {each.name for each in routes if each.offline == "refuse"}
    forced = [each for each in told if each.ask.about.endswith("with device_offline")]
    assert {(each.refused, each.seen.status) for each in forced} == {("device_offline", 200), ("device_offline", 202)}
    assert any(each.forbidden for each in forced)


@pytest.mark.slow
def test_a_pack_and_a_capture_of_the_same_bytes_are_judged_the_same(tmp_path: Path) -> None:
    """Two thirds of the contract's object schemas ask for a member that is not there: many broken answers."""
    document = dict(loaded().checkers["amps"].contract.document)
    schemas = {
        name: {**schema, "required": ["soul"]} if schema.get("type") == "object" and len(name) % 3 else schema
        for name, schema in document["components"]["schemas"].items()
    }
    document["components"] = {**document["components"], "schemas": schemas}
    checkers = {"amps": make_checker(compile_contract(document, "o.yaml"))}
    broken = replace(loaded(), checkers=checkers)
    by_pack, tried = Gathered(), Tried()
    hold_pack(broken, PACK, INSTANTS, 1, "default", by_pack, tried)
    path = tmp_path / "same.jsonl"
    with open_writer(path, CaptureHeader(START)) as writer:
        for told in exercise(broken, PACK, INSTANTS, 1):
            seen = told.seen
            asked = RecordedRequest(
                seen.method, "https", seen.host, 443, seen.path, seen.query, seen.request_headers, seen.request_body
            )
            writer.append(Recorded(START, asked, RecordedResponse(seen.status, seen.headers, seen.body)))
    check = CaptureCheck(owners({"amps": PACK}), checkers, broken.router)
    with open_capture(path) as capture:
        for seen, place, _ in seen_exchanges(capture):
            check.take(seen, place)
    by_capture = check.gathered.sorted()
    calls = {each.name for each in checkers["amps"].contract.calls}  # a capture holds no webhooks
    answers = [each for each in by_pack.sorted() if each.operation in calls and each.rule == "response"]
    ours = {each.fingerprint: each.count for each in answers}
    assert ours == {each.fingerprint: each.count for each in by_capture if each.rule == "response"}
    assert len(ours) > 20
    assert {each for each in tried.broken if each[1] in calls} == check.tried.broken


def test_routes_and_operations_without_each_other_are_named() -> None:
    document = {
        "paths": {"/battery": {"get": {"operationId": "list", "responses": {}}}, "/moon": {"get": {"responses": {}}}}
    }
    found = list(coverage(make_checker(compile_contract(document, "a.yaml")), PACK))
    assert [each.operation for each in found if each.rule == "unanswered"] == ["GET /moon"]
    assert "GET /hvac/{id}" in {each.operation for each in found if each.rule == "uncovered"}
    assert "GET /battery" not in {each.operation for each in found if each.rule == "uncovered"}


def test_a_route_that_writes_out_a_word_of_a_path_is_covered_by_the_operation_that_takes_it() -> None:
    def schema(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"in": "path", "name": name, "required": True, "schema": schema}

    words = schema("mode", {"type": "string", "enum": ["auto", "charge"]})
    put: dict[str, Any] = {"parameters": [schema("id", {"type": "string"}), words], "responses": {}}
    number = {"parameters": [schema("id", {"type": "integer"})], "responses": {}}
    document = {
        "servers": [{"url": "https://api.amps.ai/v1"}],
        "paths": {"/x/{id}/mode/{mode}": {"put": put}, "/x/{id}": {"get": number}, "/x/{id}/lone/{mode}": {"put": put}},
    }
    route = PACK.routes[0]
    said = ("PUT /v1/x/{one}/mode/auto", "PUT /v1/x/{one}/mode/off", "POST /v1/x/{one}/mode/auto", "GET /v1/x/all")
    routes = tuple(replace(route, method=each.split()[0], path=each.split()[1]) for each in said)
    pack = replace(PACK, routes=routes, webhooks=None)
    found = list(coverage(make_checker(compile_contract(document, "a.yaml")), pack))
    assert [each.operation for each in found if each.rule == "uncovered"] == [*said[1:]]
    assert [each.operation for each in found if each.rule == "unanswered"] == ["GET /x/{id}", "PUT /x/{id}/lone/{mode}"]
    one_less = replace(pack, routes=routes[1:])
    unanswered = {
        each.operation
        for each in coverage(make_checker(compile_contract(document, "a.yaml")), one_less)
        if each.rule == "unanswered"
    }
    assert "PUT /x/{id}/mode/{mode}" in unanswered


def test_webhooks_and_events_without_each_other_are_named() -> None:
    document: dict[str, Any] = {
        "webhooks": {"moon.up": {"post": {"responses": {}}}, "push.completed": {"post": {"responses": {}}}}
    }
    found = list(coverage(make_checker(compile_contract(document, "a.yaml")), PACK))
    assert [each.reason for each in found if each.rule == "unanswered"] == [
        "no event of the pack tells the webhook moon.up"
    ]
    told = {each.operation for each in found if each.rule == "uncovered" and each.operation.startswith("webhook")}
    assert "webhook push.failed" in told
    assert "webhook push.completed" not in told


@pytest.mark.slow
def test_a_webhook_that_breaks_its_contract_or_cannot_be_rendered_is_found() -> None:
    ready = loaded()
    templates = {**PACK.templates}
    name = PACK.webhooks.events["device_connected"][0].template if PACK.webhooks else ""
    for text, reason in (("{}", "is a required property"), ("{{ event.nothing }}", "cannot render")):
        pack = replace(PACK, templates={**templates, name: text})
        broken = load([replace(pack)], ready.world)
        gathered = Gathered()
        hold_pack(broken, broken.packs["amps"], INSTANTS, 1, "default", gathered, Tried())
        assert any(reason in each.reason for each in gathered.sorted()), reason


@pytest.mark.slow
def test_a_refusal_of_which_the_contract_does_not_speak_is_harmless() -> None:
    contract = loaded().checkers["amps"].contract
    lean = [
        replace(each, responses={"200": each.responses["200"]}) if each.name == "getBattery" else each
        for each in contract.operations
    ]
    templates = {
        key: tuple(replace(part, operation=lean[contract.operations.index(part.operation)]) for part in each)
        for key, each in contract.templates.items()
    }
    broken = replace(
        loaded(),
        checkers={"amps": make_checker(replace(contract, operations=tuple(lean), templates=templates))},
    )
    gathered = Gathered()
    hold_pack(broken, PACK, INSTANTS, 1, "default", gathered, Tried())
    found = [each for each in gathered.sorted() if each.operation == "getBattery"]
    assert {(each.rule, each.grade) for each in found} == {("undescribed", "harmless")}
    assert {each.status for each in found} >= {401, 404}


@pytest.mark.slow
def test_answers_that_rfc_6749_words_are_told_once_and_only_those_that_can_occur(tmp_path: Path) -> None:
    all_, gathered, tried = login(tmp_path), Gathered(), Tried()
    hold_pack(all_, all_.packs["login"], INSTANTS, 1, "default", gathered, tried)
    (found,) = gathered.sorted()
    assert found.reason.endswith("write errors.answers.invalid_grant")
    assert {each.operation for each in verdicts(tried, all_.checkers) if each.verdict == "broken"} == {
        "POST /login",
        "POST /again",
    }
    own = ("    bad_body:", "    invalid_grant: {status: 401, code: 2, message: a}\n    bad_body:")
    all_, gathered = login(tmp_path / "own", own), Gathered()
    hold_pack(all_, all_.packs["login"], INSTANTS, 1, "default", gathered, Tried())
    assert gathered.sorted() == ()
