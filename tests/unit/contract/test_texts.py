import re

import pytest

from replaysandbox.contract.formats import FORMATS
from replaysandbox.contract.texts import fitting, text_for


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z]{3}-[0-9]{2,4}$",
        "^(red|green)?x+$",
        r"^\d{4}-\d{2}$",
        "^[^a-z]+$",
        r"^\w+@\w+\.com$",
        r"^(?:a|b)(?P<x>c)(?=d)d$",
        "^.{5}$",
        "[^ab]",
        r"^\+?[1-9]\d{1,14}$",
        "",
    ],
)
def test_a_text_fits_its_pattern(pattern: str) -> None:
    assert re.search(pattern, fitting(pattern)), fitting(pattern)


def test_what_is_no_pattern_is_no_error() -> None:
    assert fitting("(") == "text"
    assert len(fitting("a{100000}")) <= 2000


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_each_format_has_a_text(name: str) -> None:
    assert FORMATS[name](text_for({"format": name}))


def test_lengths_are_kept() -> None:
    assert text_for({"minLength": 9}) == "textxxxxx"
    assert text_for({"maxLength": 2}) == "te"
