from typing import Any

from replaysandbox.scaffold.queries import Queries, pagination_of
from tests.unit.scaffold.contracts import contract, get


def parameter(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, **more}


def test_parameters_are_those_that_can_be_wrong_or_missed() -> None:
    parameters = [
        parameter("n", {"type": "integer", "format": "int32", "minimum": 1}),
        parameter("on", {"type": "boolean"}, required=True),
        parameter("kind", {"type": "string", "enum": ["a", "b"]}),
        parameter("free", {"type": "string"}),
        parameter("needed", {"type": "array", "items": {}}, required=True),
        parameter("key", {"type": "integer"}),
    ]
    made = contract({"/a": get({}, parameters=parameters)})
    queries = Queries(frozenset(("key",)))
    assert queries.read(made.document, made.calls[0], {}) == ["n", "on", "kind", "needed"]
    assert queries.parameters == {
        "n": {"type": "integer", "minimum": 1},
        "on": {"type": "boolean", "required": True},
        "kind": {"type": "string", "choices": ["a", "b"]},
        "needed": {"type": "string", "required": True},
    }


def test_one_name_may_mean_two_things() -> None:
    one, two = ({"type": "string", "enum": [word]} for word in "ab")
    made = contract({f"/{n}": get({}, parameters=[parameter("state", s)]) for n, s in enumerate((one, two, two))})
    queries = Queries()
    assert [queries.read(made.document, each, {}) for each in made.calls] == [["state"], ["state_2"], ["state_2"]]
    assert queries.parameters["state_2"] == {"type": "string", "choices": ["b"], "name": "state"}


def test_how_a_list_is_cut_is_told_by_names() -> None:
    number, text = {"type": "integer"}, {"type": "string"}
    for names, words in (
        ({"limit": number, "offset": number}, {"style": "offset", "offset": "offset", "limit": "limit"}),
        ({"page": number, "per_page": number}, {"style": "page", "page": "page", "limit": "per_page"}),
        ({"pageSize": number, "cursor": text}, {"style": "cursor", "after": "cursor", "limit": "pageSize"}),
        ({"limit": number}, {}),
        ({"offset": number}, {}),
    ):
        made = contract({"/a": get({}, parameters=[parameter(name, schema) for name, schema in names.items()])})
        assert pagination_of(made.document, made.calls[0]) == words
        queries = Queries()
        assert queries.read(made.document, made.calls[0], words) == [
            name for name in names if words or names[name] is number
        ]
