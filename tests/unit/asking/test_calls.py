from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from replaysandbox.asking.calls import (
    Caller,
    credential_of,
    filled,
    headers_of,
    operation_of,
    query_of,
    request_of,
    token_in,
    token_requests,
)
from replaysandbox.check import make_checker
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.core.exchange import header
from replaysandbox.core.pack import Credential, Route
from replaysandbox.core.series import Series
from tests.unit.exercised import PACK, loaded

AT = datetime(2026, 6, 2, 12, 30, tzinfo=UTC)
ROUTE = PACK.routes[0]
CALLER = Caller("k", "id", "pw", refresh="r")


@pytest.mark.parametrize(
    ("place", "headers", "query"),
    [
        (Credential("header", "x-api-key"), (("x-api-key", "k"),), ""),
        (Credential("header", "Authorization", "Bearer"), (("Authorization", "Bearer k"),), ""),
        (Credential("query", "api_key"), (), "api_key=k"),
        (Credential("header", "Authorization", "Basic"), (("Authorization", "Basic aWQ6cHc="),), ""),
    ],
)
def test_a_key_goes_where_the_route_takes_it(place: Credential, headers: object, query: str) -> None:
    assert credential_of(PACK, replace(ROUTE, credentials=(place,)), CALLER) == (headers, query)


def test_a_route_without_credentials_is_shown_none() -> None:
    assert credential_of(PACK, replace(ROUTE, credentials=()), CALLER) == ((), "")
    assert credential_of(PACK, ROUTE, Caller("")) == ((), "")


def test_each_placeholder_takes_its_own_value_or_the_one_for_all() -> None:
    assert filled("/users/{user}/x/{id}.json", {"user": "u 1", "*": "d/2"}) == "/users/u%201/x/d%2F2.json"


DOCUMENT = {
    "paths": {
        "/battery": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "unit", "required": True, "schema": {"enum": ["kW"]}},
                    {"in": "query", "name": "until", "schema": {"type": "string", "format": "date-time"}},
                    {"in": "query", "name": "free", "schema": {"type": "string"}},
                    {"in": "header", "name": "X-Site", "required": True, "schema": {"type": "integer", "minimum": 3}},
                    {"in": "header", "name": "Accept", "required": True, "schema": {"type": "string"}},
                ],
                "responses": {},
            }
        }
    }
}


def test_what_must_be_sent_is_sent_and_a_series_asks_for_the_day_before() -> None:
    checker = make_checker(compile_contract(DOCUMENT, "a.yaml"))
    request = request_of(loaded().router, PACK, ROUTE, "/battery", CALLER, query="a=1")
    assert (request.url, request.host) == ("https://api.amps.ai/battery?a=1", "api.amps.ai")
    operation = operation_of(checker, request)
    series = replace(ROUTE, series=Series("startDate", "endTime"))
    asked = parse_qs(query_of(series, checker, operation, AT))
    assert asked == {"unit": ["kW"], "startDate": ["2026-06-01"], "endTime": ["2026-06-02 12:30:00"]}
    formed = parse_qs(query_of(replace(ROUTE, series=Series("free", "until")), checker, operation, AT))
    assert formed == {"unit": ["kW"], "free": ["2026-06-01 12:30:00"], "until": ["2026-06-02T12:30:00Z"]}
    assert headers_of(checker, operation) == (("X-Site", "3"),)
    assert (query_of(ROUTE, None, None, AT), headers_of(None, None), operation_of(None, request)) == ("", (), None)


def test_a_token_is_asked_for_by_each_grant_the_caller_has_something_for() -> None:
    route = Route(
        PACK.name,
        "POST",
        "/token",
        "token",
        "",
        "",
        grants=("client_credentials", "authorization_code", "refresh_token"),
        credentials=(),
    )
    pack = replace(PACK, routes=(route,))
    asked = list(token_requests(loaded().router, pack, CALLER))
    assert [grant for grant, _ in asked] == ["client_credentials"] * 2 + ["refresh_token"] * 2
    basic, form = (request for _, request in asked[:2])
    assert b64decode((header(basic.headers, "authorization") or "").removeprefix("Basic ")) == b"id:pw"
    assert b"client_secret" not in basic.body
    assert header(form.headers, "authorization") is None
    assert parse_qs(form.body.decode())["client_secret"] == ["pw"]
    assert parse_qs(asked[2][1].body.decode())["refresh_token"] == ["r"]
    users = replace(pack, routes=(replace(route, grants=("password",)),))
    assert list(token_requests(loaded().router, users, CALLER)) == []  # nobody's password is made up for a live API
    (_, asked_of), *_ = token_requests(loaded().router, users, replace(CALLER, user="someone"))
    assert parse_qs(asked_of.body.decode())["username"] == ["someone"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"access_token": 7}', b"{"])
def test_an_answer_without_token_gives_none(body: bytes) -> None:
    assert token_in(body) == ""
    assert token_in(b'{"access_token": "t"}') == "t"
