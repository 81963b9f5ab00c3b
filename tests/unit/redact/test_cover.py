from __future__ import annotations

import pytest

from tests.unit.redact.made import cover


def test_what_is_covered_is_counted_by_rule_and_place_and_known_from_then_on() -> None:
    covering = cover()
    covering.place = "request body"
    made = covering.value("cnry5f0c9a77", "secret token")
    covering.place = "response body"
    assert covering.bytes(b"say cnry5f0c9a77") == f"say {made}".encode()
    assert covering.bytes(b"cnry5f0c9a77") == made.encode()
    assert covering.hits == {
        ("secret token", "request body"): 1,
        ("seen elsewhere", "response body"): 2,
    }
    assert "cnry" not in repr(covering.hits)


def test_places_move_and_blanks_stay() -> None:
    covering = cover()
    assert covering.named("52.520008", "place", "lat", number=True) != "52.520008"
    assert covering.named("52.520008,13.404954", "place", "ll").count(",") == 1
    assert covering.named("Berlin", "place", "geo") == "Berlin"
    assert covering.named("  ", "secret", "token") == "  "


@pytest.mark.parametrize("word", ["true", "False", "null", "none", "yes", "No"])
def test_an_answer_to_a_question_is_no_secret(word: str) -> None:
    covering = cover()
    assert covering.named(word, "secret", "password_set") == word
    assert covering.value(word, "secret x-token-valid") == word
    assert not covering.hits
    assert covering.value(f"{word}x1", "secret token") != f"{word}x1", "only as the whole value"
