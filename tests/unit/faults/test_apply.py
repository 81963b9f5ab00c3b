from dataclasses import replace
from datetime import UTC, datetime, timedelta

from replaysandbox.core.action import Failure
from replaysandbox.core.exchange import Forward, Hangup, Outcome, Reply
from replaysandbox.core.fault import FaultFacts, FaultRule, Hit
from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.core.scenario import Outage
from replaysandbox.faults.apply import action_fate, delayed, device_outage, facts_told, refusal
from replaysandbox.faults.kind import LONGEST_DELAY_S
from tests.unit.faults.make import AT, ERRORS, FACTS, demo, rule

EVERY = [
    rule("expired_key", vendor="nobody"),
    rule("status", status=503),
    rule("hang_up"),
    rule("slow", delay_s=1),
    rule("offline"),
    rule("action_fails"),
    rule("action_times_out"),
]


def test_the_first_refusal_that_hits_counts() -> None:
    assert refusal(EVERY, FACTS, demo()) == Hit(EVERY[1], ERRORS["service_unavailable"])
    assert refusal(EVERY[2:], FACTS, demo()) == Hit(EVERY[2], Hangup("fault=hang_up"))
    assert refusal(EVERY[3:], FACTS, demo()) is None


def test_an_error_the_api_does_not_have_leaves_the_place_to_the_next_rule() -> None:
    rules = [rule(error="device_offline"), rule("hang_up")]
    found = refusal(rules, FACTS, demo(device_offline=None))
    assert found is not None
    assert found.rule is rules[1]


def test_times_over_a_run_of_requests() -> None:
    """Count as a session does: two 503, then the API answers again."""
    twice = rule(status=503, times=2)
    hits: dict[str, int] = {}
    seen = []
    for _ in range(4):
        found = refusal([twice], replace(FACTS, hits=hits), demo())
        if found is not None:
            hits[found.rule.id] = hits.get(found.rule.id, 0) + 1
        seen.append(found is not None)
    assert seen == [True, True, False, False]


def test_delays_add_up_and_the_verdict_names_the_first_fault() -> None:
    rules = [
        rule("hang_up"),
        rule(delay_s=2),
        rule("slow", "f2", delay_s=3),
        rule("slow", "f3", delay_s=9, vendor="nobody"),
    ]
    outcome, hit = delayed(rules, FACTS, Reply(200, delay_s=0.5))
    assert outcome == Reply(200, verdict="fault=slow", delay_s=5.5)
    assert hit == (rules[1], rules[2])
    assert delayed(rules, FACTS, Hangup("fault=hang_up"))[0] == Hangup("fault=hang_up", 5.0)
    assert delayed(rules, FACTS, Forward())[0] == Forward("fault=slow", 5.0)


def test_delays_together_are_bounded() -> None:
    rules = [rule("slow", f"f{number}", delay_s=LONGEST_DELAY_S) for number in range(3)]
    assert delayed(rules, FACTS, Reply(200))[0].delay_s == LONGEST_DELAY_S


def test_without_a_slow_rule_the_outcome_is_untouched() -> None:
    outcome: Outcome = Reply(200)
    assert delayed(EVERY[4:], FACTS, outcome) == (outcome, ())


def test_a_device_is_offline_and_back() -> None:
    away = rule("offline", vendor="foxess", **{"from": "2026-06-01T12:00:00Z", "until": "2026-06-01T13:00:00Z"})
    seen = [
        device_outage([away], replace(FACTS, at=AT + timedelta(minutes=minute))) is not None
        for minute in (-1, 0, 59, 60)
    ]
    assert seen == [False, True, True, False]
    assert device_outage([away], replace(FACTS, vendor="Tesla")) is None


def test_gone_outweighs_a_hiccup_and_then_the_longer_counts() -> None:
    def away(kind: str, hour: int) -> FaultRule:
        return rule("offline", f"{kind}-{hour}", kind=kind, **{"from": f"2026-06-01T{hour:02}:00:00Z"})

    rules = [away("fallback", 1), away("offline", 9), away("offline", 8), away("offline", 13)]
    found = device_outage(rules, FACTS)
    assert found == Hit(rules[2], Outage("offline", datetime(2026, 6, 1, 8, tzinfo=UTC)))


def test_a_share_of_the_devices_is_away_and_stays_the_same() -> None:
    some = rule("offline", probability=0.3)
    away = [
        {number for number in range(1_000) if device_outage([some], FaultFacts(AT + timedelta(hours=hour), number))}
        for hour in (0, 5)
    ]
    assert away[0] == away[1]
    assert 220 < len(away[0]) < 380


def test_the_first_fate_that_hits_counts() -> None:
    assert action_fate(EVERY, FACTS, 32.0) == Hit(
        EVERY[5], Failure("DEVICE_OFFLINE", "The device cannot be reached.", 32.0)
    )
    found = action_fate(EVERY[6:], FACTS, 32.0)
    assert found is not None
    assert found.effect.code == "TIMEOUT"
    assert action_fate(EVERY[:5], FACTS, 32.0) is None


def test_an_error_of_too_many_requests_says_when_to_ask_again() -> None:
    many = ErrorAnswer(429, "many", "many")
    asked = rule("rate_limit", retry_after_s=7)
    assert facts_told(asked, many) == {"retry_after_s": 7}
    assert facts_told(rule("status", status=429), many) == {"retry_after_s": 30}
    assert facts_told(rule("status", status=429), replace(many, headers=(("Retry-After", "60"),))) == {
        "retry_after_s": 60
    }
    assert facts_told(rule("status", status=503), replace(many, status=503)) == {}
