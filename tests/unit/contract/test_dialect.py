import pytest

from replaysandbox.contract.dialect import LONGEST_LOOKED_AROUND, dicts, modern, seen_from
from replaysandbox.contract.validators import errors, holds, make_schemas


def keeps(schema: dict, value: object, *, old: bool = False, **components: dict) -> bool:
    document = modern({"s": schema, "components": {"schemas": components}}, old=old)
    schemas = make_schemas(document)
    assert holds(schemas, "/s", value) == (not errors(schemas, "/s", value))
    return holds(schemas, "/s", value)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, None, 7),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, "b"),
        ({"type": "string", "nullable": False}, "a", None),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Text"}]}, None, 7),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 1, 0),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, 0, -1),
        ({"type": "number", "maximum": 9, "exclusiveMaximum": True}, 8, 9),
        ({"$ref": "#/components/schemas/Text", "maxLength": 1}, "long", 7),
        ({"type": "integer", "format": "int32"}, 2**31 - 1, 2**31),
        ({"properties": {"nullable": {"type": "boolean"}}}, {"nullable": True}, {"nullable": 1}),
    ],
)
def test_words_of_openapi_3_0(schema: dict, good: object, bad: object) -> None:
    text = {"type": "string"}
    assert keeps(schema, good, old=True, Text=text)
    assert not keeps(schema, bad, old=True, Text=text)


CAT = {"type": "object", "required": ["lives"], "properties": {"kind": {"type": "string"}}}
DOG = {"type": "object", "required": ["barks"]}


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        ({"kind": "Cat", "lives": 9}, True),
        ({"kind": "hound", "barks": 1}, True),
        ({"kind": "Dog", "barks": 1}, False),  # the mapping calls it hound
        ({"kind": "Cat", "barks": 1}, False),
        ({"kind": "Fish", "lives": 1}, False),
        ({"lives": 9}, False),
    ],
)
def test_a_discriminator_chooses(value: object, fine: bool) -> None:
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/Dog"}},
    }
    assert keeps(schema, value, Cat=CAT, Dog=DOG) is fine


def test_each_side_sees_its_own() -> None:
    schema = {
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": {"$ref": "#/components/schemas/Secret"}},
    }
    document = {"s": schema, "components": {"schemas": {"Secret": {"type": "string", "writeOnly": True}}}}
    request = make_schemas(seen_from(document, "request"))
    response = make_schemas(seen_from(document, "response"))
    assert holds(request, "/s", {"secret": "x"})
    assert not holds(request, "/s", {"id": 1})
    assert holds(response, "/s", {"id": 1})
    assert not holds(response, "/s", {"id": 1, "secret": "x"})
    plain = {"s": {"type": "string"}}
    assert seen_from(plain, "request") is plain


def test_values_are_no_schemas() -> None:
    document = {"s": {"example": {"nullable": True}, "default": {"type": "x"}, "properties": {"default": {"a": 1}}}}
    assert [pointer for pointer, _ in dicts(document)] == ["", "/s", "/s/properties/default"]
    assert modern(document, old=True)["s"]["example"] == {"nullable": True}


def test_an_expression_that_looks_around_holds_short_texts_alone() -> None:
    schema = modern({"x": {"pattern": "^(?!b)a+$", "allOf": [{"minLength": 1}]}}, old=False)["x"]
    assert schema["allOf"] == [
        {"minLength": 1},
        {"if": {"maxLength": LONGEST_LOOKED_AROUND}, "then": {"pattern": "^(?!b)a+$"}},
    ]
    schemas = make_schemas({"x": schema})
    assert [holds(schemas, "/x", text) for text in ("a", "b", "b" * 1_000, "b" * 1_001)] == [True, False, False, True]
