"""Each fault, met by an app as apps are written: httpx that tries again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from replaysandbox.faults.table import FAULTS
from tests.api.conftest import Caller

TRIES = 3


def tried_again(caller: Caller, method: str, path: str, **more: Any) -> tuple[httpx.Response, int]:
    """Ask until there is an answer that is no passing failure; gives it, and how many tries it took."""
    for tried in range(1, TRIES + 1):
        try:
            answer = caller.ask(method, path, **more)
        except httpx.TransportError:
            if tried == TRIES:
                raise
            continue
        if answer.status_code not in (429, 500, 502, 503, 504):
            return answer, tried
    raise AssertionError(f"{method} {path} did not come through in {TRIES} tries")


def named(caller: Caller, name: str) -> int:
    """Count the exchanges whose journal entry names a fault."""
    return sum(each["fault"] == name for each in caller.control("GET", "/journal")["exchanges"])


def refusing(rule: dict[str, Any]) -> Callable[[Caller], None]:
    def meet(caller: Caller) -> None:
        device = caller.first("/battery")
        caller.control("POST", "/faults", {"route": "GET /battery/{id}", "times": 2, **rule})
        answer, tries = tried_again(caller, "GET", f"/battery/{device}")
        assert (answer.status_code, tries) == (200, 3)

    return meet


def expired(caller: Caller) -> None:
    caller.control("POST", "/faults", {"fault": "expired_key", "times": 1})
    answer, _ = tried_again(caller, "GET", "/battery")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "EXPIRED_TOKEN")
    assert tried_again(caller, "GET", "/battery")[0].status_code == 200


def slow(caller: Caller) -> None:
    caller.control("POST", "/faults", {"fault": "slow", "delay_s": 0.4, "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        caller.ask("GET", "/battery", timeout=0.2)
    assert tried_again(caller, "GET", "/battery", timeout=5)[1] == 1


def offline(caller: Caller) -> None:
    device = caller.first("/battery")
    caller.control("POST", "/faults", {"fault": "offline", "family": "battery", "until": "2026-06-01T12:10:00Z"})
    assert caller.ask("GET", f"/battery/{device}").json()["error"]["code"] == "DEVICE_OFFLINE"
    listed = caller.ask("GET", "/battery?limit=1").json()["data"]["items"][0]
    assert listed["sync"]["available"] is False
    caller.control("POST", "/clock/advance", {"by": "10m"})
    assert tried_again(caller, "GET", f"/battery/{device}")[1] == 1


def failing(fault: str, code: str) -> Callable[[Caller], None]:
    def meet(caller: Caller) -> None:
        device = caller.first("/battery")
        caller.control("POST", "/faults", {"fault": fault, "times": 1})
        first = caller.push("/battery", device, "charge")
        assert first.status_code == 202
        caller.control("POST", "/clock/advance", {"by": "10m"})
        assert caller.ask("GET", f"/actions/{first.json()['data']['id']}").json()["data"]["errorCode"] == code
        again = caller.push("/battery", device, "charge").json()["data"]["id"]
        caller.control("POST", "/clock/advance", {"by": "10m"})
        assert caller.ask("GET", f"/actions/{again}").json()["data"]["state"] == "completed"

    return meet


MET: dict[str, Callable[[Caller], None]] = {
    "status": refusing({"status": 503}),
    "rate_limit": refusing({"status": 429, "retry_after_s": 0}),
    "hang_up": refusing({"fault": "hang_up"}),
    "expired_key": expired,
    "slow": slow,
    "offline": offline,
    "action_fails": failing("action_fails", "DEVICE_OFFLINE"),
    "action_times_out": failing("action_times_out", "TIMEOUT"),
}


def test_every_fault_is_met() -> None:
    assert set(MET) == set(FAULTS)


@pytest.mark.parametrize("name", MET)
def test_a_client_that_tries_again_meets_it_and_the_journal_names_it(caller: Caller, name: str) -> None:
    MET[name](caller)
    assert named(caller, name) >= 1
