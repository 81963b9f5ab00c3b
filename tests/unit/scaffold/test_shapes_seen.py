from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.contract.validators import holds, make_schemas
from replaysandbox.scaffold.shapes_seen import Shape, text_schema
from replaysandbox.scaffold.yaml_text import Noted


def plain(value: Any) -> Any:
    if isinstance(value, Noted):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def schema_of(*values: Any) -> Any:
    shape = Shape()
    for each in values:
        shape.see(each)
    return plain(shape.schema())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(st.lists(JSON, min_size=1, max_size=5))
def test_all_that_was_seen_keeps_the_schema(values: list[Any]) -> None:
    schemas = make_schemas({"s": schema_of(*values)})
    assert all(holds(schemas, "/s", each) for each in values)


def test_types_null_and_what_is_always_there() -> None:
    assert schema_of({"a": 1, "b": None}, {"a": 2.5, "b": "x", "c": True}) == {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "number", "x-observed": {"minimum": 1, "maximum": 2.5}, "example": 1},
            "b": {"type": ["string", "null"], "example": "x"},
            "c": {"type": "boolean", "example": True},
        },
    }


def test_formats_and_enumerations() -> None:
    assert schema_of("2026-06-01T12:00:00Z", "2026-06-02T00:00:00+02:00")["format"] == "date-time"
    assert schema_of("a@b.example")["format"] == "email"
    words = schema_of("IDLE", "CHARGING", "IDLE", "IDLE", None)
    assert (words["enum"], words["type"], words["x-source"]) == (
        ["CHARGING", "IDLE", None],
        ["string", "null"],
        "guess",
    )
    assert "enum" not in schema_of("one", "two", "three", "four")
    assert "enum" not in schema_of("same", "same", "same", "same")
    makes = schema_of(*({"make": each} for each in ("Tesla", "BYD", "Tesla", "BYD")))
    assert "enum" not in makes["properties"]["make"]


def test_tables_by_id_are_no_objects_of_many_members() -> None:
    table = schema_of({f"id{number}abc": {"n": number} for number in range(3)})
    assert table["additionalProperties"]["properties"]["n"]["x-observed"] == {"minimum": 0, "maximum": 2}


def test_texts_of_a_url() -> None:
    assert text_schema(["1", "-2"])["type"] == "integer"
    assert text_schema(["true"]) == {"type": "boolean"}
    assert text_schema(["2026-06-01T12:00:00Z"])["format"] == "date-time"
    assert text_schema(["x", "1"]) == {"type": "string", "example": "x"}
