import pytest

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.match_rules import MatchRules, PathRule, parse_place
from replaysandbox.replay.difference import MOST_PARTS, differences, distance, near_misses
from replaysandbox.replay.rules import Judge
from tests.unit.replay.make import JSON, ask


@pytest.mark.parametrize(
    ("asked", "kept", "told"),
    [
        (ask(method="POST"), ask(), [("method", "asked POST, recorded GET")]),
        (ask("/a/1"), ask("/a/2"), [("path:1", "asked '1', recorded '2'")]),
        (ask(query="x=1"), ask(), [("query:x", "asked '1', not recorded")]),
        (ask(), ask(query="x=1"), [("query:x", "not asked, recorded '1'")]),
        (
            ask(method="PUT", headers=JSON, body=b'{"a": {"b": 1}}'),
            ask(method="PUT", headers=JSON, body=b'{"a": {"b": 2}}'),
            [("json:/a/b", "asked '1', recorded '2'")],
        ),
        (ask(), ask(), []),
    ],
)
def test_each_part_that_differs_is_told(asked: RecordedRequest, kept: RecordedRequest, told: list) -> None:
    assert differences(Judge(MatchRules()), asked, kept, ()) == told


def test_numbers_too_far_apart_are_told() -> None:
    judge = Judge(MatchRules(rules=(PathRule(tolerance={parse_place("query:level"): 1.0}),)))
    told = differences(judge, ask(query="level=5"), ask(query="level=8"), ())
    assert told == [("query:level", "asked 5, recorded 8: further apart than 1")]


def test_what_was_redacted_is_not_held_against_a_request() -> None:
    assert differences(Judge(MatchRules()), ask("/a/1"), ask("/a/2"), ("path:1",)) == []


def test_no_secret_is_told() -> None:
    told = differences(Judge(MatchRules()), ask(query="api_key=hush&x=1"), ask(query="api_key=other"), ())
    assert "hush" not in str(told)


def test_a_long_value_is_cut() -> None:
    ((_, told),) = differences(Judge(MatchRules()), ask(query="x=" + "y" * 500), ask(), ())
    assert len(told) < 120


def test_many_differences_are_counted() -> None:
    near = near_misses("GET /x (line 2)", "day.jsonl", [(f"query:{n}", "…") for n in range(8)])
    assert len(near) == MOST_PARTS + 1
    assert near[-1].reason == "and 3 more parts"
    assert distance([("method", ""), ("path:1", ""), ("query:x", "")]) == 6
