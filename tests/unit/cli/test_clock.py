import pytest

from replaysandbox.cli.clock import asked


@pytest.mark.parametrize(
    ("word", "call"),
    [
        (None, ("GET", "/clock", None)),
        ("+6h", ("POST", "/clock/advance", {"by": "+6h"})),
        ("-30m", ("POST", "/clock/advance", {"by": "-30m"})),
        ("freeze", ("PUT", "/clock", {"frozen": True})),
        ("run", ("PUT", "/clock", {"frozen": False})),
        ("2026-06-01T20:00:00Z", ("PUT", "/clock", {"at": "2026-06-01T20:00:00Z"})),
    ],
)
def test_a_word_becomes_a_call(word: str | None, call: object) -> None:
    assert asked(word) == call
