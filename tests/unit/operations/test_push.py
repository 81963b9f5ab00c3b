from typing import Any

import pytest

from replaysandbox.core.fault import FaultRule
from tests.unit.operations.pushing import Told, error
from tests.unit.operations.site_pack import Visitor
from tests.unit.worlds import AT, first

POWER = {"power": {"value": 2, "unit": "kw"}}


def test_a_push_is_acknowledged_then_completed() -> None:
    session = Told()
    status, body = session.push("charge", parameters=POWER)
    action = body["data"]
    assert (status, action["state"], action["parameters"], action["start"]) == (202, "acknowledged", POWER, None)
    assert action["links"]["self"] == f"/actions/{action['id']}"
    assert session.ask("GET", f"/battery/{action['deviceId']}")[1]["data"]["lastAction"]["id"] == action["id"]
    session.later(seconds=4)
    done = session.ask("GET", f"/actions/{action['id']}")[1]["data"]
    assert (done["state"], done["result"], done["completedAt"]) == (
        "completed",
        {"success": True},
        "2026-06-01T12:00:04.000Z",
    )


def test_a_push_for_later_is_scheduled_and_can_be_cancelled_once() -> None:
    session = Told()
    _, body = session.push("charge", start="2h", end="1h")
    action = body["data"]
    assert (action["state"], action["start"], action["end"]) == (
        "scheduled",
        "2026-06-01T14:00:00.000Z",
        "2026-06-01T15:00:00.000Z",
    )
    session.later(minutes=1)
    status, body = session.ask("POST", f"/actions/{action['id']}/cancel")
    assert (status, body["data"]["state"], body["data"]["completedAt"]) == (
        200,
        "cancelled",
        "2026-06-01T12:01:00.000Z",
    )
    assert error(session.ask("POST", f"/actions/{action['id']}/cancel"))[:2] == (409, "ACTION_NOT_CANCELLABLE")


@pytest.mark.parametrize(
    ("family", "command", "action", "status", "code", "details"),
    [
        (
            "battery",
            "fly",
            {},
            422,
            "COMMAND_NOT_SUPPORTED",
            {
                "deviceCapabilities": {
                    "supportedActions": ["charge", "discharge", "idle", "auto.balanced", "auto.reserve", "auto.export"]
                }
            },
        ),
        (
            "battery",
            "charge",
            {"parameters": {"speed": {"value": 1, "unit": "kw"}}},
            422,
            "UNSUPPORTED_PARAMETER",
            {
                "unsupportedParameters": ["speed"],
                "deviceCapabilities": {"supportedParameters": ["target", "power", "reserve"]},
            },
        ),
        (
            "battery",
            "charge",
            {"parameters": {"power": {"value": 1, "unit": "watts"}}},
            422,
            "UNSUPPORTED_UNIT",
            {"parameter": "power", "providedUnit": "watts", "supportedUnits": ["kw"]},
        ),
        (
            "battery",
            "charge",
            {"parameters": {"target": {"value": 5, "unit": "percent"}}},
            422,
            "PARAMETER_OUT_OF_RANGE",
            {"parameter": "target", "value": 5, "min": 10, "max": 100, "unit": "percent"},
        ),
        (
            "battery",
            "charge",
            {"parameters": {"power": {"value": 99, "unit": "kw"}}},
            422,
            "PARAMETER_OUT_OF_RANGE",
            {"parameter": "power", "value": 99, "min": 0, "max": 2.8, "unit": "kw"},
        ),
        (
            "battery",
            "idle",
            {"start": "1h", "end": "2h"},
            422,
            "EXECUTION_NOT_SUPPORTED",
            {"requestedExecution": "windowed", "supportedExecution": ["immediate", "scheduled"]},
        ),
        ("battery", "charge", {"start": "2026-06-01T11:00:00"}, 422, "START_IN_PAST", None),
        ("battery", "charge", {"start": "800h"}, 422, "START_OUT_OF_RANGE", None),
        ("battery", "charge", {"end": "2h"}, 422, "INVALID_TIME_WINDOW", {"reason": "end_without_start"}),
    ],
)
def test_every_refusal_has_its_code_and_details(
    family: str, command: str, action: dict[str, Any], status: int, code: str, details: object
) -> None:
    assert error(Told().push(command, family, **action)) == (status, code, details)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "is not JSON"),
        (b'{"action": {"command": "idle"}, "action": {}}', 'repeats the key "action"'),
        ({"action": {"command": "idle"}, "extra": 1}, "'extra' was unexpected"),
        ({"action": {"command": "idle", "speed": 1}}, "'speed' was unexpected"),
        (
            {"action": {"command": "charge", "parameters": {"power": {"value": "2", "unit": "kw"}}}},
            "/action/parameters/power/value",
        ),
        ({}, "'action' is a required property"),
        ({"action": "charge"}, "is not of type 'object'"),
        ({"action": {"command": "charge", "start": "tomorrow"}}, "has the start 'tomorrow'"),
        (None, "is missing"),
    ],
)
def test_a_malformed_body_is_refused_whole(body: object, reason: str) -> None:
    status, code, details = error(Told().ask("POST", f"/battery/{first('battery')}", body))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert reason in details["reason"]


