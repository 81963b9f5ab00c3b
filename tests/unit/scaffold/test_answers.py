from typing import Any

from replaysandbox.scaffold.answers import body_of, refusal_of, success_of
from replaysandbox.scaffold.bodies import promise_of
from tests.unit.scaffold.contracts import contract


def answers(responses: dict[str, Any], **more: Any) -> tuple[Any, Any]:
    made = contract({"/a": {"get": {"responses": responses}}}, **more)
    return promise_of(made), made.calls[0]


def test_the_lowest_success_is_taken_and_its_example() -> None:
    content = {
        "text/html": {},
        "application/json; charset=utf-8": {
            "schema": {"$ref": "#/components/schemas/A"},
            "examples": {"x": {"value": 5}},
        },
    }
    promise, operation = answers(
        {"404": {}, "204": {}, "201": {"content": content}}, components={"schemas": {"A": {"type": "integer"}}}
    )
    answer = success_of(promise, operation)
    assert answer is not None
    assert (answer.status, answer.kind, answer.name, answer.hint, dict(answer.headers)) == (
        201,
        "application/json",
        "A",
        5,
        {},
    )
    made = body_of(promise, answer)
    assert made is not None
    assert made.tree == 5


def test_other_content_and_required_header_fields() -> None:
    headers = {"X-N": {"required": True, "schema": {"type": "integer", "minimum": 3}}, "X-Free": {"schema": {}}}
    promise, operation = answers({"2XX": {"content": {"image/*": {}}, "headers": headers}})
    answer = success_of(promise, operation)
    assert answer is not None
    assert (answer.status, dict(answer.headers)) == (200, {"Content-Type": "image/plain", "X-N": "3"})
    promise, operation = answers({"302": {"headers": {"Location": {"schema": {"type": "string", "format": "uri"}}}}})
    answer = success_of(promise, operation)
    assert answer is not None
    assert dict(answer.headers) == {"Location": "https://home.example/"}


def test_what_is_not_promised_is_none() -> None:
    promise, operation = answers({"404": {}})
    assert success_of(promise, operation) is None
    assert refusal_of(promise, operation, (401, 403)) is None
    refusal = refusal_of(promise, operation, (410, 404))
    assert refusal is not None
    assert refusal.status == 404
    promise, operation = answers({})
    assert success_of(promise, operation) is not None
    promise, operation = answers({"default": {}, "200": {}})
    refusal = refusal_of(promise, operation, (401, 403))
    assert refusal is not None
    assert refusal.status == 401
