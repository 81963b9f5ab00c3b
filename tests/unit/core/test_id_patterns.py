from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.id_patterns import LONGEST, read_text, shape_of, write_text

PATTERNS = (
    "EH[0-9]{6}",
    "[0-9a-f]{8}",
    "[0-9a-f]{24}",
    "[0-9a-f]{64}",
    "[A-Z]{2}-\\d{4}",
    "^[1-9][0-9]{6}$",
    "[0-9A-F]{2}:[0-9A-F]{2}:[0-9A-F]{2}",
    "S\\.[abc][01]",
    "only",
)


@given(st.sampled_from(PATTERNS), st.text(max_size=6), st.data())
@settings(max_examples=60, deadline=None)
def test_texts_come_back_and_are_of_the_pattern(pattern: str, realm: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, shape_of(pattern).numbers - 1))
    text = write_text(pattern, realm, number)
    assert re.fullmatch(pattern, text)
    assert read_text(pattern, realm, text) == number


@pytest.mark.parametrize("pattern", ["[A-Z]\\d", "x[ab]{3}", "only", "[0-9][0-9]"])
def test_a_short_pattern_uses_each_of_its_texts_once(pattern: str) -> None:
    shape = shape_of(pattern)
    assert len({write_text(pattern, "r", number) for number in range(shape.numbers)}) == shape.texts == shape.numbers


@given(st.sampled_from(PATTERNS), st.text(max_size=24))
@settings(max_examples=60, deadline=None)
def test_what_is_read_is_what_is_written(pattern: str, text: str) -> None:
    number = read_text(pattern, "r", text)
    assert number is None or write_text(pattern, "r", number) == text


@given(st.integers(0, 2**47 - 1), st.integers(0, 23), st.sampled_from("0123456789abcdef"))
@settings(max_examples=40, deadline=None)
def test_what_a_long_text_does_not_need_is_a_check(number: int, place: int, letter: str) -> None:
    text = write_text(PATTERNS[2], "r", number)
    mistyped = text[:place] + letter + text[place + 1 :]
    assert mistyped == text or read_text(PATTERNS[2], "r", mistyped) is None


def test_a_shape_says_how_many_texts_it_has() -> None:
    assert shape_of("EH[0-9]{6}").texts == 10**6
    assert shape_of("[0-9a-fA-F_]").places == ("0123456789abcdefABCDEF_",)
    assert shape_of("[0-9a-f]{32}").numbers == 2**52


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("[0-9]+", r"'\+' at character 6"),
        ("a|b", r"'\|' at character 2"),
        (".*", r"'\.' at character 1"),
        ("[^0-9]", r"'\[' at character 1"),
        ("(ab)", r"'\(' at character 1"),
        ("\\w{3}", r"'\\' at character 1"),
        ("[z-a]", "runs from 'z' back to 'a'"),
        ("a/b", "'/' cannot be in an id"),
        ("a b", "' ' cannot be in an id"),
        ("[é]", "'é' cannot be in an id"),
        ("", "not 0"),
        (f"a{{{LONGEST + 1}}}", f"1 to {LONGEST} characters, not {LONGEST + 1}"),
    ],
)
def test_what_is_no_pattern_of_an_id_is_told(pattern: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        shape_of(pattern)


def test_an_id_never_changes() -> None:
    # Documents and users' tests quote ids: a change here breaks them.
    assert [write_text(pattern, "device", 5) for pattern in PATTERNS[:3]] == [
        "EH917217",
        "6221a4d1",
        "adb51b376a9758893424aa87",
    ]
