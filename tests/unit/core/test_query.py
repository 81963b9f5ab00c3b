import pytest

from replaysandbox.core.query import BadParameter, read_query
from tests.unit.core.make import FAST, KIND, LIMIT, make_route

ROUTE = make_route("GET /battery", parameters=(LIMIT, FAST, KIND))


def test_absent_parameters_take_their_defaults_and_others_are_let_pass() -> None:
    assert read_query(ROUTE, "unknown=1") == {"limit": 10, "fast": None, "kind": None}


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("limit=1", {"limit": 1}),
        ("limit=7&limit=50", {"limit": 50}),
        ("fast=true", {"fast": True}),
        ("fast=0", {"fast": False}),
        ("kind=%61", {"kind": "a"}),
    ],
)
def test_values_are_read_by_kind(query: str, values: dict[str, object]) -> None:
    read = read_query(ROUTE, query)
    assert not isinstance(read, BadParameter)
    assert values.items() <= read.items()


@pytest.mark.parametrize(
    ("query", "name", "reason"),
    [
        ("limit=0", "limit", "must be at least 1"),
        ("limit=51", "limit", "must be at most 50"),
        ("limit=ten", "limit", "must be a whole number"),
        ("limit=1.0", "limit", "must be a whole number"),
        ("limit=", "limit", "must be a whole number"),
        ("limit=%D9%A1", "limit", "must be a whole number"),
        ("limit=" + "9" * 5000, "limit", "must be a whole number"),
        ("fast=yes", "fast", "must be true or false"),
        ("kind=c", "kind", "must be one of a, b"),
    ],
)
def test_what_the_api_refuses_is_told(query: str, name: str, reason: str) -> None:
    refused = read_query(ROUTE, query)
    assert isinstance(refused, BadParameter)
    assert (refused.name, refused.reason) == (name, reason)
