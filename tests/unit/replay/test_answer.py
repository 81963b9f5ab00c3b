import pytest

from replaysandbox.replay.answer import AtEnd, Found, Missed, Turns, find
from tests.unit.replay.make import ask, script


@pytest.mark.parametrize(
    ("at_end", "numbers"),
    [("repeat-last", [0, 2, 2, 2]), ("loop", [0, 2, 0, 2]), ("fail", [0, 2, None, None])],
)
def test_repeats_come_in_order_and_end_as_asked(at_end: AtEnd, numbers: list[int | None]) -> None:
    capture, turns = script([ask("/a"), ask("/b"), ask("/a")], at_end=at_end), Turns()
    found = [find(capture, ask("/a"), turns) for _ in range(4)]
    assert [each.number if isinstance(each, Found) else None for each in found] == numbers


def test_a_miss_at_the_end_says_already_used() -> None:
    capture, turns = script([ask("/a")], at_end="fail"), Turns()
    find(capture, ask("/a"), turns)
    missed = find(capture, ask("/a"), turns)
    assert isinstance(missed, Missed)
    assert missed.near[0].reason == "already used: it was recorded once, and asked more often (--sequence fail)"
    assert missed.near[0].route == "GET https://api.amps.ai/a (line 2)"


def test_each_session_has_its_own_turns() -> None:
    capture, one, other = script([ask("/a"), ask("/a")]), Turns(), Turns()
    numbers = [find(capture, ask("/a"), turns) for turns in (one, other, one)]
    assert [each.number for each in numbers if isinstance(each, Found)] == [0, 0, 1]


def test_a_miss_names_the_nearest_exchange_part_by_part() -> None:
    capture = script([ask("/a", "x=1&y=1"), ask("/a", "x=1&y=2"), ask("/b")])
    missed = find(capture, ask("/a", "x=1&y=3"), Turns())
    assert isinstance(missed, Missed)
    assert [(near.route, near.part, near.reason) for near in missed.near] == [
        ("GET https://api.amps.ai/a (line 2)", "query:y", "asked '3', recorded '1'")
    ]


def test_another_host_is_a_miss_with_nothing_near() -> None:
    from dataclasses import replace

    missed = find(script([ask()]), replace(ask(), host="other.example"), Turns())
    assert missed == Missed(())
