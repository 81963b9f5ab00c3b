from __future__ import annotations

from dataclasses import replace

from replaysandbox.core.pack import RedactWords
from replaysandbox.files.packs import read_packs
from replaysandbox.redact.rules import GENERAL, Rules, rules_of


def test_words_of_all_packs_are_joined() -> None:
    (amps,) = read_packs(("amps",))
    first = replace(amps, redact=RedactWords(headers=("X-User-Id",), json=("data.*.nick",)))
    second = replace(amps, redact=RedactWords(parameters=("ref",), keep=("serial",)))
    rules = rules_of([first, second])
    assert rules.of_header("x-user-id") == "secret"
    assert rules.of_parameter("ref") == "secret"
    assert rules.of_key("nick", ("data", "*", "nick")) == "secret"
    assert rules.of_key("serial", ()) == ""


def test_some_words_are_secrets_in_a_query_only() -> None:
    assert GENERAL.of_parameter("key") == "secret"
    assert GENERAL.of_parameter("code") == "secret"
    assert GENERAL.of_key("key", ()) == ""
    assert Rules(keep=frozenset({"key"})).of_parameter("key") == ""
