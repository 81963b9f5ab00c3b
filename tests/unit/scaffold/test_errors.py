from typing import Any

from replaysandbox.files.pack_errors import ENGINE_ERRORS
from replaysandbox.scaffold.bodies import promise_of
from replaysandbox.scaffold.errors import ErrorBook, without_default
from replaysandbox.scaffold.shelf import Shelf
from tests.unit.scaffold.contracts import contract


def book(paths: dict[str, Any]) -> ErrorBook:
    made = contract({path: {"get": {"responses": responses}} for path, responses in paths.items()})
    found = ErrorBook(promise_of(made), Shelf())
    for operation in made.calls:
        found.read(operation)
    return found


def body(**properties: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"required": list(properties), "properties": properties}}}}


TEXT = {"type": "string"}


def test_the_usual_is_what_most_operations_say() -> None:
    found = book(
        {
            "/a": {"401": body(message=TEXT, status={"type": "integer"})},
            "/b": {"401": body(message=TEXT, status={"type": "integer"}), "429": {}},
            "/c": {"403": body(kind={"enum": ["no"]})},
        }
    )
    usual = found.usual()
    assert usual["missing_credential"]["status"] == 401
    text = found.shelf.texts[usual["missing_credential"]["template"]]
    assert "{{ error.message }}" in text
    assert "{{ error.status }}" in text
    own = found.by_operation["/paths/~1c/get"]["missing_credential"]
    assert own["status"] == 403
    assert '"kind": "no"' in found.shelf.texts[own["template"]]
    assert usual["rate_limited"]["status"] == 429
    assert usual.keys() >= set(ENGINE_ERRORS)
    assert "conflict" not in usual


def test_ranges_and_default_are_heeded_and_other_content_types() -> None:
    found = book({"/a": {"4XX": {"content": {"application/problem+json": {}}}, "default": {}}})
    words = found.by_operation["/paths/~1a/get"]
    assert words["bad_parameter"]["headers"] == {"Content-Type": "application/problem+json"}
    assert words["device_offline"]["status"] == 503
    assert found.shelf.texts[words["device_offline"]["template"]].startswith("{# no body")


def test_a_body_that_cannot_be_made_is_told_and_a_fault_is_done_without() -> None:
    twice: dict[str, Any] = {"content": {"application/json": {"schema": {"oneOf": [{}, {}]}}}}
    found = book({"/a": {"409": twice, "404": twice}})
    assert len(found.unmade) == 2
    assert "conflict" not in found.usual()
    assert "device_not_found" in found.usual()


def test_the_packs_own_template_is_not_said_again() -> None:
    assert without_default({"status": 1, "template": "e"}, "e") == {"status": 1}
    assert without_default({"status": 1, "template": "f"}, "e") == {"status": 1, "template": "f"}
