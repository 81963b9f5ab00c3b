from typing import Any

import pytest

from replaysandbox.contract.validators import holds
from replaysandbox.scaffold.bodies import Wanted, make_body
from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.tree import filled, holes_of
from tests.unit.scaffold.contracts import of_schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z]{2}$", "example": "wrong"},
        {
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            "properties": {"a": {}, "b": {}},
            "example": {"a": 1, "b": 2},
        },
        {
            "allOf": [
                {"properties": {"t": {"enum": ["X"]}}},
                {"properties": {"t": {"type": "string"}}, "required": ["t"]},
            ]
        },
        {"properties": {"a": {"not": {}}, "b": {"type": "string"}}, "type": "object"},
        {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": [1, 2, 3]}},
        {"type": "object", "additionalProperties": False, "example": {"alien": 1}},
        {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
        {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "minItems": 3, "items": {"const": 2}},
    ],
)
def test_a_body_keeps_its_schema_whatever_its_examples_say(schema: dict[str, Any]) -> None:
    promise = of_schema(schema)
    made = make_body(promise, Wanted("/s"))
    assert made is not None
    assert holds(promise.checker.responses, "/s", filled(made.tree, 0))


def test_what_nobody_can_keep_is_no_body() -> None:
    assert make_body(of_schema({"oneOf": [{"type": "object"}, {"type": "object"}]}), Wanted("/s")) is None


def test_a_hole_that_could_break_the_schema_is_none() -> None:
    promise = of_schema({"properties": {"a": {"type": "integer", "maximum": 5}, "b": {"type": "integer"}}})
    made = make_body(promise, Wanted("/s", filler=lambda name, schema, where: Hole(name, (0, 9), "")))
    assert made is not None
    assert [hole.expression for hole in holes_of(made.tree)] == ["b"]


def test_what_is_write_only_is_not_answered() -> None:
    schema = {
        "required": ["p", "q"],
        "properties": {"p": {"type": "string", "writeOnly": True}, "q": {"type": "string"}},
    }
    made = make_body(of_schema(schema), Wanted("/s"))
    assert made is not None
    assert made.tree == {"q": "text"}
