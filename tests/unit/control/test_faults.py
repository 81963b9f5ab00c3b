"""`/v1/faults` and `/v1/sessions/{name}/reset`, held to the API's own description."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from replaysandbox.control import faults
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.launch.engine import Engine
from tests.unit.control.test_api import NOON, Ask, _fresh, ask, engine

__all__ = ["_fresh", "ask", "engine"]
CALL = Request("GET", "https", "api.amps.ai", 443, "/hvac", headers=(("x-api-key", "sk_test_1"),))


@pytest.fixture(autouse=True)
def _no_faults(engine: Engine) -> None:
    engine.reset("default")


def status(engine: Engine) -> int:
    outcome = engine.answer(CALL, NOON)
    assert isinstance(outcome, Reply)
    return outcome.status


@pytest.mark.slow
def test_a_rule_hits_is_counted_and_cleared(ask: Ask, engine: Engine) -> None:
    rule = ask("POST", "/v1/faults", 201, json={"route": "GET /hvac", "status": 429, "retry_after_s": 30, "times": 2})
    assert (rule["id"], rule["fault"], rule["hits"]) == ("fault-1", "rate_limit", 0)
    assert [status(engine) for _ in range(3)] == [429, 429, 200]
    assert ask("GET", "/v1/faults")["faults"][0]["hits"] == 2
    assert ask("POST", "/v1/faults", 201, json={"fault": "slow", "delay_s": 1})["id"] == "fault-2"
    assert ask("DELETE", "/v1/faults?id=fault-1") == {"cleared": 1}
    assert [each["id"] for each in ask("GET", "/v1/faults")["faults"]] == ["fault-2"]
    ask("DELETE", "/v1/faults?id=fault-1", 404)
    assert ask("DELETE", "/v1/faults") == {"cleared": 1}


def test_a_rule_that_is_wrong_or_can_never_hit_is_refused(ask: Ask) -> None:
    for body, says in [
        ({"staus": 503}, "did you mean 'status'"),
        ({"status": 503, "route": "GET /hvca"}, "no loaded pack has a route"),
        ({"status": 503, "pack": "apms"}, "no pack 'apms' is loaded"),
        ([], "not a JSON object"),
    ]:
        assert says in ask("POST", "/v1/faults", 400, json=body)["sandbox"]["message"]
    ask(
        "POST",
        "/v1/faults",
        400,
        content=b'{"status": 503, "status": 200}',
        headers={"Content-Type": "application/json"},
    )


@pytest.mark.slow
def test_what_happens_while_the_body_comes_is_not_lost(ask: Ask, engine: Engine) -> None:
    ask("POST", "/v1/faults", 201, json={"route": "GET /hvac", "status": 429, "times": 1})

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"fault": '
        assert status(engine) == 429
        yield b'"hang_up", "route": "GET /hvac/{id}"}'

    headers = {"Content-Type": "application/json", "Content-Length": "47"}
    assert ask("POST", "/v1/faults", 201, content=slowly(), headers=headers)["id"] == "fault-2"
    assert status(engine) == 200
    assert [each["hits"] for each in ask("GET", "/v1/faults")["faults"]] == [1, 0]


def test_rules_are_bounded(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "MOST_RULES", 1)
    ask("POST", "/v1/faults", 201, json={"fault": "hang_up"})
    ask("POST", "/v1/faults", 400, json={"fault": "hang_up"})


def test_reset_takes_a_session_back_to_its_start(ask: Ask, engine: Engine) -> None:
    ask("POST", "/v1/faults", 201, json={"fault": "hang_up"})
    ask("POST", "/v1/clock/advance", json={"by": "6h"})
    engine.answer(CALL, NOON)
    assert ask("POST", "/v1/sessions/default/reset") == {"reset": "default"}
    assert ask("GET", "/v1/faults") == {"faults": []}
    assert ask("GET", "/v1/clock")["at"] == "2026-06-01T12:00:00.000Z"
    assert ask("GET", "/v1/journal") == {"exchanges": []}
    ask("POST", "/v1/sessions/nobody/reset", 404)
