from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.cli.layout import laid_out

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_what_fits_stands_on_one_line() -> None:
    assert laid_out({"a": [1, 2], "b": None}) == ['{"a": [1, 2], "b": null}']
    assert laid_out({"long": {"x": 1, "y": 22}, "short": []}, width=22) == [
        "{",
        '  "long": {',
        '    "x": 1,',
        '    "y": 22',
        "  },",
        '  "short": []',
        "}",
    ]
    assert laid_out({"long": {"x": 1, "y": 22}, "short": []}, width=30) == [
        "{",
        '  "long": {"x": 1, "y": 22},',
        '  "short": []',
        "}",
    ]


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(VALUES, st.integers(10, 60))
def test_it_is_the_same_json_and_no_line_that_could_be_broken_is_too_long(value: Any, width: int) -> None:
    lines = laid_out(value, width)
    assert json.loads("\n".join(lines)) == value
    for line in lines:
        bare = line.strip().removesuffix(",")
        assert len(line) <= width or bare[-1:] not in "]}" or bare in ("]", "}") or bare.endswith(("[]", "{}"))
