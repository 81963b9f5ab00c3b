from typing import Any

from replaysandbox.scaffold.queries import Queries, pagination_of
from tests.unit.scaffold.contracts import contract, get


def parameter(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, **more}


def test_of_one_name_the_widest_meaning_counts() -> None:
    words = {"style": "page", "page": "page", "limit": "size"}
    queries = Queries()
    for most in (10, 50, 20):
        schema = {"type": "integer", "format": "int32", "maximum": most}
        parameters = [parameter("size", schema), parameter("page", {"type": "integer"}), parameter("x", {})]
        made = contract({"/a": get({}, parameters=parameters)})
        assert queries.read(made.document, made.calls[0], words) == ["size", "page"]
    assert queries.parameters == {
        "size": {"type": "integer", "maximum": 50, "minimum": 1},
        "page": {"type": "integer", "minimum": 0},
    }


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
