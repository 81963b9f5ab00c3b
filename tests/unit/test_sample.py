from replaysandbox.check import make_checker
from replaysandbox.contract.validators import holds
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.places import SCHEMAS
from replaysandbox.sample import MOST_SPOILED, least_parameters, sample, spoiled


def test_the_least_value_keeps_its_schema() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b", "c", "d", "e"],
        "properties": {
            "a": {"type": "string", "format": "date-time"},
            "b": {"type": ["null", "integer"], "minimum": 3},
            "c": {"oneOf": [{"enum": ["x", "y"]}, {"type": "null"}]},
            "d": {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
            "e": {"allOf": [{"required": ["f"], "properties": {"f": {"const": 1}}}, {"type": "object"}]},
        },
    }
    checker = make_checker(compile_contract({"s": schema}, "a.yaml"))
    value = sample({"s": schema}, "/s")
    assert holds(checker.requests, "/s", value), value
    assert any(not holds(checker.requests, "/s", bad) for _, bad in spoiled(value))


def test_each_body_of_the_contracts_has_a_least_value() -> None:
    contract = read_contract(SCHEMAS / "amps" / "openapi.yaml")
    checker = make_checker(contract)
    for operation in contract.calls:
        if operation.body:
            value = sample(contract.document, operation.body)
            assert isinstance(value, dict), operation.name
            if operation.name.startswith("push"):
                assert holds(checker.requests, operation.body, value), (operation.name, value)


def test_the_parameters_that_an_operation_demands() -> None:
    parameters = [
        {"in": "query", "name": "n", "required": True, "schema": {"type": "integer", "minimum": 3}},
        {"in": "query", "name": "free", "schema": {"type": "string"}},
        {"in": "query", "name": "on", "required": True, "schema": {"type": "boolean"}},
        {
            "in": "query",
            "name": "ids",
            "required": True,
            "explode": False,
            "schema": {"type": "array", "minItems": 2, "items": {"enum": ["x"]}},
        },
        {"in": "header", "name": "X-V", "required": True, "schema": {"const": "2"}},
    ]
    document = {"paths": {"/a": {"get": {"parameters": parameters, "responses": {}}}}}
    contract = compile_contract(document, "a.yaml")
    assert list(least_parameters(contract, contract.calls[0])) == [
        ("query", "n", "3"),
        ("query", "on", "false"),
        ("query", "ids", "x,x"),
        ("header", "X-V", "2"),
    ]


def test_of_many_members_some_are_broken() -> None:
    assert len(list(spoiled({str(number): number for number in range(10_000)}))) == 2 + 2 * MOST_SPOILED


def test_an_object_has_as_many_members_as_it_must_and_those_a_choice_asks_for() -> None:
    known = {"a": {"type": "integer", "minimum": 3}, "b": {"type": "boolean"}}
    assert sample({"x": {"type": "object", "minProperties": 1, "properties": known}}, "/x") == {"a": 3}
    chosen = {"type": "object", "properties": known, "anyOf": [{"required": ["b"]}, {"required": ["a"]}]}
    assert sample({"x": chosen}, "/x") == {"b": False}
