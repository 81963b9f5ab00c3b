import json

import pytest

from replaysandbox.check import make_checker, text_violations, violations
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.core.exchange import Headers

DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/thing/{id}": {
            "get": {
                "operationId": "getThing",
                "responses": {
                    "200": {
                        "headers": {"X-Cost": {"required": True}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "4XX": {"$ref": "#/components/responses/No"},
                },
            }
        },
        "/thing/all": {"get": {"responses": {"204": {}, "default": {"$ref": "#/components/responses/No"}}}},
    },
    "components": {
        "responses": {"No": {"content": {"application/json": {"schema": {"type": "object", "required": ["error"]}}}}},
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id", "at"],
                "properties": {
                    "id": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"},
                    "word": {"type": "string", "x-source": "guess"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                },
            },
            "Part": {"allOf": [{"properties": {"n": {"type": "integer", "x-source": "guess"}}}]},
        },
    },
}
CHECKER = make_checker(compile_contract(DOCUMENT, "thing.yaml"))
JSON: Headers = (("Content-Type", "application/json; charset=utf-8"), ("x-cost", "1"))
GOOD = {"id": "a", "at": "2026-06-01T00:00:00Z", "parts": [{"n": 1}, {}]}


def broken(body: object, status: int = 200, headers: Headers = JSON, path: str = "/thing/a") -> list[tuple[str, str]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return [(each.pointer, each.reason) for each in violations(CHECKER, "GET", path, status, headers, raw)]


def test_what_keeps_the_contract_breaks_nothing() -> None:
    assert broken(GOOD) == []
    assert broken({"error": 1}, 404) == []
    assert broken(b"", 204, (), "/thing/all") == []
    assert broken({"error": 1}, 500, path="/thing/all") == []


@pytest.mark.parametrize(
    ("body", "status", "headers", "pointer", "says"),
    [
        ({"id": "a"}, 200, JSON, "", "'at' is a required property"),
        ({**GOOD, "id": 7}, 200, JSON, "/id", "7 is not of type 'string'"),
        ({**GOOD, "at": "yesterday"}, 200, JSON, "/at", "is not a 'date-time'"),
        ({**GOOD, "parts": [{}, {"n": "x"}]}, 200, JSON, "/parts/1/n", "is not of type 'integer'"),
        ({}, 404, JSON, "", "'error' is a required property"),
        (GOOD, 201, JSON, "", "status 201 is not promised (promised: 200, 4XX)"),
        (GOOD, 200, JSON[:1], "header X-Cost", "the header is missing"),
        (
            GOOD,
            200,
            (("Content-Type", "text/html"), ("X-Cost", "1")),
            "header Content-Type",
            "'text/html' is not promised",
        ),
        (b"{", 200, JSON, "", "the body is not JSON"),
    ],
)
def test_a_violation_names_place_and_reason(
    body: object, status: int, headers: Headers, pointer: str, says: str
) -> None:
    found = broken(body, status, headers)
    assert [place for place, _ in found] == [pointer]
    assert says in found[0][1]


def test_an_unknown_operation_is_a_violation() -> None:
    assert "no such operation" in violations(CHECKER, "POST", "/thing/a", 200, JSON, b"{}")[0].reason
    assert "a body where none" in broken({"x": 1}, 204, JSON, "/thing/all")[0][1]


def test_headers_are_held_to_their_schemas() -> None:
    responses = {"200": {"headers": {"X-Left": {"schema": {"type": "integer", "minimum": 0}}}}}
    checker = make_checker(compile_contract({"paths": {"/a": {"get": {"responses": responses}}}}, "a.yaml"))

    def told(text: str) -> list[str]:
        return [each.pointer for each in violations(checker, "GET", "/a", 200, (("x-left", text),), b"")]

    assert told("7") == []
    assert told("-1") == told("many") == ["header X-Left"]


def test_a_violation_says_what_was_expected_what_was_seen_and_whether_it_is_a_guess() -> None:
    found = violations(CHECKER, "GET", "/thing/a", 200, JSON, json.dumps({**GOOD, "word": 7}).encode())
    assert [(each.expected, each.seen, each.guess) for each in found] == [("type string", "7", True)]
    assert found[0].clause == "/components/schemas/Thing/properties/word/type"


def test_a_range_of_types_may_be_promised() -> None:
    content: dict[str, dict] = {"application/*": {}, "text/html; charset=utf-8": {}}
    responses = {"200": {"content": content}}
    checker = make_checker(compile_contract({"paths": {"/a": {"get": {"responses": responses}}}}, "a.yaml"))

    def told(kind: str) -> int:
        return len(violations(checker, "GET", "/a", 200, (("content-type", kind),), b"x"))

    assert [told("application/pdf"), told("text/html"), told("text/plain"), told("")] == [0, 0, 1, 1]


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "1_000", "+-5", "\u0663", "9" * 400])
def test_what_is_no_number_of_a_url_is_told_as_the_text_it_is(text: str) -> None:
    document = {"paths": {}, "components": {"schemas": {"Half": {"type": "number", "multipleOf": 0.5}}}}
    checker = make_checker(compile_contract(document, "a.yaml"))

    def told(sent: str) -> list[str]:
        found = text_violations(checker, checker.requests, "getThing", 0, "/components/schemas/Half", (sent,))
        return [each.expected for each in found]

    assert told(text) == ["type number"]
    assert told("0.25") == ["multipleOf 0.5"]
    assert [told(fine) for fine in ("-1.5", "+2", "1e2", "1" + "0" * 40)] == [[], [], [], []]
