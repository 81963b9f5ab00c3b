"""What is told of a bug holds no secrets. The bundles themselves: tests/repro."""

import pytest

from replaysandbox.launch.bundling import covered_by, covered_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api-key=sk_live_4f9a8b7c6d5e", "api-key=HIDDEN"),
        ("AssertionError: went back to PENDING", "AssertionError: went back to PENDING"),
        (
            "E   requests.exceptions.HTTPError: 401 for jo.doe@home.example",
            "E   requests.exceptions.HTTPError: 401 for HIDDEN",
        ),
        ("RuntimeError: password: hunter2-4711 is wrong", "RuntimeError: password: HIDDEN is wrong"),
        ("KeyError: 'rate'", "KeyError: 'rate'"),
        ("app.py, total", "app.py, total"),
        ("https://me:s3cret-4711@api.amps.ai/x?token=abcd1234efgh", "https://HIDDEN:HIDDEN@api.amps.ai/x?token=HIDDEN"),
        ("logged_in=true", "logged_in=true"),
    ],
)
def test_secrets_are_taken_out(text: str, expected: str) -> None:
    assert covered_by([])(text) == expected


def test_what_was_a_secret_once_is_one_everywhere() -> None:
    covered = covered_by([])
    assert covered("password=hunter2-4711") == "password=HIDDEN"
    assert covered("first\nit is hunter2-4711, they said") == "first\nit is HIDDEN, they said"


def test_secrets_in_a_command_are_taken_out() -> None:
    words = ["python", "app.py", "--password=hunter2-4711", "--token", "abcd1234efgh", "--limit", "5", "-v", "--", "x"]
    told = ("python", "app.py", "--password=HIDDEN", "--token", "HIDDEN", "--limit", "5", "-v", "--", "x")
    assert covered_words(words, covered_by([])) == told
