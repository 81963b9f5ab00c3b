import click
import pytest
from click.testing import CliRunner

from replaysandbox.cli.clock import asked, command


@pytest.mark.parametrize(
    ("word", "call"),
    [
        (None, ("GET", "/clock", None)),
        ("+6h", ("POST", "/clock/advance", {"by": "+6h"})),
        ("-30m", ("POST", "/clock/advance", {"by": "-30m"})),
        ("freeze", ("PUT", "/clock", {"frozen": True})),
        ("run", ("PUT", "/clock", {"frozen": False})),
        ("2026-06-01T20:00:00Z", ("PUT", "/clock", {"at": "2026-06-01T20:00:00+00:00"})),
        ("2026-06-01T20:00:00+02:00", ("PUT", "/clock", {"at": "2026-06-01T18:00:00+00:00"})),
        ("2026-06-01T20:00", ("PUT", "/clock", {"at": "2026-06-01T20:00:00+00:00"})),
        ("2026-06-01", ("PUT", "/clock", {"at": "2026-06-01T00:00:00+00:00"})),
    ],
)
def test_a_word_becomes_a_call(word: str | None, call: object) -> None:
    assert asked(word) == call


@pytest.mark.parametrize("word", ["", "yesterday", "Freeze", "2026-13-01", "6h"])
def test_another_word_is_wrong_usage(word: str) -> None:
    with pytest.raises(click.BadParameter, match="an instant such as"):
        asked(word)


@pytest.mark.parametrize("arguments", [["-2h"], ["-1.5h", "--session", "a"], ["--session", "a", "--", "-2h"]])
def test_hours_back_are_not_the_help(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def call(*told: object, **_: object) -> dict[str, object]:
        seen.append(told[3])
        return {"at": "2026-06-01T12:00:00.000Z", "frozen": True, "world_at": None}

    monkeypatch.setattr("replaysandbox.cli.clock.call", call)
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert seen == [{"by": next(each for each in arguments if each.endswith("h"))}]
