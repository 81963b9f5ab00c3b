from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_words import (
    LONGEST_HEADER,
    data_from_words,
    rule_from_credential,
    rules_from_header,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status=503", [("status", {"status": 503})]),
        (" status = 503".replace(" = ", "="), [("status", {"status": 503})]),
        ("slow; delay=2", [("slow", {"delay_s": 2})]),
        ("slow;delay_s=0.5", [("slow", {"delay_s": 0.5})]),
        ("mean=2; sd=0.1", [("slow", {"mean_s": 2, "sd_s": 0.1})]),
        ("hang_up", [("hang_up", {})]),
        ("rate_limit; retry_after=30", [("rate_limit", {"retry_after_s": 30})]),
        ('status=400; message="a; b, c"', [("status", {"status": 400, "message": "a; b, c"})]),
        ("error=device_offline, delay=1", [("status", {"error": "device_offline"}), ("slow", {"delay_s": 1})]),
        ("offline; kind=fallback", [("offline", {"kind": "fallback"})]),
    ],
)
def test_a_header(text: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    rules = rules_from_header(text)
    assert not isinstance(rules, BadFault), str(rules)
    assert [(rule.name, dict(rule.arguments)) for rule in rules] == expected
    assert [rule.id for rule in rules] == [f"header-{number}" for number in range(1, len(rules) + 1)]


def test_a_header_may_say_how_likely() -> None:
    rules = rules_from_header("hang_up; probability=0.25")
    assert not isinstance(rules, BadFault)
    assert rules[0].probability == 0.25


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it takes e.g. status=503"),
        ("503", "it takes e.g."),
        ("status=503,", "it takes e.g."),
        ("status=503; ; times=1", "it takes e.g."),
        ('message="open', "it takes e.g."),
        ("hang_up" + " " * LONGEST_HEADER, "it takes e.g."),
        (", ".join(["hang_up"] * 5), "it takes e.g."),
        ("status=five", "is the text 'five', but should be a whole number"),
        ("status=503; times=1", "cannot be narrowed by 'times' here"),
        ("slow; hang_up", "comes on top of 'slow'"),
        ("status=503; status=500", "comes on top of '503'"),
        ("hangup", "did you mean 'hang_up'?"),
        ("slow; dellay=2", "did you mean 'delay_s'?"),
    ],
)
def test_a_bad_header_is_told(text: str, says: str) -> None:
    found = rules_from_header(text)
    assert isinstance(found, BadFault)
    assert says in str(found)


@settings(max_examples=100, deadline=None)
@given(st.text('slow=;, "de\t1é', max_size=40))
def test_no_header_raises(text: str) -> None:
    assert rules_from_header(text)


def test_words_of_the_command_line() -> None:
    words = ["rate_limit", "retry_after=30", "route=GET /battery/{id}", "home=3", "times=2", "vendor=A=B"]
    assert data_from_words(words) == {
        "fault": "rate_limit",
        "retry_after_s": 30,
        "route": "GET /battery/{id}",
        "home": 3,
        "times": 2,
        "vendor": "A=B",
    }


@pytest.mark.parametrize(
    ("credential", "name", "arguments"),
    [
        ("sk_test_fault_hang_up", "hang_up", {}),
        ("sk_test_fault_status_503", "status", {"status": 503}),
        ("sk_test_fault_slow_2", "slow", {"delay_s": 2}),
        ("sk_test_fault_slow_0.5", "slow", {"delay_s": 0.5}),
        ("sk_test_fault_rate_limit", "rate_limit", {"retry_after_s": 30}),
        ("sk_test_fault_rate_limit_5", "rate_limit", {"retry_after_s": 5}),
        ("fault_expired_key", "expired_key", {}),
        ("k-fault_offline_fallback", "offline", {"kind": "fallback"}),
        ("sk_test_fault_action_times_out_60", "action_times_out", {"after_s": 60}),
    ],
)
def test_a_magic_credential(credential: str, name: str, arguments: dict[str, Any]) -> None:
    rule = rule_from_credential(credential)
    assert isinstance(rule, FaultRule), str(rule)
    assert (rule.id, rule.name, dict(rule.arguments)) == ("credential", name, arguments)


def test_a_magic_credential_names_the_code_of_a_failure() -> None:
    rule = rule_from_credential("sk_test_fault_action_fails_SCHEDULER_ACTIVE")
    assert isinstance(rule, FaultRule)
    assert rule.arguments["error_code"] == "SCHEDULER_ACTIVE"


@pytest.mark.parametrize(
    "credential", ["", "sk_test_demo", "sk_test_default_slow", "sk_test_fault", "sk_test_faulty_x"]
)
def test_other_credentials_are_no_magic(credential: str) -> None:
    assert rule_from_credential(credential) is None


@pytest.mark.parametrize(
    ("credential", "says"),
    [
        ("sk_test_fault_statsu_503", "there is no fault 'statsu_503'"),
        ("sk_test_fault_slow", "needs either 'delay_s'"),
        ("sk_test_fault_hang_up_2", "unknown key 'value'"),
        ("sk_test_fault_slowly", "there is no fault 'slowly' | did you mean 'slow'?"),
    ],
)
def test_a_magic_credential_that_means_nothing_is_told(credential: str, says: str) -> None:
    found = rule_from_credential(credential)
    assert isinstance(found, BadFault)
    assert any(says in f"{problem.reason} | {problem.hint}" for problem in found.problems), str(found)