@pytest.mark.parametrize("family", ["solar-inverter", "vehicle"])
def test_families_without_actions_refuse(family: str) -> None:
    assert error(Told().push("charge", family)) == (422, "DIRECT_ACTION_UNSUPPORTED", None)
    assert error(Told().ask("POST", f"/{family}/nobody", {}))[:2] == (404, "DEVICE_NOT_FOUND")


def test_an_unknown_device_cannot_be_pushed() -> None:
    answer = Told().ask("POST", "/battery/device_x", {"action": {"command": "idle"}})
    assert error(answer)[:2] == (404, "DEVICE_NOT_FOUND")


def test_another_action_that_is_not_over_is_a_conflict() -> None:
    session = Told()
    other = session.push("charge", start="2h", end="1h")[1]["data"]["id"]
    assert error(session.push("idle")) == (
        409,
        "CONFLICT",
        {
            "reason": "no_strategy_supplied",
            "conflictingActionIds": [other],
            "strategies": ["cancel_and_replace", "queue_after"],
        },
    )
    queued = session.push("discharge", conflict="queue_after")[1]["data"]
    assert (queued["state"], queued["start"]) == ("scheduled", "2026-06-01T15:00:00.000Z")
    status, body = session.push("idle", conflict="cancel_and_replace")
    assert (status, body["data"]["state"]) == (202, "acknowledged")
    states = {item["id"]: item["state"] for item in session.ask("GET", "/actions")[1]["data"]["items"]}
    assert states == {body["data"]["id"]: "acknowledged", queued["id"]: "cancelled", other: "cancelled"}


def test_what_is_at_work_cannot_be_replaced_nor_queued_after_without_end() -> None:
    session = Told()
    other = session.push("charge")[1]["data"]["id"]
    for strategy, reason in [
        ("cancel_and_replace", "action_at_work"),
        ("queue_after", "conflicting_action_has_no_end"),
    ]:
        expected = (409, "CONFLICT", {"reason": reason, "conflictingActionIds": [other]})
        assert error(session.push("idle", conflict=strategy)) == expected
    assert error(session.push("idle", conflict="whatever"))[2]["reason"] == "strategy_not_supported"
    session.later(seconds=5)
    assert session.push("idle")[0] == 202


def test_a_push_can_ask_for_its_own_failure() -> None:
    session = Told()
    body = {"action": {"command": "charge"}, "sandbox": {"fault": "action_fails", "errorCode": "DEVICE_OFFLINE"}}
    action = session.ask("POST", f"/battery/{first('battery')}", body)[1]["data"]
    session.later(seconds=31)
    assert session.ask("GET", f"/actions/{action['id']}")[1]["data"]["state"] == "acknowledged"
    session.later(seconds=1)
    failed = session.ask("GET", f"/actions/{action['id']}")[1]["data"]
    assert (failed["state"], failed["errorCode"], failed["result"]["success"]) == ("failed", "DEVICE_OFFLINE", False)
    bad = {"action": {"command": "charge"}, "sandbox": {"fault": "explode"}}
    assert error(session.ask("POST", f"/battery/{first('battery')}", bad))[:2] == (400, "VALIDATION_ERROR")


def test_a_session_rule_fails_actions_and_an_offline_device_does_too() -> None:
    for name, code in (("action_times_out", "TIMEOUT"), ("offline", "DEVICE_OFFLINE")):
        session = Told(rules=(FaultRule("r", name, start=AT, arguments={"kind": "fallback", "after_s": 60}),))
        action = session.push("charge")[1]["data"]
        session.later(hours=2)
        assert session.ask("GET", f"/actions/{action['id']}")[1]["data"]["errorCode"] == code


def test_a_current_means_a_power_by_the_devices_own_ratings() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/charger"
    before = visitor.ask("GET", place)[1]
    assert visitor.ask("POST", place, {"a": before["most"] / 2})[0] == 200
    assert visitor.ask("GET", place)[1]["limit"] == before["rated"] / 2
    assert visitor.ask("POST", place, {"a": before["most"] + 1})[0] == 422
