"""What is Amps's own: single devices like their list, documented errors, pages, keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.check import Checker, violations
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all, scenario_names

PACKS = ("amps",)
SCENARIOS = sorted(scenario_names())
START = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def loaded(pack: str, scenario: str) -> Loaded:
    return load_all(Settings(pack=(pack,), scenario=scenario), START).loaded


@cache
def checker(pack: str) -> Checker:
    return loaded(pack, "default").checkers[pack]


def ask(pack: str, scenario: str, path: str, at: datetime, query: str = "", key: str = "") -> Reply:
    imitated = loaded(pack, scenario)
    host = imitated.packs[pack].hosts[0]
    headers = (("x-api-key", key or imitated.packs[pack].example_key),)
    outcome = answer(Request("GET", "https", host, 443, path, query, headers), imitated, Session(), at).outcome
    assert isinstance(outcome, Reply)
    return outcome


def held(pack: str, path: str, reply: Reply) -> dict[str, object]:
    assert violations(checker(pack), "GET", path, reply.status, reply.headers, reply.body) == [], path
    body = json.loads(reply.body)
    assert isinstance(body, dict)
    return body


def instants() -> Iterator[datetime]:
    """Every hour of a summer day, and some odd minutes of a winter's."""
    for hour in range(24):
        yield START + timedelta(hours=hour)
    for hour in range(1, 24, 6):
        yield START + timedelta(days=230, hours=hour, minutes=7 * hour, milliseconds=hour)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("pack", PACKS)
def test_every_route_device_and_hour_keeps_the_contract(pack: str, scenario: str) -> None:
    routes = loaded(pack, scenario).packs[pack].routes
    lists = [route for route in routes if route.operation == "list"]
    assert lists
    for at in instants():
        for route in lists:
            body = held(pack, route.path, ask(pack, scenario, route.path, at, "limit=50"))
            for item in body["data"]["items"]:  # type: ignore[index]
                path = f"{route.path}/{item['id']}"
                single = ask(pack, scenario, path, at)
                seen = held(pack, path, single)
                if single.status == 200:
                    assert seen["data"]["state"] == item["state"]  # type: ignore[index]


@pytest.mark.parametrize("pack", PACKS)
def test_every_documented_error_keeps_the_contract(pack: str) -> None:
    for path, query, key, status in [
        ("/battery", "limit=0", "", 400),
        ("/battery", "limit=51", "", 400),
        ("/battery", "offset=-1", "", 400),
        ("/battery", "limit=ten", "", 400),
        ("/battery", "", "nonsense", 401),
        ("/battery", "", "sk_test_expired", 401),
        ("/battery", "", "amps_sk_test_revoked_1", 401),
        ("/battery", "", "sk_test_forbidden", 403),
        ("/battery", "", "sk_live_1", 403),
        ("/battery/device_000000000000", "", "", 404),
        ("/battery/x", "", "", 404),
        ("/hvac/x", "expedite=maybe", "", 400),
    ]:
        reply = ask(pack, "default", path, START, query, key)
        assert reply.status == status
        held(pack, path, reply)


def test_a_device_is_found_by_its_own_family_only() -> None:
    body = json.loads(ask("amps", "default", "/battery", START).body)
    device = body["data"]["items"][0]["id"]
    assert ask("amps", "default", f"/vehicle/{device}", START).status == 404
    assert ask("amps", "default", f"/battery/{device}", START).status == 200


def test_pages_join_without_gap_or_overlap() -> None:
    whole = json.loads(ask("amps", "full-house", "/vehicle", START, "limit=50").body)["data"]
    seen: list[str] = []
    offset = 0
    while True:
        page = json.loads(ask("amps", "full-house", "/vehicle", START, f"limit=2&offset={offset}").body)["data"]
        seen += [item["id"] for item in page["items"]]
        offset += 2
        if not page["pagination"]["hasMore"]:
            break
    assert seen == [item["id"] for item in whole["items"]]
    assert len(set(seen)) == whole["pagination"]["total"]


def test_user_id_narrows_a_list_to_one_home() -> None:
    imitated = loaded("amps", "full-house")
    from replaysandbox.operations.ids import user_id

    user = user_id(imitated.packs["amps"], imitated.world, 0)
    body = json.loads(ask("amps", "full-house", "/vehicle", START, f"userId={user}").body)["data"]
    assert [item["id"] for item in body["items"]] == [
        item["id"] for item in json.loads(ask("amps", "full-house", "/vehicle", START, "limit=2").body)["data"]["items"]
    ]
    nobody = json.loads(ask("amps", "full-house", "/vehicle", START, "userId=user_nobody").body)["data"]
    assert (nobody["items"], nobody["pagination"]["total"]) == ([], 0)


def test_equal_questions_give_equal_bytes_and_another_seed_differs() -> None:
    first = ask("amps", "default", "/battery", START).body
    again = load_all(Settings(pack=("amps",)), START).loaded
    other = load_all(Settings(pack=("amps",), seed=99), START).loaded
    request = Request("GET", "https", "api.amps.ai", 443, "/battery", "", (("x-api-key", "sk_test_demo"),))
    for _ in range(2):
        outcome = answer(request, again, Session(), START).outcome
        assert isinstance(outcome, Reply)
        assert outcome.body == first
    different = answer(request, other, Session(), START).outcome
    assert isinstance(different, Reply)
    assert different.body != first


def test_both_credential_headers_and_both_key_prefixes_are_taken() -> None:
    imitated = loaded("amps", "default")
    request = Request("GET", "https", "api.amps.ai", 443, "/hvac", "", ())
    for headers in [
        (("x-api-key", "amps_sk_test_1"),),
        (("Authorization", "Bearer sk_test_1"),),
        (("authorization", "sk_test_1"),),
    ]:
        outcome = answer(replace(request, headers=headers), imitated, Session(), START).outcome
        assert isinstance(outcome, Reply)
        assert outcome.status == 200
