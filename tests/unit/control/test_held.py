from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from replaysandbox.control.held import told_view, violations_view
from replaysandbox.core.exchange import Exchange, Reply, Request
from replaysandbox.core.webhooks import Message
from tests.unit.worlds import AT, KEY, amps, ask, first

CANARY = "canary-5f1f"


def seen(method: str, path: str, body: Any = None, query: str = "", **changes: Any) -> Exchange:
    """Ask the Amps pack, as the journal keeps it."""
    answered = ask(f"{path}?{query}", method=method, body=body)
    raw = b"" if body is None else json.dumps(body).encode()
    headers = (*KEY, ("Content-Type", "application/json"))
    request = Request(method, "https", "api.amps.ai", 443, path, query, headers, raw)
    kept = Exchange(1, "default", AT, AT, request, answered.outcome, answered.pack, answered.route)
    return replace(kept, **changes)


def broken(exchange: Exchange) -> list[tuple[str, str]]:
    found = violations_view(exchange, amps().checkers)
    assert CANARY not in json.dumps(found)
    assert all(each["operation"] and each["clause"].startswith("/") for each in found)
    return [(each["side"], each["pointer"]) for each in found]


def test_what_keeps_its_contract_breaks_nothing() -> None:
    assert broken(seen("GET", "/battery", query="limit=2")) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"action": CANARY}, "/action"),
        ({"action": {"command": "charge", "chargePower": CANARY}}, "/action"),
        ({}, ""),
    ],
)
def test_a_request_that_breaks_it_is_the_apps_bug_and_is_not_quoted(body: Any, pointer: str) -> None:
    sides = broken(seen("POST", f"/battery/{first('battery')}", body))
    assert [side for side, _ in sides] == ["request"]
    assert sides[0][1].startswith(pointer)


def test_a_query_that_breaks_it_is_told_by_its_name() -> None:
    assert broken(seen("GET", "/battery", query=f"limit={CANARY}")) == [("request", "query limit")]


def test_an_answer_that_breaks_it_is_the_sandboxs_bug_unless_somebody_asked_for_it() -> None:
    wrong = Reply(200, (("Content-Type", "application/json"),), b"{}", verdict="simulate")
    exchange = seen("GET", "/battery", outcome=wrong)
    assert {side for side, _ in broken(exchange)} == {"response"}
    assert broken(replace(exchange, fault="status")) == []


@pytest.mark.parametrize("verdict", ["miss", "refused", "replay"])
def test_what_the_sandbox_did_not_make_up_is_not_held(verdict: Any) -> None:
    assert broken(seen("GET", "/battery", outcome=Reply(501, body=b"{}", verdict=verdict))) == []


def test_a_webhook_that_breaks_its_contract_is_told_and_one_without_body_is_not() -> None:
    message = Message("msg_1", "default", "amps", "device_connected", "device.connected", AT, "device_1", body=b"{}")
    found = told_view(message, amps().checkers)
    assert {(each["side"], each["pointer"]) for each in found} == {("response", "")}
    assert all("required" in each["message"] for each in found)
    assert told_view(replace(message, body=b"", problem="no"), amps().checkers) == []
    assert told_view(replace(message, pack="other"), amps().checkers) == []
