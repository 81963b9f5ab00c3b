"""Many at once: sessions do not see each other, credentials of one session see one world, the same run is the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from replaysandbox import Sandbox
from replaysandbox.check import Checker
from tests.api.conftest import NOON, Caller

THREADS = 8


def push_everywhere(caller: Caller, thread: int) -> list[str]:
    """Push to every eighth battery, and give the ids of the actions."""
    batteries = [each["id"] for each in caller.ask("GET", "/battery?limit=50").json()["data"]["items"]]
    return [caller.push("/battery", device, "idle").json()["data"]["id"] for device in batteries[thread::THREADS]]


def test_two_sessions_of_eight_threads_do_not_see_each_other(sandbox: Sandbox, checker: Checker) -> None:
    callers = [Caller(sandbox, checker, name) for name in ("left", "right")]
    with ThreadPoolExecutor(2 * THREADS) as pool:
        found = [[pool.submit(push_everywhere, each, thread) for thread in range(THREADS)] for each in callers]
        actions = [{action for each in one for action in each.result()} for one in found]
    for caller, own in zip(callers, actions, strict=True):
        listed = caller.ask("GET", "/actions?limit=50").json()["data"]
        assert {each["id"] for each in listed["items"]} == own
        assert listed["pagination"]["total"] == len(own) == 20
        routes = [each["route"] for each in caller.control("GET", "/journal")["exchanges"]]
        assert routes.count("POST /battery/{id}") == 20
        caller.client.close()


def test_two_credentials_in_one_session_see_one_world(caller: Caller) -> None:
    other = Caller(caller.sandbox, caller.checker, caller.session, "amps_sk_test_other")
    with other.client:
        battery = caller.first("/battery")
        action = caller.push("/battery", battery, "charge").json()["data"]["id"]
        seen = other.ask("GET", f"/battery/{battery}").json()["data"]
        assert seen["lastAction"]["id"] == action
        assert seen["state"] == caller.ask("GET", f"/battery/{battery}").json()["data"]["state"]


def a_run(checker: Checker, seed: int) -> list[bytes]:
    """Read and write for some simulated hours, from a fresh process."""
    answers: list[bytes] = []
    with Sandbox(pack="amps", at=NOON, freeze=True, homes=3, seed=seed) as sandbox:
        caller = Caller(sandbox, checker)

        def keep(answer: Any) -> Any:
            answers.append(answer.content)
            return answer.json()["data"]

        with caller.client:
            battery = keep(caller.ask("GET", "/battery"))["items"][0]["id"]
            keep(caller.push("/battery", battery, "charge", start="30m", end="1h"))
            keep(
                caller.ask("POST", f"/battery/{battery}/settings", json={"export_limit": {"unit": "watts", "value": 9}})
            )
            for _ in range(4):
                sandbox.clock.advance(minutes=25)
                for path in (f"/battery/{battery}", "/actions", "/vehicle", "/hvac", "/ev-charger", "/solar-inverter"):
                    keep(caller.ask("GET", path))
            keep(caller.push("/battery", battery, "discharge", parameters={"target": {"unit": "percent", "value": 20}}))
            keep(caller.ask("GET", f"/battery/{battery}"))
    return answers


@pytest.mark.slow
def test_the_same_run_twice_gives_the_same_bytes_writes_included(own_home: object, checker: Checker) -> None:
    first, second, other = a_run(checker, 7), a_run(checker, 7), a_run(checker, 8)
    assert first == second
    assert first != other
