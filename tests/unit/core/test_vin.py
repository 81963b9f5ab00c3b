from __future__ import annotations

import pytest

from replaysandbox.core.vin import CHECK_POSITION, LENGTH, LETTERS, check_digit, checked


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111"])
def test_check_digits_of_published_examples(vin: str) -> None:
    assert check_digit(vin) == vin[CHECK_POSITION]
    assert checked(vin[:CHECK_POSITION] + vin[CHECK_POSITION + 1 :]) == vin


def test_the_alphabet_has_no_letter_that_looks_like_a_digit() -> None:
    assert len(LETTERS) == 33
    assert not set("IOQ") & set(LETTERS)
    assert len(checked("0" * 16)) == LENGTH
