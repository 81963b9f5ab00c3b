from __future__ import annotations

from datetime import timedelta

import pytest

from replaysandbox.core.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("6h", timedelta(hours=6)),
        ("+6h", timedelta(hours=6)),
        ("-30m", timedelta(minutes=-30)),
        ("1h30m", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("1d2h3m4.5s", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        (" 45S ", timedelta(seconds=45)),
        ("0s", timedelta(0)),
    ],
)
def test_lengths_as_people_write_them(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "6", "h", "6 h", "6h-30m", "1h1h", "6y", "1e3s", "9999999d", "--6h", "٣h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"length of time|twice"):
        parse_duration(text)
