import json
from dataclasses import replace
from datetime import timedelta

import pytest

from replaysandbox.answer import answer, load
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.core.session import Session
from tests.unit.worlds import AT, KEY, amps, ask, first, told


def test_a_list_and_a_device_are_answered_in_the_envelope() -> None:
    status, body = told(ask("/battery"))
    assert (status, body["success"], body["meta"]["environment"]) == (200, True, "sandbox")
    assert body["meta"]["timestamp"] == "2026-06-01T12:00:00.000Z"
    assert body["data"]["pagination"] == {"limit": 10, "offset": 0, "total": 3, "hasMore": False}
    device = body["data"]["items"][0]
    answered = ask(f"/battery/{device['id']}")
    assert told(answered)[1]["data"]["state"] == device["state"]
    assert (answered.pack, answered.route, answered.device) == ("amps", "GET /battery/{id}", device["id"])
    assert answered.error == ""


@pytest.mark.parametrize(
    ("target", "headers", "status", "code"),
    [
        ("/battery", (), 401, "UNAUTHORIZED"),
        ("/battery", (("x-api-key", "hello"),), 401, "INVALID_API_KEY"),
        ("/battery", (("x-api-key", "sk_live_1"),), 403, "LIVE_ACCESS_DISABLED"),
        ("/battery/device_none", KEY, 404, "DEVICE_NOT_FOUND"),
        ("/battery?limit=0", KEY, 400, "VALIDATION_ERROR"),
    ],
)
def test_the_api_says_no_in_its_own_envelope(
    target: str, headers: tuple[tuple[str, str], ...], status: int, code: str
) -> None:
    answered = ask(target, headers=headers)
    seen, body = told(answered)
    assert (seen, body["success"], body["error"]["code"]) == (status, False, code)
    assert amps().packs["amps"].errors[answered.error].code == code
    assert body["meta"]["path"] == target.partition("?")[0]
    assert "environment" not in body["meta"]


def test_details_and_message_tell_which_parameter() -> None:
    _, body = told(ask("/battery?limit=900"))
    assert body["error"]["message"] == "The query parameter limit must be at most 50."
    assert body["error"]["details"] == {"parameter": "limit", "value": "900", "reason": "must be at most 50"}


def test_a_miss_is_a_501_of_ours_with_near_misses() -> None:
    answered = ask("/batery")
    status, body = told(answered)
    assert status == 501
    assert answered.outcome.verdict == "miss"
    assert answered.near[0].route == "GET /battery"
    assert body["sandbox"]["near"][0]["route"] == "GET /battery"


def test_x_sandbox_at_moves_this_request_only() -> None:
    device = first("solar-inverter")
    night = told(ask(f"/solar-inverter/{device}", headers=(*KEY, ("X-Sandbox-At", "2026-06-01T02:00:00+02:00"))))[1]
    assert night["data"]["state"]["currentPower"] == 0
    assert night["meta"]["timestamp"] == "2026-06-01T00:00:00.000Z"
    assert told(ask(f"/solar-inverter/{device}"))[1]["data"]["state"]["producing"] is True


@pytest.mark.parametrize(
    "text",
    [
        "noon",
        "2026-06-01T12:00:00",
        "",
        "99999-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_x_sandbox_at_must_be_an_instant(text: str) -> None:
    status, body = told(ask("/battery", headers=(*KEY, ("X-Sandbox-At", text))))
    assert (status, body["sandbox"]["error"]) == (400, "bad_at")


def test_x_sandbox_at_is_for_reads() -> None:
    answered = ask("/battery/x", method="POST", headers=(*KEY, ("X-Sandbox-At", "2026-06-01T12:00:00Z")))
    assert told(answered)[1]["sandbox"]["error"] == "at_on_write"


def test_ids_and_latencies_are_hashes_of_the_question() -> None:
    one = ask("/battery").outcome
    assert ask("/battery").outcome == one
    assert isinstance(one, Reply)
    other = ask("/battery", session="other").outcome
    later = ask("/battery", at=AT + timedelta(milliseconds=1)).outcome
    assert isinstance(other, Reply)
    assert isinstance(later, Reply)
    ids = {json.loads(each.body)["meta"]["requestId"] for each in (one, other, later)}
    assert len(ids) == 3


def test_a_template_that_cannot_render_is_a_500_of_ours() -> None:
    good = amps()
    pack = good.packs["amps"]
    broken = replace(pack, templates={**pack.templates, "list.json.j2": "{{ device.level }}"})
    loaded = load([broken], good.world)
    request = Request("GET", "https", "api.amps.ai", 443, "/battery", headers=KEY)
    outcome = answer(request, loaded, Session(), AT).outcome
    assert isinstance(outcome, Reply)
    assert (outcome.status, outcome.verdict) == (500, "miss")
    assert "'device' is undefined" in outcome.body.decode()


def test_answers_carry_the_packs_headers() -> None:
    outcome = ask("/battery").outcome
    assert isinstance(outcome, Reply)
    assert header(outcome.headers, "content-type") == "application/json; charset=utf-8"


def test_a_number_of_more_than_64_bits_is_refused_as_any_other_where_it_is_wrong() -> None:
    status, body = told(ask(f"/battery/{first('battery')}", method="POST", body={"command": 10**30}))
    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")
