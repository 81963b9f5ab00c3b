from __future__ import annotations

import time

import pytest

from replaysandbox.redact.text import cover_shapes, cover_text
from tests.unit.redact.made import cover

SECRET = "cnry5f0c9a77"


@pytest.mark.parametrize(
    "text",
    [
        f"token={SECRET}",
        f"password: {SECRET}",
        f"'api_key' => '{SECRET}'",
        f"https://x.example/?a=1&access_token={SECRET}&b=2",
        f"Authorization: Bearer {SECRET}",
        f"<password>{SECRET}</password>",
        f"<ns:apiKey a='1'>{SECRET}</ns:apiKey>",
        f"level: token={SECRET}",
        f"https://user:{SECRET}@host.example/",
        f"{SECRET}@mail.example",
        f"https://x.example/{SECRET}%40mail.example",
        f'data: {{"token": "{SECRET}"}}',
    ],
)
def test_it_is_covered(text: str) -> None:
    assert SECRET not in cover_text(text, cover())


@pytest.mark.parametrize(
    "text", ["level=5", "name: Powerwall", "token: null", "a token was sent", "token_type=bearer", "x" * 40]
)
def test_it_stays(text: str) -> None:
    assert cover_text(text, cover()) == text


def test_shapes_alone() -> None:
    assert cover_shapes(f"token={SECRET}", cover()) == f"token={SECRET}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a=" * 100_000, "<a>" * 70_000, "a@" * 100_000, "://a:" * 40_000, "eyJ" * 70_000]
)
def test_no_text_takes_for_ever(text: str) -> None:
    begun = time.monotonic()
    cover_text(text, cover())
    assert time.monotonic() - begun < 10
