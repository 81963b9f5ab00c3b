import pytest

from replaysandbox.contract.patterns import literal_braces
from replaysandbox.contract.validators import pattern_problem


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("^{[0-9a-f]{4}}$", r"^\{[0-9a-f]{4}\}$"),
        (r"\{a\}", r"\{a\}"),
        ("a{2}b{2,}c{2,3}", "a{2}b{2,}c{2,3}"),
        (r"\p{L}+\u{1F600}\x{41}", r"\p{L}+\u{1F600}\x{41}"),
        ("x{,3}", r"x\{,3\}"),
        ("", ""),
    ],
)
def test_braces_that_count_nothing_stand_for_themselves(pattern: str, written: str) -> None:
    assert literal_braces(pattern) == written


def test_what_javascript_takes_we_take() -> None:
    assert pattern_problem("^{[0-9]+}$")
    assert not pattern_problem(literal_braces("^{[0-9]+}$"))
