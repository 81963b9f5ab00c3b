from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.matching import Match, Miss, compile_routes, find_route
from tests.unit.core.make import make_pack, make_route

ROUTES = (
    "GET /battery",
    "GET /battery/{id}",
    "POST /battery/{id}",
    "GET /battery/status",
    "GET /site/{id}/power",
)
ROUTER = compile_routes(
    [
        make_pack(*(make_route(name) for name in ROUTES)),
        make_pack(make_route("GET /other", "second"), name="second", host="second.test"),
    ]
)


def found(method: str, path: str, host: str = "api.demo.test") -> Match | Miss:
    return find_route(ROUTER, method, host, path)


@pytest.mark.parametrize(
    ("method", "path", "route", "arguments"),
    [
        ("GET", "/battery", "GET /battery", {}),
        ("GET", "/battery/b1", "GET /battery/{id}", {"id": "b1"}),
        ("GET", "/battery/a%2Fb%20c", "GET /battery/{id}", {"id": "a/b c"}),
        ("POST", "/battery/b1", "POST /battery/{id}", {"id": "b1"}),
        ("GET", "/battery/status", "GET /battery/status", {}),
        ("HEAD", "/battery", "GET /battery", {}),
        ("GET", "/site/7/power", "GET /site/{id}/power", {"id": "7"}),
    ],
)
def test_a_route_answers_its_whole_path_and_literals_win(
    method: str, path: str, route: str, arguments: dict[str, str]
) -> None:
    match = found(method, path)
    assert isinstance(match, Match)
    assert match.route.name == route
    assert match.arguments == arguments


@pytest.mark.parametrize(
    ("method", "path", "nearest", "part", "says"),
    [
        ("GET", "/batery", "GET /battery", "path", "segment 1 is 'batery', the route has 'battery'"),
        ("DELETE", "/battery", "GET /battery", "method", "the method is DELETE, the route takes GET"),
        ("GET", "/battery/b1/", "GET /battery/{id}", "path", "the path has 3 segments, the route has 2"),
        ("GET", "/battery/", "GET /battery", "path", "the path has 2 segments, the route has 1"),
        ("GET", "/site/7/powr", "GET /site/{id}/power", "path", "segment 3 is 'powr'"),
    ],
)
def test_a_miss_names_the_nearest_route_and_the_part_that_failed(
    method: str, path: str, nearest: str, part: str, says: str
) -> None:
    miss = found(method, path)
    assert isinstance(miss, Miss)
    assert len(miss.near) == 3
    assert (miss.near[0].route, miss.near[0].part) == (nearest, part)
    assert says in miss.near[0].reason


def test_near_misses_of_an_owned_host_are_of_its_own_pack() -> None:
    miss = found("GET", "/batery", "second.test")
    assert isinstance(miss, Miss)
    assert [each.pack for each in miss.near] == ["second"]


def test_an_unknown_host_is_a_miss() -> None:
    assert isinstance(found("GET", "/battery", "nowhere.test"), Miss)


@given(st.text(max_size=60))
def test_any_path_finds_an_answer_or_a_miss(path: str) -> None:
    assert isinstance(found("GET", "/" + path), Match | Miss)


def test_a_suffix_counts_for_nothing_where_the_pack_says_so() -> None:
    pack = make_pack(*(make_route(name) for name in ROUTES))
    host = pack.hosts[0]
    router = compile_routes([replace(pack, suffix=".json")])
    for path in ("/battery/b1", "/battery/b1.json"):
        match = find_route(router, "GET", host, path)
        assert isinstance(match, Match)
        assert match.arguments == {"id": "b1"}
    assert isinstance(find_route(router, "GET", host, "/site/7/power.json"), Match)
    assert isinstance(find_route(router, "GET", host, "/site/7/power.xml"), Miss)
    assert isinstance(found("GET", "/site/7/power.json"), Miss)
