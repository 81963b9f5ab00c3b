import pytest

from replaysandbox.drifting.profile import MOST_NUMBERS, MOST_POLLED, MOST_POLLS, MOST_WORDS, Profile, kind_of
from tests.unit.drifting.made import AT, profile


def test_fields_are_added_up_wherever_they_stand_in_lists() -> None:
    made = profile({"a": [{"n": 1}, {"n": 2.25, "w": "x"}]}, {"a": []})
    assert made.fields["/a/*/n"].numbers == [1.0, 2.25]
    assert (made.fields["/a/*/n"].digits, made.fields["/a/*/w"].seen, made.answers) == (2, 1, 2)
    assert made.fields["/a/*/n"].signs == {"w=x": {1: 1}}
    assert made.headers == {"x-left": 2}


def test_instants_are_held_against_the_exchange() -> None:
    made = profile({"t": "2026-06-01T02:00:00Z"}, {"t": "2026-06-01T03:00:00"})
    assert made.fields["/t"].zones == {"Z": 1, "none": 1}
    assert made.fields["/t"].offsets_s == [7200.0, 7200.0]
    assert made.polls["/t", "/a"][1] == 2


def test_memory_is_bounded() -> None:
    made = profile(*({"n": n, "w": str(n)} for n in range(MOST_NUMBERS + 10)))
    assert len(made.fields["/n"].numbers) == MOST_NUMBERS
    assert made.fields["/w"].words is None
    assert MOST_WORDS < MOST_NUMBERS


def test_instants_of_many_answers_to_many_questions_are_not_all_kept() -> None:
    made = Profile()
    for number in range(MOST_POLLS + 10):
        made.add({"t": f"2026-06-01T12:{number % 60:02}:00Z"}, (), AT, "/a")
    assert (len(made.polls["/t", "/a"][0]), made.polls["/t", "/a"][1]) == (60, MOST_POLLS)
    for number in range(MOST_POLLED + 10):
        made.add({"t": "2026-06-01T12:00:00Z"}, (), AT, f"/a?from={number}")
    assert len(made.polls) == MOST_POLLED


def test_what_proxies_add_is_no_header_of_the_api() -> None:
    assert not profile({}, headers=(("Date", AT.isoformat()), ("X-Request-Id", "7"), ("CF-Ray", "x"))).headers


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "boolean"), (1, "number"), ("", "string"), ([], "array"), ({}, "object")],
)
def test_kinds_are_those_of_json(value: object, kind: str) -> None:
    assert kind_of(value) == kind
