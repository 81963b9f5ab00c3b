import json

import pytest

from replaysandbox.check import make_checker
from replaysandbox.conformance import Seen, hold, unquoted
from replaysandbox.core.contract import Violation
from replaysandbox.core.contract_compile import compile_contract

DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/a": {
            "post": {
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 50}},
                    {
                        "in": "query",
                        "name": "ids",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "integer"}},
                    },
                    {"in": "query", "name": "must", "required": True, "schema": {"type": "boolean"}},
                    {"in": "header", "name": "X-Unit", "schema": {"enum": ["metric"]}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object", "required": ["n"]}}},
                },
                "responses": {"200": {}},
            }
        }
    },
}
CHECKER = make_checker(compile_contract(DOCUMENT, "a.yaml"))
JSON = ("content-type", "application/json")


def seen(query: str = "must=true", body: bytes = b'{"n":1}', headers: tuple = (JSON,), path: str = "/a") -> Seen:
    return Seen("POST", "a.test", path, query, headers, body, 200, (), b"")


def test_what_keeps_the_contract_breaks_nothing() -> None:
    held = hold(CHECKER, seen("must=false&limit=50&ids=1,2&other=x"))
    assert (held.request, held.response) == ((), ())
    assert held.operation is not None
    assert hold(CHECKER, seen(path="/b")).operation is None


@pytest.mark.parametrize(
    ("exchange", "pointer"),
    [
        (seen("must=true&limit=51"), "query limit"),
        (seen("must=true&limit=many"), "query limit"),
        (seen("must=true&ids=1,x"), "query ids"),
        (seen(""), "query must"),
        (seen("must=maybe"), "query must"),
        (seen(headers=(JSON, ("x-unit", "miles"))), "header X-Unit"),
        (seen(body=b""), ""),
        (seen(body=b"{"), ""),
        (seen(body=json.dumps({}).encode()), ""),
        (seen(headers=(("content-type", "text/plain"),)), "header Content-Type"),
    ],
)
def test_a_request_that_breaks_it_is_told_apart_from_the_answer(exchange: Seen, pointer: str) -> None:
    held = hold(CHECKER, exchange)
    assert [each.pointer for each in held.request] == [pointer]
    assert held.response == ()


@pytest.mark.parametrize(
    ("reason", "expected", "told"),
    [
        ("a parameter that must be sent is missing", "present", "a parameter that must be sent is missing"),
        ("'x' is a required property", "'x' is a required property", "'x' is a required property"),
        ("'y' was unexpected", "additionalProperties false", "'y' was unexpected"),
        ("'canary' is not of type 'integer'", "type integer", "is not as promised: type integer"),
    ],
)
def test_what_a_request_held_is_not_quoted(reason: str, expected: str, told: str) -> None:
    broken = unquoted(Violation("op", 0, "/a", reason, "/c", expected, "canary"))
    assert (broken.reason, broken.seen, broken.pointer) == (told, "", "/a")
