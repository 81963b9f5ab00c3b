from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from replaysandbox.core.exchange import Request
from replaysandbox.proxy.asked_again import LONGEST_HEAD, AskedAgain

ASKED = Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=1", (("x-api-key", "sk_test_a"),))


def test_the_second_time_is_remembered() -> None:
    asked = AskedAgain(10)
    first, second = replace(ASKED), replace(ASKED)
    assert asked.first(first) is first
    assert _known(first) is None
    assert asked.first(second) is first
    assert _known(first) == {}
    assert _known(second) is None


def _known(request: Request) -> Any:
    return request.known


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, headers=(("x-api-key", "sk_test_b"),)),
        replace(ASKED, headers=(("X-Api-Key", "sk_test_a"),)),
        replace(ASKED, query="limit=2"),
        replace(ASKED, proxy_user="bob"),
        replace(ASKED, way="absolute"),
    ],
)
def test_others_are_others(other: Request) -> None:
    asked = AskedAgain(10)
    asked.first(replace(ASKED))
    assert asked.first(other) is other


@pytest.mark.parametrize("odd", [replace(ASKED, body=b"{}"), replace(ASKED, query="q" * LONGEST_HEAD)])
def test_what_is_not_remembered(odd: Request) -> None:
    asked = AskedAgain(10)
    asked.first(odd)
    again = replace(odd)
    assert asked.first(again) is again


def test_none_are() -> None:
    asked = AskedAgain(0)
    asked.first(replace(ASKED))
    again = replace(ASKED)
    assert asked.first(again) is again


def test_one_too_many_and_all_are_forgotten() -> None:
    asked, first = AskedAgain(2), replace(ASKED)
    asked.first(first)
    asked.first(replace(ASKED))
    asked.first(replace(ASKED, path="/2"))
    asked.first(replace(ASKED, path="/3"))
    assert first.known is None
    again = replace(ASKED)
    assert asked.first(again) is again
