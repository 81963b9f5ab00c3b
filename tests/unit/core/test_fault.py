from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.errors import Problem
from replaysandbox.core.fault import BadFault, FaultFacts, FaultRule, applies, draw_key, route_matches

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
FACTS = FaultFacts(
    at=AT,
    key=draw_key(1, "default", 1),
    route="GET /battery/{id}",
    pack="amps",
    vendor="FoxESS",
    home=3,
    home_name="alice",
    family="battery",
)


def rule(**more: Any) -> FaultRule:
    return FaultRule("f1", "status", **more)


@pytest.mark.parametrize(
    ("narrowed", "hits"),
    [
        ({}, True),
        ({"route": "GET /battery/{id}"}, True),
        ({"route": "GET /battery"}, False),
        ({"route": "GET /battery*"}, True),
        ({"route": "POST *"}, False),
        ({"pack": "amps"}, True),
        ({"pack": "other"}, False),
        ({"vendor": "foxess"}, True),
        ({"vendor": "Tesla"}, False),
        ({"home": "3"}, True),
        ({"home": "alice"}, True),
        ({"home": "bob"}, False),
        ({"home": "4"}, False),
        ({"family": "battery"}, True),
        ({"family": "hvac"}, False),
        ({"vendor": "FoxESS", "family": "hvac"}, False),
        ({"start": AT}, True),
        ({"start": AT + timedelta(seconds=1)}, False),
        ({"until": AT}, False),
        ({"until": AT + timedelta(milliseconds=1)}, True),
        ({"times": 1}, True),
        ({"probability": 0.0}, False),
        ({"probability": 1.0}, True),
    ],
)
def test_what_narrows_a_rule(narrowed: dict[str, Any], hits: bool) -> None:
    assert applies(rule(**narrowed), FACTS) is hits


@pytest.mark.parametrize("narrowed", [{"vendor": "FoxESS"}, {"home": "0"}, {"home": "alice"}, {"family": "battery"}])
def test_a_rule_for_a_device_does_not_hit_a_request_without_one(narrowed: dict[str, Any]) -> None:
    assert not applies(rule(**narrowed), FaultFacts(AT))


def test_times_are_counted_by_rule() -> None:
    twice = rule(times=2)
    hits = [applies(twice, replace(FACTS, hits={"f1": count, "other": 9})) for count in range(4)]
    assert hits == [True, True, False, False]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**63 - 1), st.text(max_size=8), st.floats(0.05, 0.95))
def test_probability_is_the_share_that_is_hit_and_the_same_again(seed: int, session: str, share: float) -> None:
    sometimes = rule(probability=share)
    drawn = [applies(sometimes, FaultFacts(AT, draw_key(seed, session, number))) for number in range(1_000)]
    again = [applies(sometimes, FaultFacts(AT, draw_key(seed, session, number))) for number in range(1_000)]
    assert drawn == again
    assert abs(sum(drawn) / 1_000 - share) < 0.08  # five standard deviations at the worst


def test_draws_differ_by_seed_session_request_and_rule() -> None:
    def draws(rule_id: str, seed: int, session: str, first: int) -> list[bool]:
        half = FaultRule(rule_id, "status", probability=0.5)
        return [applies(half, FaultFacts(AT, draw_key(seed, session, first + number))) for number in range(64)]

    asked = [("f1", 1, "a", 0), ("f2", 1, "a", 0), ("f1", 2, "a", 0), ("f1", 1, "b", 0), ("f1", 1, "a", 64)]
    assert len({tuple(draws(*each)) for each in asked}) == len(asked)


def test_a_greater_probability_hits_all_that_a_smaller_one_did() -> None:
    keys = [draw_key(7, "default", number) for number in range(200)]
    few, many = ({key for key in keys if applies(rule(probability=p), FaultFacts(AT, key))} for p in (0.2, 0.6))
    assert few < many


@pytest.mark.parametrize(
    ("pattern", "route", "same"),
    [("GET /a", "GET /a", True), ("GET /a", "GET /ab", False), ("GET /a*", "GET /ab", True), ("*", "", True)],
)
def test_routes(pattern: str, route: str, same: bool) -> None:
    assert route_matches(pattern, route) is same


def test_a_rule_names_its_verdict_and_can_be_hashed() -> None:
    assert rule().verdict == "fault=status"
    assert len({rule(arguments={"status": 503}), rule(arguments={"status": 503})}) == 1


def test_a_bad_fault_tells_all_its_problems() -> None:
    assert str(BadFault((Problem("fault", 0, "a", "one"), Problem("fault", 0, "", "two")))) == (
        "fault: [a] one\nfault: two"
    )
