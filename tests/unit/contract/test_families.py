from __future__ import annotations

from typing import Any

import pytest

from replaysandbox.contract.bounds import bounds_of
from replaysandbox.contract.dialect import modern
from replaysandbox.contract.families import words_for
from replaysandbox.contract.validators import errors, holds, make_schemas

PET = {
    "type": "object",
    "required": ["kind", "name"],
    "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
    "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/Dog"}},
}
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["lives"]}]}
LION = {"allOf": [{"$ref": "#/components/schemas/Cat"}, {"required": ["mane"]}]}
DOG = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["barks"]}]}
DOCUMENT: dict[str, Any] = {
    "s": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
    "t": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["age"]}]},
    "components": {"schemas": {"Pet": PET, "Cat": CAT, "Lion": LION, "Dog": DOG, "Other": {"type": "string"}}},
}


def broken(place: str, value: object, document: dict[str, Any] = DOCUMENT, *, old: bool = False) -> list[str]:
    schemas = make_schemas(modern(document, old=old))
    found = errors(schemas, place, value)
    assert holds(schemas, place, value) == (not found)
    return [each.message for each in found]


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"kind": "Cat", "name": "a", "lives": 9}, []),
        ({"kind": "Lion", "name": "a", "lives": 9, "mane": 1}, []),
        ({"kind": "hound", "name": "a", "barks": 1}, []),
        ({"kind": "Pet", "name": "a"}, []),
        ({"kind": "Cat", "name": "a"}, ["'lives' is a required property"]),
        ({"kind": "Cat", "lives": 1}, ["'name' is a required property"]),
        ({"kind": "Lion", "name": "a", "lives": 9}, ["'mane' is a required property"]),
        ({"kind": "Dog", "name": "a", "barks": 1}, ["'Dog' is not one of ['Cat', 'Lion', 'Pet', 'hound']"]),
        ({"name": "a"}, ["'kind' is a required property"]),
    ],
)
def test_a_reference_to_a_parent_means_the_child_it_names(value: object, says: list[str], old: bool) -> None:
    assert broken("/s", [value], old=old) == says


def test_a_child_is_itself_and_what_extends_the_parent_elsewhere_is_any_child() -> None:
    assert broken("/components/schemas/Cat", {"kind": "Dog", "name": "a", "lives": 1}) == []
    assert broken("/t", {"kind": "Cat", "name": "a", "lives": 1, "age": 1}) == []
    assert broken("/t", {"kind": "Cat", "name": "a", "age": 1}) == ["'lives' is a required property"]


def test_a_parent_without_children_says_what_it_says() -> None:
    alone = {"s": DOCUMENT["s"], "components": {"schemas": {"Pet": PET}}}
    assert modern(alone, old=False) == alone
    assert broken("/s", [{"kind": "anything", "name": "a"}], alone) == []


def test_what_it_costs_is_bounded_as_ever() -> None:
    assert bounds_of(modern(DOCUMENT, old=False)) == (64, [])
    circle = {"components": {"schemas": {"Pet": {**PET, "allOf": [{"$ref": "#/components/schemas/Cat"}]}, "Cat": CAT}}}
    depth, problems = bounds_of(modern(circle, old=False))
    assert (depth, len(problems)) == (0, 1)


def test_mapped_words_replace_names() -> None:
    assert words_for(["#/a/Cat", "#/a/Dog"], {"hound": "#/a/Dog", "fish": "Fish"}) == {
        "Cat": "#/a/Cat",
        "hound": "#/a/Dog",
        "fish": "#/components/schemas/Fish",
    }


def extending(count: int, *, all_before: bool) -> dict[str, Any]:
    """Make parents of which each extends the one before, or all."""
    schemas: dict[str, Any] = {"P0": PET}
    for number in range(1, count):
        before = range(number) if all_before else (number - 1,)
        schemas[f"P{number}"] = {**PET, "allOf": [{"$ref": f"#/components/schemas/P{each}"} for each in before]}
    return {"s": {"$ref": "#/components/schemas/P0"}, "components": {"schemas": schemas}}


@pytest.mark.slow
@pytest.mark.parametrize("document", [extending(60, all_before=True), extending(2_000, all_before=False)])
def test_what_multiplies_is_refused(document: dict[str, Any]) -> None:
    assert bounds_of(modern(document, old=False))[1]  # a minute and more where children are counted by ways to them
