import json

import pytest

from replaysandbox.check import make_checker
from replaysandbox.conformance import Seen, hold, hold_webhook, unquoted
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
                    {"in": "cookie", "name": "lang", "schema": {"enum": ["de", "en"]}},
                    {"in": "query", "name": "range", "style": "deepObject", "schema": {"$ref": "#/x/Range"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object", "required": ["n"]}}},
                },
                "responses": {"200": {}},
            }
        },
        "/h": {
            "post": {
                "parameters": [{"in": "header", "name": "X-Version", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {}},
            }
        },
        "/b/{n}/c/{word}": {
            "post": {
                "parameters": [
                    {"in": "path", "name": "n", "required": True, "schema": {"type": "integer", "maximum": 9}},
                    {"in": "path", "name": "word", "required": True, "schema": {"enum": ["é"]}},
                    {"in": "cookie", "name": "sid", "required": True, "schema": {"type": "string"}},
                    {"in": "query", "name": "by", "style": "deepObject", "required": True, "schema": {}},
                ],
                "responses": {"200": {}},
            }
        },
    },
    "x": {
        "Range": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"from": {"type": "integer"}, "days": {"type": "array", "items": {"enum": ["mo", "tu"]}}},
        }
    },
}
CHECKER = make_checker(compile_contract(DOCUMENT, "a.yaml"))
JSON = ("content-type", "application/json")


def seen(query: str = "must=true", body: bytes = b'{"n":1}', headers: tuple = (JSON,), path: str = "/a") -> Seen:
    return Seen("POST", "a.test", path, query, headers, body, 200, (), b"")


def test_what_keeps_the_contract_breaks_nothing() -> None:
    cookies = (JSON, ("Cookie", "lang=de; other"))
    held = hold(CHECKER, seen("must=false&limit=50&ids=1,2&other=x&range[from]=3&range[days]=tu", headers=cookies))
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
        (seen(headers=(JSON, ("Cookie", "a=b; lang=fr"))), "cookie lang"),
        (seen("must=true&range[from]=x"), "query range/from"),
        (seen("must=true&range%5Bfrom%5D=1&range[days]=mo&range[days]=su"), "query range/days/1"),
        (seen("must=true&range[more]=1"), "query range/more"),
        (seen("by[a]=1", path="/b/10/c/%C3%A9", headers=(JSON, ("Cookie", "sid=1"))), "path n"),
        (seen("by[a]=1", path="/b/x/c/%C3%A9/", headers=(JSON, ("Cookie", "sid=1"))), "path n"),
        (seen("by[a]=1", path="/b/1/c/e", headers=(JSON, ("Cookie", "sid=1"))), "path word"),
        (seen("by[a]=1", path="/b/1/c/%C3%A9"), "cookie sid"),
        (seen("", path="/b/1/c/%C3%A9", headers=(JSON, ("Cookie", "x=1"), ("Cookie", 'sid="1"'))), "query by"),
        (seen(body=b""), ""),
        (seen(body=b"{"), ""),
        (seen(body=json.dumps({}).encode()), ""),
        (seen(headers=(("content-type", "text/plain"),)), "header Content-Type"),
        (seen(headers=()), "header Content-Type"),
        (seen(path="/h"), "header X-Version"),
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


WEBHOOKS = {
    "openapi": "3.1.0",
    "webhooks": {
        "done": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["id"],
                                "properties": {"id": {"type": "string", "readOnly": True}},
                            }
                        }
                    }
                },
                "responses": {},
            }
        }
    },
}


@pytest.mark.parametrize(
    ("event", "body", "pointers"),
    [
        ("done", b'{"id": "a"}', []),
        ("done", b'{"id": 7}', ["/id"]),
        ("done", b"{}", [""]),
        ("done", b"{", [""]),
        ("other", b"{", []),
    ],
)
def test_what_an_api_tells_by_itself_is_held_as_an_answer(event: str, body: bytes, pointers: list[str]) -> None:
    checker = make_checker(compile_contract(WEBHOOKS, "w.yaml"))
    held = hold_webhook(checker, event, body)
    assert [each.pointer for each in held.response] == pointers
    assert (held.operation is None) is (event == "other")


def test_a_query_may_be_long() -> None:
    seen = Seen("POST", "h", "/a", "must=true&" + "x=1&" * 2_000, (), b"", 200, (), b"")
    assert [each.reason for each in hold(make_checker(compile_contract(DOCUMENT, "a.yaml")), seen).request] == [
        "a body is missing"
    ]
