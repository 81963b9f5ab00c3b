import pytest

from replaysandbox.faults.kind import LONGEST_TEXT, Argument, wrong_value

WHOLE = Argument("times", "whole", "", 1, 10)
NUMBER = Argument("p", "number", "", 0, 1)
TEXT = Argument("code", "text", "")
CHOICE = Argument("kind", "text", "", choices=("a", "b"))
INSTANT = Argument("from", "instant", "")
HOME = Argument("home", "home", "")


@pytest.mark.parametrize(
    ("argument", "value", "reason"),
    [
        (WHOLE, 1, ""),
        (WHOLE, 0, "is the number 0, but should be 1 to 10"),
        (WHOLE, 10**40, "is a huge number, but should be 1 to 10"),
        (WHOLE, 1.0, "is the number 1.0, but should be a whole number"),
        (WHOLE, True, "is the truth value true, but should be a whole number"),
        (WHOLE, "1", "is the text '1', but should be a whole number"),
        (NUMBER, 1, ""),
        (NUMBER, 0.25, ""),
        (NUMBER, float("nan"), "is the number nan, but should be 0 to 1"),
        (NUMBER, float("inf"), "is the number inf, but should be 0 to 1"),
        (NUMBER, None, "is empty, but should be a number"),
        (TEXT, "X", ""),
        (TEXT, 1, "is the number 1, but should be text"),
        (TEXT, "", f"is the text '', but should be 1 to {LONGEST_TEXT} printable characters"),
        (TEXT, "a\nb", f"is the text 'a\\nb', but should be 1 to {LONGEST_TEXT} printable characters"),
        (TEXT, "\ud800", f"is the text '\\ud800', but should be 1 to {LONGEST_TEXT} printable characters"),
        (CHOICE, "a", ""),
        (CHOICE, "c", "is the text 'c', but should be one of a, b"),
        (INSTANT, "2026-06-01T12:00:00Z", ""),
        (INSTANT, "2026-06-01T12:00:00+02:00", ""),
        (INSTANT, "0001-01-01T00:00:00+02:00", "2026-06-01T12:00:00Z"),
        (INSTANT, "2026-06-01T12:00:00", "2026-06-01T12:00:00Z"),
        (INSTANT, "noon", "is the text 'noon', but should be an instant: 2026-06-01T12:00:00Z"),
        (INSTANT, 5, "is the number 5, but should be an instant: 2026-06-01T12:00:00Z"),
        (HOME, 0, ""),
        (HOME, "alice", ""),
        (HOME, -1, "is the number -1, but should be a home's position from 0, or its name"),
        (HOME, [], "is a list, but should be a home's position from 0, or its name"),
        (HOME, {}, "is an object, but should be a home's position from 0, or its name"),
    ],
)
def test_values(argument: Argument, value: object, reason: str) -> None:
    found = wrong_value(argument, value)
    assert found.endswith(reason)
    assert bool(found) is bool(reason)
