from dataclasses import replace

import pytest

from replaysandbox.core.pack import Route
from replaysandbox.core.query import Value
from replaysandbox.core.session import Session
from replaysandbox.operations.call import Call
from replaysandbox.operations.paging import UNPAGED, Cut, cut, selected
from tests.unit.worlds import AT, amps


def call(route: str, query: dict[str, Value]) -> Call:
    loaded = amps()
    pack = loaded.packs["amps"]
    found: Route = next(each for each in pack.routes if each.name == route)
    return Call(pack, found, {}, query, None, loaded.world, Session(), AT)


@pytest.mark.parametrize(
    ("query", "expected"),
    [({"offset": 5, "limit": 7}, (5, 7)), ({"offset": 0, "limit": 10}, (0, 10)), ({}, (0, UNPAGED))],
)
def test_a_list_is_cut_by_the_packs_parameters(query: dict[str, Value], expected: tuple[int, int]) -> None:
    assert cut(call("GET /battery", query)) == Cut(*expected)


def test_without_pagination_a_list_is_whole_up_to_a_bound() -> None:
    paged = call("GET /battery", {"offset": 5, "limit": 7})
    assert cut(replace(paged, pack=replace(paged.pack, pagination=None))) == Cut(0, UNPAGED)


def test_a_list_is_narrowed_by_what_was_asked() -> None:
    assert selected(call("GET /battery", {"userId": "user_x", "limit": 7, "offset": 0})) == {"user": "user_x"}
    assert selected(call("GET /battery", {"userId": None, "limit": 7, "offset": 0})) == {}
