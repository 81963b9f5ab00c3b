from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.exercise import exercise
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from tests.unit.exercised import INSTANTS, PACK, START, loaded
from tests.unit.logins import login


@pytest.mark.slow
def test_every_route_is_asked_reads_errors_and_forbidden_writes() -> None:
    told = list(exercise(loaded(), PACK, INSTANTS, 1))
    routes = {each.ask.about.partition(" at ")[0] for each in told}
    assert {route.name for route in PACK.routes if route.method == "GET" and "actions" not in route.path} <= routes
    statuses = {each.seen.status for each in told}
    assert {200, 202, 400, 401, 403, 404, 409, 422, 429, 500, 503} <= statuses
    forbidden = [each for each in told if each.forbidden]
    assert forbidden
    assert {each.seen.status for each in forbidden} <= {400, 401, 403, 404, 409, 422, 429, 500, 503}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["enode", "smartcar", "solaredge", "tesla"])
def test_tokens_are_got_from_the_pack_and_homes_are_asked_by_their_ids(name: str) -> None:
    all_ = load_all(Settings(pack=(name,)), START).loaded
    pack = all_.packs[name]
    told = list(exercise(all_, replace(pack, example_key=pack.example_key if name == "solaredge" else ""), INSTANTS, 1))
    succeeded = {each.ask.about for each in told if each.seen.status < 400}
    for route in pack.routes:
        if route.by == "home" and route.method == "GET":
            assert f"{route.name} at 12:00" in succeeded
    if pack.oauth:
        assert any(about.startswith("a token by") for about in succeeded)
        assert any(route.name in about for route in pack.routes if route.family for about in succeeded)


@pytest.mark.slow
def test_a_token_that_was_given_is_refreshed_and_once_more_where_each_is_good_once(tmp_path: Path) -> None:
    all_ = login(tmp_path)
    seen = {each.ask.about: each for each in exercise(all_, all_.packs["login"], INSTANTS, 1)}
    given, used = seen["a token by the refresh_token that was given"], seen["a token by a refresh_token that was used"]
    assert (given.route, given.seen.status, used.refused) == ("POST /again", 200, "invalid_grant")
    assert seen["GET /sites/{id} at 12:00"].seen.status == 200  # an id that is looked up, not one the contract makes
