from __future__ import annotations

import pytest

from replaysandbox.redact.vin import is_vin, looks_like_vin


def test_a_vin_beyond_doubt() -> None:
    assert is_vin("1M8GDM9AXKP042788")
    assert not is_vin("1M8GDM9A1KP042788"), "another check digit"


@pytest.mark.parametrize(
    "text", ["", "1M8GDM9AXKP04278", "IM8GDM9AXKP042788", "1m8gdm9axkp042788", "ABCDEFGHJKLMNPRST", "12345678901234567"]
)
def test_what_is_no_vin(text: str) -> None:
    assert not looks_like_vin(text)
