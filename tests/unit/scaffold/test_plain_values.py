from typing import Any

import pytest

from replaysandbox.contract.validators import holds, make_schemas
from replaysandbox.scaffold.plain_values import given_for, is_kind, kind_of, scalar


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3},
        {"type": "integer", "exclusiveMinimum": 3},
        {"type": "integer", "minimum": 4, "multipleOf": 5},
        {"type": "integer", "maximum": -2},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": "number", "exclusiveMaximum": 0},
        {"type": "string", "minLength": 30},
        {"type": "string", "format": "date"},
        {"type": "boolean"},
        {"type": "null"},
    ],
)
def test_the_least_keeps_its_schema(schema: dict[str, Any]) -> None:
    value = scalar(schema, kind_of(schema))
    assert holds(make_schemas({"s": schema}), "/s", value), value


def test_kinds_and_examples() -> None:
    schemas: list[dict[str, Any]] = [{"type": ["null", "string"]}, {"properties": {}}, {"items": {}}, {}]
    assert [kind_of(each) for each in schemas] == [
        "string",
        "object",
        "array",
        "",
    ]
    assert not is_kind(True, "integer")
    assert is_kind(1, "number")
    assert given_for({"examples": [5]}, 7, plain=False) == 5
    assert given_for({}, 7, plain=False) == 7
    assert given_for({"example": 5}, 7, plain=True) is None
