import time

import pytest

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.match_rules import MatchRules, PathRule, parse_place
from replaysandbox.replay.rules import compiled, is_volatile_header, is_volatile_name
from tests.unit.kept import kept_bytes
from tests.unit.replay.make import FORM, JSON, ask, matches

P = parse_place


def rules(**rule: object) -> MatchRules:
    return MatchRules(rules=(PathRule(**rule),))  # type: ignore[arg-type]


def put(level: object) -> RecordedRequest:
    return ask(method="PUT", headers=JSON, body=f'{{"level": {level}, "name": "bat-7"}}'.encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ask(query="api_key=a&x=1"), ask(query="x=1&api_key=b")),
        (ask(query="nonce=a"), ask()),
        (
            ask(method="POST", headers=FORM, body=b"grant_type=code&code=1&client_secret=a"),
            ask(method="POST", headers=FORM, body=b"grant_type=code&code=2&client_secret=b"),
        ),
        (
            ask(method="POST", headers=JSON, body=b'{"user": "u", "password": "a"}'),
            ask(method="POST", headers=JSON, body=b'{"user": "u", "password": "b"}'),
        ),
        (ask(headers=(("Authorization", "a"), ("User-Agent", "b"))), ask(headers=(("X-Request-Id", "c"),))),
    ],
)
def test_what_changes_from_run_to_run_is_ignored(one: RecordedRequest, other: RecordedRequest) -> None:
    assert matches(one, other)


def test_it_is_compared_when_the_user_says_so() -> None:
    assert not matches(ask(query="nonce=a"), ask(query="nonce=b"), MatchRules(volatile=False))


def test_header_fields_are_compared_when_they_are_chosen() -> None:
    metric, imperial = (ask(headers=(("SC-Unit-System", unit),)) for unit in ("metric", "imperial"))
    assert matches(metric, imperial)
    assert not matches(metric, imperial, MatchRules(headers=("sc-unit-system",)))
    assert not matches(metric, imperial, MatchRules(headers=("*",)))
    other_agent = ask(headers=(("User-Agent", "x"), ("SC-Unit-System", "metric")))
    assert matches(metric, other_agent, MatchRules(headers=("*",)))


def test_one_cookie_can_be_ignored() -> None:
    one, other = (ask(headers=(("Cookie", f"tenant_id=t; page={page}"),)) for page in "12")
    assert not matches(one, other, MatchRules(headers=("cookie",)))
    assert matches(one, other, MatchRules(headers=("cookie",), rules=(PathRule(ignore=(P("cookie:page"),)),)))


@pytest.mark.parametrize(
    ("rule", "same", "different"),
    [
        ({"ignore": (P("json:/level"),)}, '"x"', None),
        ({"ignore": (P("body"),)}, "{}", None),
        ({"presence": (P("json:/level"),)}, '"x"', None),
        ({"tolerance": {P("json:/level"): 0.5}}, "50.5", "50.6"),
        ({"regex": {P("json:/level"): "[0-9.]+"}}, "7", "-7"),
    ],
)
def test_a_rule_says_how_closely(rule: dict, same: str, different: str | None) -> None:
    assert not matches(put(50), put(same))
    assert matches(put(50), put(same), rules(**rule))
    if different is not None:
        assert not matches(put(50), put(different), rules(**rule))


def test_presence_wants_a_value() -> None:
    assert not matches(ask(query="since=1"), ask(), rules(presence=(P("query:since"),)))
    assert matches(ask(query="since=1"), ask(), rules(ignore=(P("query:since"),)))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({"path": "/site/{id}/energy"}, True),
        ({"path": "/site/*/energy"}, True),
        ({"path": "/site/**"}, True),
        ({"path": "/site/{id}"}, False),
        ({"path": "/**", "method": "POST"}, False),
        ({"host": "*.amps.ai"}, True),
        ({"host": "other.example"}, False),
    ],
)
def test_a_rule_is_for_some_requests_only(rule: dict, fits: bool) -> None:
    one, other = ask("/site/1/energy", "day=1"), ask("/site/1/energy", "day=2")
    assert matches(one, other, rules(**rule, ignore=(P("query:day"),))) is fits


def test_no_expression_takes_long() -> None:
    began = time.perf_counter()
    assert compiled("(a+)+b").fullmatch("a" * 50_000) is None
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["(", r"(a)\1", "(?=a)"])
def test_what_is_no_expression_says_why(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        compiled(text)


def test_volatile_names() -> None:
    assert is_volatile_header("user-agent")
    assert is_volatile_header("x-amz-date")
    assert not is_volatile_header("accept")
    assert is_volatile_name("Idempotency-Key")
    assert not is_volatile_name("limit")


def test_long_names_are_not_remembered() -> None:
    assert kept_bytes(is_volatile_name) < 50_000
