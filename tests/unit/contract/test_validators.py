"""Both validators are held to agree, on each contract of ours and on values nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.contract.dialect import dicts, modern
from replaysandbox.contract.validators import (
    errors,
    holds,
    looks_around,
    make_schemas,
    pattern_problem,
    shape_problem,
)
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.places import SCHEMAS

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": ["string", "null"], "pattern": "^x+$", "maxLength": 4},
        "b": {"type": "integer", "format": "int32"},
        "c": {"type": "array", "uniqueItems": True, "items": {"type": "number", "multipleOf": 0.5}},
        "d": {"format": "date-time"},
        "e": {"oneOf": [{"type": "string", "format": "uuid"}, {"const": 1}, {"enum": [True, 2, None]}]},
    },
    "patternProperties": {"^p[0-9]": {"type": "boolean"}},
    "additionalProperties": False,
}
ALL = make_schemas(modern({"s": SCHEMA}, old=False))
TEXTS = st.sampled_from(["", "x", "xx", "xxxxx", "2026-06-01T00:00:00Z", "p1", "a", "e"]) | st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-4, 4, width=16) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "p1", "q"]), inner)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_both_say_the_same(value: object) -> None:
    assert holds(ALL, "/s", value) == (not errors(ALL, "/s", value))


@pytest.mark.parametrize(
    "value", [1e308, 10**30, [1, 1.0], [True, 1], {"a": "x", "c": [0.5, 0.5]}, {"a": "x", "p1": 1}]
)
def test_both_say_the_same_at_the_edges(value: object) -> None:
    assert holds(ALL, "/s", value) == (not errors(ALL, "/s", value))


CONTRACTS = sorted(path for path in SCHEMAS.rglob("openapi.*") if path.suffix in (".yaml", ".json"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.parent.name)
def test_both_take_every_schema_of_every_contract(path: Any) -> None:
    contract = read_contract(path)
    schemas = make_schemas(contract.document)
    names = list(contract.document["components"]["schemas"])
    assert names
    for name in names:
        clause = f"/components/schemas/{name}"
        values: tuple[Any, ...] = (
            None,
            {},
            [],
            "x",
            1,
            dict.fromkeys(dict(dicts(contract.document))[clause].get("properties", {})),
        )
        for value in values:
            assert holds(schemas, clause, value) == (not errors(schemas, clause, value)), (clause, value)


def test_nothing_is_fetched() -> None:
    schemas = make_schemas({"s": {"$ref": "http://127.0.0.1:1/x"}})
    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        holds(schemas, "/s", 1)


def test_a_pattern_is_taken_or_told_of() -> None:
    assert pattern_problem("^(?=.*[a-z]).{8,}$") == ""
    assert pattern_problem("(") != ""


@pytest.mark.parametrize(
    ("pattern", "problem", "around"),
    [
        ("^a+$", "", False),
        ("(?=a)b", "", True),
        (r"(a)\1", "", True),
        ("([", "is no regular expression", False),
        ("a" * 10_001, "is longer than 10,000", False),
    ],
)
def test_what_goes_back_is_told_from_what_does_not(pattern: str, problem: str, around: bool) -> None:
    assert pattern_problem(pattern).startswith(problem)
    assert bool(pattern_problem(pattern)) is bool(problem)
    assert looks_around(pattern) is around


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ({"required": ["id", "id"]}, ""),
        ({"properties": {"image": {"examples": {"a": 1}}}}, ""),
        ({"properties": {"x": {"$recursiveAnchor": True, "description": {"$ref": "#/x"}}}}, ""),
        ({"properties": {"examples": {"type": 3}}}, "/properties/examples/type"),
        ({"properties": {"title": "a text"}}, "/properties/title"),
        ({"required": "id", "title": 3}, "/required"),
    ],
)
def test_a_schema_is_judged_by_what_values_are_held_to(schema: dict[str, Any], wrong: str) -> None:
    problem = shape_problem(schema)
    assert (problem[0] if problem else "") == wrong
