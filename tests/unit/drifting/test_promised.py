from __future__ import annotations

import pytest

from replaysandbox.core.contract import Contract, ContractOperation
from replaysandbox.drifting.promised import describes

DOCUMENT = {
    "response": {"content": {"application/json; charset=utf-8": {"schema": {"$ref": "#/list"}}, "text/html": {}}},
    "list": {"properties": {"items": {"type": "array", "items": {"$ref": "#/device"}}, "a~b": {}}},
    "device": {
        "allOf": [
            {"properties": {"id": {}}},
            {"oneOf": [{"properties": {"on": {}}}, {"properties": {"level": {}}}]},
            {"$ref": "#/device"},
            {"$ref": "#/nowhere"},
        ]
    },
}
OPERATION = ContractOperation("list", "GET", "/list", {"2XX": "/response"})


@pytest.mark.parametrize(
    ("pointer", "described"),
    [
        ("/items", True), ("/items/*/id", True), ("/items/*/level", True), ("/a~b", True),
        ("/items/*/odd", False), ("/items/id", False), ("/odd", False), ("/items/*/id/more", False),
    ],
)  # fmt: skip
def test_a_field_is_found_through_references_lists_and_alternatives(pointer: str, described: bool) -> None:
    contract = Contract("openapi.yaml", (OPERATION,), DOCUMENT)
    assert describes(contract, OPERATION, 200, pointer) is described
    assert not describes(contract, OPERATION, 404, pointer)
