from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.refuse_rule import RefuseRule, says


@pytest.mark.parametrize(
    ("words", "value", "is_said"),
    [
        (("auto", "eco"), "eco", True),
        (("auto",), "automatic", False),
        (("auto*",), "automatic", True),
        (("*",), "anything", True),
        (("*",), None, False),
        ((None,), None, True),
        ((None,), "", False),
        ((7,), "7", True),
        ((7,), 7, True),
        ((True,), True, True),
        ((True,), 1, False),
        ((1,), True, False),
        (("wrong*",), {"a": 1}, False),
    ],
)
def test_a_value_is_one_of_some_words(words: tuple[object, ...], value: object, is_said: bool) -> None:
    assert says(words, value) is is_said


@given(st.text(max_size=5), st.text(max_size=5))
def test_a_word_with_a_star_is_any_that_begins_so(start: str, rest: str) -> None:
    assert says((f"{start}*",), start + rest)


def test_a_rule_may_leave_out_either_side() -> None:
    assert RefuseRule("no", {"path.a": ("b",)}).unless == {}
