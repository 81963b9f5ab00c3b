import pytest

from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_push import camel, rule_from_push


def test_the_documented_object() -> None:
    rule = rule_from_push({"fault": "action_fails", "errorCode": "DEVICE_OFFLINE", "afterSeconds": 32})
    assert isinstance(rule, FaultRule)
    assert (rule.id, rule.name, rule.arguments["error_code"], rule.arguments["after_s"]) == (
        "push",
        "action_fails",
        "DEVICE_OFFLINE",
        32,
    )


def test_other_faults_may_be_asked_for_too() -> None:
    rule = rule_from_push({"status": 429, "retryAfterSeconds": 3, "probability": 0.5})
    assert isinstance(rule, FaultRule)
    assert (rule.name, rule.probability) == ("rate_limit", 0.5)


@pytest.mark.parametrize("value", [None, {}])
def test_nothing_asks_for_nothing(value: object) -> None:
    assert rule_from_push(value) is None


@pytest.mark.parametrize(
    ("value", "key", "says"),
    [
        ("action_fails", "", "a fault is an object"),
        ({"fault": "action_fails", "afterSecond": 1}, "afterSecond", "did you mean 'afterSeconds'?"),
        ({"fault": "action_fails", "after_s": 1}, "after_s", "unknown key 'after_s'"),
        ({"fault": "action_fails", "afterSeconds": "1"}, "afterSeconds", "is the text '1', but should be a number"),
        ({"fault": "hang_up", "afterSeconds": 1}, "afterSeconds", "takes no 'afterSeconds'"),
        ({"fault": "hang_up", "times": 1}, "times", "cannot be narrowed by 'times' here"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_body(value: object, key: str, says: str) -> None:
    found = rule_from_push(value)
    assert isinstance(found, BadFault)
    told = [(problem.key, f"{problem.reason} | {problem.hint}") for problem in found.problems]
    assert any(each == key and says in text for each, text in told), told


def test_camel() -> None:
    assert [camel(key) for key in ("fault", "error_code", "retry_after_s", "sd_s")] == [
        "fault",
        "errorCode",
        "retryAfterSeconds",
        "sdSeconds",
    ]
