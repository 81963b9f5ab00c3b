from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from replaysandbox.asking.calls import Caller
from replaysandbox.asking.questions import Subject, followed_up, paths, reads, refusals, writes
from replaysandbox.core.series import Series
from replaysandbox.core.session import Session
from replaysandbox.operations.ids import home_id, user_id
from tests.unit.exercised import PACK, START, loaded

ROUTES = {route.name: route for route in PACK.routes}
READ = ROUTES["GET /battery/{id}"]


def subject(homes: int = 1) -> Subject:
    return Subject(loaded(), PACK, loaded().checkers["amps"], Caller(PACK.example_key), homes)


def test_paths_name_devices_homes_and_people() -> None:
    world = loaded().world
    assert paths(subject(), ROUTES["GET /battery"], 1, START) == ["/battery"]
    (one,) = paths(subject(), READ, 1, START)
    assert one.startswith("/battery/device_")
    assert len(paths(subject(), READ, 3, START)) > 1
    site = replace(READ, path="/site/{id}", family="", by="home")
    assert paths(subject(), site, 1, START) == [f"/site/{home_id(PACK, world, 0)}"]
    mine = replace(READ, path="/people/{who}/battery", selects={"user": "who"})
    assert paths(subject(), mine, 1, START) == [f"/people/{user_id(PACK, world, 0)}/battery"]
    assert paths(subject(), replace(READ, path="/x/{id}", family=""), 1, START) == ["/x/device_000000000000"]


def test_a_range_in_a_path_is_the_day_before() -> None:
    series = Series(start="path.from", end="path.to", steps={"hour": "1h"}, default="hour")
    ranged = replace(READ, path="/battery/{id}/{from}/{to}", operation="series", series=series)
    (one,) = paths(subject(), ranged, 1, START)
    assert unquote(one).endswith("/2026-05-31T12:00:00Z/2026-06-01T12:00:00Z")
    (bare,) = paths(subject(), replace(ranged, series=None), 1, START)
    assert "2026" not in bare


def test_reads_ask_every_get_and_no_other() -> None:
    asked = list(reads(subject(), START))
    assert {each.request.method for each in asked} == {"GET"}
    assert {each.about.partition(" at ")[0] for each in asked} == {name for name in ROUTES if name.startswith("GET ")}


def test_refusals_hold_bad_keys_unknown_ids_promised_errors_and_queries_the_contract_forbids() -> None:
    about = [each.about for each in refusals(subject(), START) if each.about.startswith("GET /battery")]
    for wanted in ("GET /battery without a key", "GET /battery?limit=neither", "GET /battery?offset=-1"):
        assert wanted in about
    assert "GET /battery/{id}, no such id" in about
    assert "GET /battery with rate_limited" in about


def test_writes_hold_good_and_spoiled_bodies_and_nothing_is_followed_up_that_was_not_made() -> None:
    about = [each.about for each in writes(subject(), START) if each.about.startswith("POST /battery/{id}:")]
    assert "POST /battery/{id}: the least body" in about
    assert "POST /battery/{id}: without 'action'" in about
    assert "POST /battery/{id}: half a body" in about
    assert [each.about for each in followed_up(subject(), Session(), START)] == ["GET /actions after writes"]
