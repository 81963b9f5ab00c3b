from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.device import FAMILIES
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_json import SELECTORS, rule_from_json, rule_view
from replaysandbox.faults.kind import Argument, Fault
from replaysandbox.faults.table import FAULTS
from replaysandbox.files.schema_check import format_validator
from tests.unit.faults.make import AT


def wrong(data: object, **more: Any) -> list[tuple[str, str, str]]:
    found = rule_from_json(data, "f1", **more)
    assert isinstance(found, BadFault), found
    return [(problem.key, problem.reason, problem.hint) for problem in found.problems]


def test_the_documented_rule() -> None:
    data = {
        "route": "GET /battery/{id}",
        "vendor": "FoxESS",
        "home": 3,
        "status": 429,
        "retry_after_s": 30,
        "times": 2,
        "probability": 1.0,
        "from": "2026-06-01T14:00:00+02:00",
        "until": "2026-06-01T13:00:00Z",
    }
    assert rule_from_json(data, "f1") == FaultRule(
        "f1",
        "rate_limit",
        route="GET /battery/{id}",
        vendor="FoxESS",
        home="3",
        start=AT,
        until=datetime(2026, 6, 1, 13, tzinfo=UTC),
        times=2,
        arguments={"retry_after_s": 30, "status": 429},
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"status": 503}, "status"),
        ({"error": "device_offline"}, "status"),
        ({"status": 429}, "status"),
        ({"status": 503, "retry_after_s": 3}, "status"),
        ({"status": 429, "retry_after_s": 3}, "rate_limit"),
        ({"status": 429, "retry_after_s": 3, "code": "X"}, "status"),
        ({"fault": "status", "status": 429, "retry_after_s": 3}, "status"),
        ({"delay_s": 0.5}, "slow"),
        ({"mean_s": 1, "sd_s": 0.1}, "slow"),
        *(({"fault": name}, name) for name in FAULTS if name not in ("status", "slow")),
    ],
)
def test_which_fault_is_meant(data: dict[str, Any], name: str) -> None:
    rule = rule_from_json(data, "f1")
    assert isinstance(rule, FaultRule)
    assert rule.name == name


@pytest.mark.parametrize(
    ("data", "key", "says"),
    [
        ([], "", "a fault is an object"),
        ({}, "", "names no fault | say fault: one of status, rate_limit"),
        ({"times": 1}, "", "names no fault"),
        ({"statsu": 503}, "statsu", "unknown key 'statsu' | did you mean 'status'?"),
        ({"status": 503, "time": 1}, "time", "unknown key 'time' | did you mean 'times'?"),
        ({"fault": "slwo"}, "fault", "there is no fault 'slwo' | did you mean 'slow'?"),
        ({"fault": ["slow"]}, "fault", "is no name | known: action_fails"),
        ({"fault": 10**40}, "fault", "is no name"),
        ({"status": 503, "delay_s": 1}, "", "means two faults: status, slow | make a rule for each"),
        (
            {"status": 503, "after_s": 1},
            "after_s",
            "takes no 'after_s' | it belongs to: action_fails, action_times_out",
        ),
        ({"fault": "status"}, "", "needs 'status' or 'error'"),
        ({"fault": "slow"}, "", "needs either 'delay_s', or 'mean_s' and 'sd_s'"),
        ({"mean_s": 1}, "", "needs either"),
        ({"delay_s": 1, "mean_s": 1, "sd_s": 1}, "", "needs either"),
        ({"status": 200}, "status", "is the number 200, but should be 400 to 599"),
        ({"status": "503"}, "status", "is the text '503', but should be a whole number"),
        ({"status": 503, "times": 0}, "times", "should be 1 to"),
        ({"status": 503, "probability": 1.5}, "probability", "should be 0 to 1"),
        ({"status": 503, "family": "car"}, "family", "should be one of battery"),
        ({"status": 503, "from": "noon"}, "from", "should be an instant"),
        ({"status": 503, "from": None}, "from", "is empty"),
        ({"fault": "offline", "times": 1}, "times", "the fault 'offline' cannot be narrowed by 'times' here"),
        ({"fault": "offline", "route": "GET /a"}, "route", "cannot be narrowed by 'route'"),
        (
            {"fault": "hang_up", "from": "2026-06-01T12:00:00Z", "until": "2026-06-01T14:00:00+02:00"},
            "until",
            "is not after",
        ),
    ],
)
def test_what_is_wrong_is_told(data: object, key: str, says: str) -> None:
    found = wrong(data)
    assert any(each[0] == key and says in f"{each[1]} | {each[2]}" for each in found), found


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [key for key, _, _ in wrong({"status": 1, "times": -1, "hoem": 3})] == ["hoem", "status", "times"]


def test_only_what_may_narrow_here() -> None:
    assert wrong({"status": 503, "home": 3}, selectors=("probability",))[0][0] == "home"
    assert isinstance(rule_from_json({"status": 503, "probability": 0.5}, "f1", selectors=("probability",)), FaultRule)


def test_an_outage_begins_when_it_is_given_and_other_rules_hold_whatever_the_clock_says() -> None:
    offline, status = ({"fault": "offline"}, {"status": 503})
    assert rule_from_json(offline, "f1", at=AT).start == AT  # type: ignore[union-attr]
    assert rule_from_json(status, "f1", at=AT).start is None  # type: ignore[union-attr]


def values(argument: Argument) -> st.SearchStrategy[Any]:
    match argument.kind:
        case "whole":
            return st.integers(int(argument.minimum), int(argument.maximum))
        case "number":
            return st.floats(argument.minimum, argument.maximum)
        case "home":
            return st.sampled_from([0, 7, "alice"])
        case "instant":
            return st.just("2026-06-01T12:00:00Z")
        case _:
            return st.sampled_from(argument.choices or ("GET /a", "é", "{x}"))


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    fault: Fault = draw(st.sampled_from(list(FAULTS.values())))
    free = [SELECTORS[name] for name in SELECTORS if name not in (*fault.barred, "until")]
    chosen = draw(st.lists(st.sampled_from([*free, *fault.arguments]), unique_by=lambda each: each.name))
    if fault.name == "slow":
        chosen = [each for each in chosen if each in free] + list(fault.arguments[:1])
    if fault.name == "status":
        chosen = [each for each in chosen if each.name != "status"] + list(fault.arguments[:1])
    return {"fault": fault.name, **{each.name: draw(values(each)) for each in chosen}}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rules())
def test_a_rule_shown_is_the_rule_read_and_keeps_to_the_schema(data: dict[str, Any]) -> None:
    rule = rule_from_json(data, "f1")
    assert isinstance(rule, FaultRule), str(rule)
    view = rule_view(rule)
    assert view.pop("id") == "f1"
    assert rule_from_json(view, "f1") == rule
    assert not list(format_validator("fault").iter_errors(data))
    assert not list(format_validator("fault").iter_errors(view))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["fault", *SELECTORS, "status", "delay_s", "kind", "x"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from([*FAULTS, *FAMILIES, "", "x"])
        | st.lists(st.none()),
    )
)
def test_anything_else_is_told_as_wrong_and_never_raises(data: dict[str, Any]) -> None:
    found = rule_from_json(data, "f1")
    if isinstance(found, BadFault):
        assert found.problems
    else:
        assert not list(format_validator("fault").iter_errors(data))
