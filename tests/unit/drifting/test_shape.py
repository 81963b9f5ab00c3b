from replaysandbox.drifting.shape import shape_drift
from tests.unit.drifting.made import profile

EXPECTED = profile({"a": 1, "b": {"c": "x", "d": None}, "l": [{"e": 1}]}, {"a": 2, "b": {"c": "y", "d": None}, "l": []})


def told(*bodies: object, headers: tuple = (("X-Left", "1"),)) -> list[tuple[str, str, str]]:
    drifts = shape_drift(EXPECTED, profile(*bodies, headers=headers))
    return [(each.grade, each.pointer, each.reason) for each in drifts]


GOOD = {"a": 1, "b": {"c": "z", "d": None}, "l": []}


def test_values_and_empty_lists_are_no_drift() -> None:
    assert told(GOOD) == []
    assert told({**GOOD, "b": {"c": "z", "d": 7}}) == [], "null so far said nothing of the type"


def test_what_is_gone_new_renamed_or_another_type_is_told() -> None:
    assert told({"b": GOOD["b"], "l": []}) == [("breaking", "/a", "is missing")]
    assert told({**GOOD, "z": 1}) == [("harmless", "/z", "is new")]
    assert told({**GOOD, "b": {"cc": "x", "d": None}}) == [
        ("breaking", "/b/c", "is gone, and 'cc' is there in its place: renamed?")
    ]
    assert told({**GOOD, "a": "1"}) == [("breaking", "/a", "is string where it was never: number")]
    assert told(GOOD, headers=()) == [("risky", "header x-left", "the header is gone")]


def test_a_missing_branch_is_told_once() -> None:
    assert told({"a": 1, "l": []}) == [("breaking", "/b", "is missing")]


def test_a_key_may_hold_a_slash() -> None:
    drifts = shape_drift(profile({"a/b": 1}), profile({"a": 2}))
    assert [(each.pointer, each.reason) for each in drifts] == [
        ("/a~1b", "is gone, and 'a' is there in its place: renamed?"),
    ]
