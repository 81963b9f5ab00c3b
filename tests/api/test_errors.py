"""Each error code of the documentation that the sandbox can raise, raised through the proxy, kept to the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from replaysandbox.files.packs import read_packs
from tests.api.conftest import Caller

KW = {"unit": "kw", "value": 2}


def keyed(key: str | None) -> Callable[[Caller], Any]:
    def ask(caller: Caller) -> Any:
        with Caller(caller.sandbox, caller.checker, caller.session, key).client as client:
            return client.get("/battery")

    return ask


def pushed(command: str = "charge", path: str = "/battery", **more: Any) -> Callable[[Caller], Any]:
    return lambda caller: caller.push(path, caller.first(path), command, **more)


def posted(path: str, body: Any) -> Callable[[Caller], Any]:
    return lambda caller: caller.ask("POST", path.format(id=caller.first("/" + path.split("/")[1])), json=body)


def pushed_twice(caller: Caller) -> Any:
    pushed(start="1h")(caller)
    return pushed(start="2h")(caller)


def replaced_at_work(caller: Caller) -> Any:
    pushed()(caller)
    return pushed(conflict="cancel_and_replace")(caller)


def queued_after_no_end(caller: Caller) -> Any:
    pushed(start="1h")(caller)
    return pushed(start="2h", conflict="queue_after")(caller)


def cancelled_at_work(caller: Caller) -> Any:
    action = pushed()(caller).json()["data"]["id"]
    return caller.ask("POST", f"/actions/{action}/cancel")


def faulty(text: str) -> Callable[[Caller], Any]:
    return lambda caller: caller.ask("GET", "/battery", headers={"X-Sandbox-Fault": text})


def offline(caller: Caller) -> Any:
    device = caller.first("/battery")
    caller.control("POST", "/faults", {"fault": "offline", "family": "battery"})
    return caller.ask("GET", f"/battery/{device}")


RAISED: dict[str, tuple[int, str, Callable[[Caller], Any], set[str]]] = {
    "no key": (401, "UNAUTHORIZED", keyed(None), set()),
    "malformed key": (401, "INVALID_API_KEY", keyed("hello"), set()),
    "revoked key": (401, "INVALID_API_KEY", keyed("sk_test_revoked"), set()),
    "expired key": (401, "EXPIRED_TOKEN", keyed("sk_test_expired"), set()),
    "forbidden key": (403, "INSUFFICIENT_PERMISSIONS", keyed("sk_test_forbidden"), set()),
    "live key": (403, "LIVE_ACCESS_DISABLED", keyed("sk_live_123"), set()),
    "bad parameter": (
        400, "VALIDATION_ERROR", lambda c: c.ask("GET", "/battery?limit=51"), {"parameter", "value", "reason"},
    ),
    "bad body": (400, "VALIDATION_ERROR", posted("/battery/{id}", {"action": {}}), {"reason"}),
    "unknown key in the body": (
        400, "VALIDATION_ERROR", posted("/battery/{id}", {"action": {"command": "idle"}, "colour": 1}), {"reason"},
    ),
    "no such device": (404, "DEVICE_NOT_FOUND", lambda c: c.ask("GET", "/battery/device_none"), set()),
    "no such action": (404, "NOT_FOUND", lambda c: c.ask("GET", "/actions/act_none"), set()),
    "no such command": (422, "COMMAND_NOT_SUPPORTED", pushed("dance"), {"deviceCapabilities"}),
    "solar takes none": (422, "DIRECT_ACTION_UNSUPPORTED", posted("/solar-inverter/{id}", {}), set()),
    "vehicles take none": (422, "DIRECT_ACTION_UNSUPPORTED", posted("/vehicle/{id}", {}), set()),
    "no such parameter": (
        422, "UNSUPPORTED_PARAMETER", pushed(parameters={"colour": KW}),
        {"unsupportedParameters", "deviceCapabilities"},
    ),
    "wrong unit": (
        422, "UNSUPPORTED_UNIT", pushed(parameters={"power": {"unit": "watts", "value": 2}}),
        {"parameter", "providedUnit", "supportedUnits"},
    ),
    "out of range": (
        422, "PARAMETER_OUT_OF_RANGE", pushed(parameters={"power": {"unit": "kw", "value": 99}}),
        {"parameter", "value", "min", "max", "unit"},
    ),
    "no such execution": (
        422, "EXECUTION_NOT_SUPPORTED", pushed("idle", start="1h", end="1h"),
        {"requestedExecution", "supportedExecution"},
    ),
    "start in the past": (422, "START_IN_PAST", pushed(start="2026-06-01T11:00:00"), set()),
    "start too far off": (422, "START_OUT_OF_RANGE", pushed(start="2026-08-01T11:00:00"), set()),
    "no window": (422, "INVALID_TIME_WINDOW", pushed(end="1h"), {"reason"}),
    "second push": (409, "CONFLICT", pushed_twice, {"reason", "conflictingActionIds", "strategies"}),
    "replaced at work": (409, "CONFLICT", replaced_at_work, {"reason", "conflictingActionIds"}),
    "queued after no end": (409, "CONFLICT", queued_after_no_end, {"reason", "conflictingActionIds"}),
    "cancelled at work": (409, "ACTION_NOT_CANCELLABLE", cancelled_at_work, set()),
    "no such setting": (
        422, "UNSUPPORTED_SETTING", posted("/battery/{id}/settings", {"colour": KW}), {"deviceCapabilities"},
    ),
    "read-only setting": (
        422, "READ_ONLY_SETTING",
        posted("/battery/{id}/settings", {"scheduler_enabled": {"unit": "percent", "value": 1}}), set(),
    ),
    "over the limit": (429, "RATE_LIMIT_EXCEEDED", faulty("rate_limit; retry_after=7"), set()),
    "maker unreachable": (503, "SERVICE_UNAVAILABLE", faulty("status=503"), set()),
    "internal": (500, "INTERNAL_ERROR", faulty("status=500"), set()),
    "device offline": (503, "DEVICE_OFFLINE", offline, set()),
}  # fmt: skip

ACTION_CODES = ("DEVICE_OFFLINE", "SCHEDULER_ACTIVE", "TIMEOUT", "NETWORK_ERROR", "UNKNOWN_ERROR")


@pytest.mark.parametrize("name", RAISED)
def test_each_error_is_raised_and_keeps_the_contract(caller: Caller, name: str) -> None:
    status, code, ask, details = RAISED[name]
    answer = ask(caller)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert set(error.get("details") or ()) == details
    assert answer.json()["success"] is False
    assert error["message"]
    assert set(answer.json()["meta"]) == {"requestId", "timestamp", "path", "latencyMs"}


@pytest.mark.parametrize("code", ACTION_CODES)
def test_each_code_an_action_fails_with_is_shown(caller: Caller, code: str) -> None:
    asked = {"fault": "action_fails", "errorCode": code, "afterSeconds": 5}
    action = pushed(sandbox=asked)(caller).json()["data"]["id"]
    caller.control("POST", "/clock/advance", {"by": "1m"})
    seen = caller.ask("GET", f"/actions/{action}").json()["data"]
    assert (seen["state"], seen["errorCode"]) == ("failed", code)


def test_every_error_of_the_pack_is_among_them() -> None:
    (pack,) = read_packs(("amps",), ())
    raised = {code for _, code, _, _ in RAISED.values()}
    assert {error.code for error in pack.errors.values()} - raised == set()
