"""NO_PROXY: nothing that a real client would follow to an imitated host may stay."""

from __future__ import annotations

from urllib import request

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.utils import should_bypass_proxies

from replaysandbox.launch.no_proxy import LOOPBACK, covers, entries, narrowed

HOST = "api.amps.ai"


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "*.*",
        "ai",
        ".ai",
        "amps.ai",
        ".amps.ai",
        "*.amps.ai",
        "*amps.ai",
        "API.Amps.AI",
        "api.amps.ai:443",
        "api.*.ai",
        "a?i.amps.ai",
        "mps.ai",
    ],
)
def test_an_entry_that_some_client_would_follow_covers_the_host(entry: str) -> None:
    assert covers(entry, HOST)


@pytest.mark.parametrize(
    "entry",
    [
        "localhost",
        "127.0.0.1",
        "::1",
        "[::1]:8080",
        "10.0.0.0/8",
        "corp.example",
        ".corp.example:8443",
        "oauth.amps.ai",
        "amps.ai.evil.example",
    ],
)
def test_other_entries_do_not(entry: str) -> None:
    assert not covers(entry, HOST)


def test_both_spellings_of_the_variable_count_and_commas_or_blanks_separate() -> None:
    assert entries({"NO_PROXY": "a, b", "no_proxy": "b c,,"}) == ("a", "b", "c")


def test_the_users_entries_stay_and_this_machine_is_added() -> None:
    kept = narrowed(("corp.example", "*", ".ai", "localhost"), (HOST,))
    assert kept == ("corp.example", *LOOPBACK)


def test_with_nothing_imitated_all_entries_stay() -> None:
    assert narrowed(("*",), ()) == ("*", *LOOPBACK)


_PIECES = st.lists(st.sampled_from(["*", ".", "api", "amps", "ai", "mps", "x", ":443", "?"]), max_size=5)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES.map("".join), max_size=3))
def test_no_client_would_bypass_us_with_what_stays(raw: list[str]) -> None:
    kept = ",".join(narrowed(entries({"NO_PROXY": ",".join(raw)}), (HOST,)))
    assert not request.proxy_bypass_environment(HOST, {"no": kept})  # type: ignore[attr-defined] # public, but unknown to typeshed
    assert not request.proxy_bypass_environment(f"{HOST}:443", {"no": kept})  # type: ignore[attr-defined] # public, but unknown to typeshed
    assert not should_bypass_proxies(f"https://{HOST}/battery", kept)
