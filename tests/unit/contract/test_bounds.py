from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from replaysandbox.contract.bounds import DEEPEST, bounds_of
from replaysandbox.contract.validators import errors, holds, make_schemas


@pytest.fixture(autouse=True)
def _under_two_seconds() -> Iterator[None]:
    """Of this process's own time, so that a busy machine does not matter."""
    before = time.process_time()
    yield
    assert time.process_time() - before < 2


def ref(name: str) -> dict:
    return {"$ref": f"#/s/{name}"}


BOMBS = {
    "a circle of two": {"a": ref("b"), "b": ref("a")},
    "a circle of itself": {"a": {"allOf": [{"anyOf": [ref("a")]}]}},
    "a long chain": {str(n): ref(str(n + 1)) for n in range(10_000)} | {"10000": {}},
    "twice twice twice": {str(n): {"allOf": [ref(str(n + 1)), ref(str(n + 1))]} for n in range(36)} | {"36": {}},
    "a huge enum": {"a": {"enum": list(range(100_000))}},
    "a pattern too large": {"a": {"pattern": "((a{1,1000}){1,1000}){1,100}"}},
    "a wide tree of itself": {"a": {"allOf": [{"items": ref("a")}] * 200}},
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    _, problems = bounds_of({"s": BOMBS[name]})
    assert problems
    assert all(pointer.startswith("/s/") for pointer, _ in problems)


def test_what_multiplies_slowly_is_bounded_by_depth() -> None:
    document = {"s": {"a": {"anyOf": [{"items": ref("a")}, {"items": ref("a")}]}}}
    deepest, problems = bounds_of(document)
    assert problems == []
    assert 10 < deepest < 25
    value: list = [1]
    for _ in range(deepest - 1):
        value = [value]
    assert holds(make_schemas(document), "/s/a", value)


def test_trees_that_real_contracts_have_are_bounded_by_the_body_alone() -> None:
    tree = {"properties": {"left": ref("a"), "right": ref("a"), "children": {"items": ref("a")}}}
    assert bounds_of({"s": {"a": tree}}) == (DEEPEST, [])
    assert bounds_of({"s": {"a": {"type": "object", "additionalProperties": ref("a")}}}) == (DEEPEST, [])


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "^(?!x)(a|a)*$", r"(a*)*\1$"])
def test_a_pattern_that_explodes_elsewhere_is_judged(pattern: str) -> None:
    schemas = make_schemas({"s": {"pattern": pattern}})
    text = "a" * 20_000 + "!"
    assert holds(schemas, "/s", text) == (not errors(schemas, "/s", text))


@pytest.mark.slow
def test_a_hundred_thousand_members_are_compared() -> None:
    schemas = make_schemas({"s": {"uniqueItems": True}})
    assert errors(schemas, "/s", [{"n": n} for n in range(100_000)]) == []
    assert len(errors(schemas, "/s", [*range(100_000), 7.0])) == 1


@pytest.mark.parametrize(
    "schema", [{"type": "anything"}, {"required": True}, {"allOf": []}, "a", [1], {"minLength": -1}]
)
def test_what_is_no_schema_is_refused_where_it_stands(schema: object) -> None:
    media = {"content": {"application/json": {"schema": {"items": schema}}}}
    document = {"paths": {"/a": {"get": {"responses": {"200": media}}}}, "components": {"schemas": {"B": schema}}}
    pointers = [pointer for pointer, reason in bounds_of(document)[1] if "is no JSON Schema" in reason]
    assert [pointer.startswith("/components/schemas/B") for pointer in pointers] == [True, False]
    assert "/200/content/application~1json/schema/items" in pointers[1]
