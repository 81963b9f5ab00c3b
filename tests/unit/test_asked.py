from dataclasses import replace

import pytest

from replaysandbox.answer import load
from replaysandbox.asked import read_request
from replaysandbox.core.exchange import Reply, Request, remembering
from replaysandbox.core.matching import Match, Miss
from tests.unit.worlds import KEY, amps


def get(path: str, query: str = "", **changes: object) -> Request:
    return replace(Request("GET", "https", "api.amps.ai", 443, path, query, KEY), **changes)  # type: ignore[arg-type]


def test_what_a_request_says() -> None:
    read = read_request(get("/battery", "limit=2"), amps())
    assert isinstance(read.found, Match)
    assert (read.found.route.name, read.query["limit"], read.refused, read.caller.error) == (
        "GET /battery",
        2,
        None,
        "",
    )


def test_a_miss_is_read_no_further() -> None:
    read = read_request(get("/batery", "limit=x"), amps())
    assert isinstance(read.found, Miss)
    assert read.refused is None


def test_what_is_wrong_with_it() -> None:
    assert read_request(get("/battery", headers=()), amps()).caller.error == "missing_credential"
    refused = read_request(get("/battery", "limit=x"), amps()).refused
    assert refused is not None
    assert (refused.error, refused.facts["parameter"]) == ("bad_parameter", "limit")
    wrong = Request("POST", "https", "api.amps.ai", 443, "/battery/x", "", KEY, b"{")
    assert getattr(read_request(wrong, amps()).refused, "error", "") == "bad_body"


@pytest.mark.parametrize(("text", "status"), [("yesterday", 400), ("2026-06-01T12:00:00", 400)])
def test_an_instant_that_is_none(text: str, status: int) -> None:
    asked = read_request(get("/battery", headers=(*KEY, ("X-Sandbox-At", text))), amps()).at
    assert isinstance(asked, Reply)
    assert asked.status == status


def test_it_is_read_once_for_each_load() -> None:
    request = remembering(get("/battery"))
    first = read_request(request, amps())
    assert read_request(request, amps()) is first
    other = load(tuple(amps().packs.values()), amps().world)
    assert read_request(request, other) is not first
    assert read_request(get("/battery"), amps()) is not read_request(get("/battery"), amps())


def test_two_requests_differ_in_their_keys() -> None:
    keys = {read_request(each, amps()).key for each in (get("/battery"), get("/hvac"), get("/battery", "limit=1"))}
    assert len(keys) == 3
