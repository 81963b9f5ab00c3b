from __future__ import annotations

from dataclasses import replace

import pytest

from replaysandbox.check import make_checker
from replaysandbox.check_pack import coverage, hold_pack
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.core.finding import Gathered
from replaysandbox.findings import Tried, untried_statuses, verdicts
from tests.unit.exercised import INSTANTS, PACK, loaded


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


def test_routes_and_operations_without_each_other_are_named() -> None:
    document = {
        "paths": {"/battery": {"get": {"operationId": "list", "responses": {}}}, "/moon": {"get": {"responses": {}}}}
    }
    found = list(coverage(make_checker(compile_contract(document, "a.yaml")), PACK))
    assert [each.operation for each in found if each.rule == "unanswered"] == ["GET /moon"]
    assert "GET /hvac/{id}" in {each.operation for each in found if each.rule == "uncovered"}
    assert "GET /battery" not in {each.operation for each in found if each.rule == "uncovered"}


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
