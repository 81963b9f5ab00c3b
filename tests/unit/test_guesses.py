import json

from replaysandbox.check import make_checker
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.guesses import guesses

GUESS = {"x-source": "guess"}
THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "word": {"type": "string", **GUESS},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
}
DOCUMENT = {
    "paths": {
        "/thing/{id}": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "4XX": {"content": {"application/json": {"schema": {"type": "object"}}}},
                }
            }
        }
    },
    "components": {
        "schemas": {"Thing": THING, "Part": {"allOf": [{"properties": {"n": {"type": "integer", **GUESS}}}]}}
    },
}
CHECKER = make_checker(compile_contract(DOCUMENT, "thing.yaml"))


def test_guesses_are_counted_by_field() -> None:
    body = json.dumps({"id": "a", "word": "x", "parts": [{"n": 1}, {}]}).encode()
    assert guesses(CHECKER, "GET", "/thing/a", 200, body) == ("/word", "/parts/0/n")
    assert guesses(CHECKER, "GET", "/thing/a", 404, b'{"error": 1}') == ()
    assert guesses(CHECKER, "GET", "/other", 200, body) == ()


def test_what_is_no_json_rests_on_no_guess() -> None:
    assert guesses(CHECKER, "GET", "/thing/a", 200, b"<html>") == ()
