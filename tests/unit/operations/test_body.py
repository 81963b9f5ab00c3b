import json
from dataclasses import replace
from typing import Any

import pytest

from replaysandbox.answer import answer
from replaysandbox.core.exchange import Request
from replaysandbox.core.session import Session
from replaysandbox.operations.body import part_of
from tests.unit.worlds import AT, KEY, amps, ask, first, told


def test_parts_are_taken_by_their_dotted_path() -> None:
    assert part_of({"a": {"b": 1}}, "a.b") == 1
    assert [part_of(body, path) for body, path in (({"a": 1}, "a.b"), ({}, "a"), ([1], "0"), ("x", "x"))] == [None] * 4
    assert part_of({"a": 1}, "") is None


@pytest.mark.parametrize(
    "sent",
    [
        5,
        "charge",
        [["power"]],
        {"power": 5},
        {"power": {"value": 5}},
        {"power": {"unit": "kw"}},
        {"power": {"value": "5", "unit": "kw"}},
        {"power": {"value": True, "unit": "kw"}},
        {"power": {"value": 5, "unit": ["kw"]}},
    ],
)
def test_quantities_that_are_none_are_refused_where_no_contract_has_judged_them(sent: object) -> None:
    def asked(target: str, body: object) -> tuple[int, Any]:

        request = Request("POST", "https", "api.amps.ai", 443, target, "", KEY, json.dumps(body).encode())
        return told(answer(request, replace(amps(), checkers={}), Session(), AT))

    place = f"/battery/{first('battery')}"
    for target, body in ((place, {"action": {"command": "charge", "parameters": sent}}), (f"{place}/settings", sent)):
        status, said = asked(target, body)
        assert (status, said["error"]["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("word", ["start", "end"])
@pytest.mark.parametrize("sent", [5, [1], {"a": 1}, True])
def test_instants_that_are_none_are_refused(word: str, sent: object) -> None:

    body = json.dumps({"action": {"command": "charge", "start": "2h", word: sent}}).encode()
    request = Request("POST", "https", "api.amps.ai", 443, f"/battery/{first('battery')}", "", KEY, body)
    status, said = told(answer(request, replace(amps(), checkers={}), Session(), AT))
    assert (status, said["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_letter_of_the_path_that_is_encoded_gets_no_body_past_the_contract() -> None:
    body = {"action": {"command": "charge", "parameters": {"power": 5}}}
    plain, encoded = (ask(f"/{word}/{first('battery')}", method="POST", body=body) for word in ("battery", "b%61ttery"))
    assert told(plain)[0] == told(encoded)[0] == 400
    assert told(plain)[1]["error"] == told(encoded)[1]["error"]
