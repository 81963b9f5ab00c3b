from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.cli.replay_bundle import command_of, settings_for, wish_of
from replaysandbox.launch.replaying import ReplayWish
from tests.unit.shrink.made import BUNDLE

WISH = ReplayWish(Path("/x/idle.repro"))
FOLDER = Path("/x/idle.repro")


def test_a_bundle_is_replayed_as_it_was() -> None:
    rules = replace(BUNDLE, manner=replace(BUNDLE.manner, has_rules=True))
    wish = wish_of(WISH, FOLDER, rules, whole=False)
    assert (wish.file, wish.match) == (FOLDER / "minimal.capture", FOLDER / "match.yaml")
    assert (wish.at_end, wish.shift) == ("loop", True)
    assert wish_of(WISH, FOLDER, BUNDLE, whole=True).file == FOLDER / "whole.capture"


def test_what_the_user_says_otherwise_holds() -> None:
    asked = replace(WISH, match=Path("/y/mine.yaml"), at_end="fail", latency=1.0)
    wish = wish_of(asked, FOLDER, BUNDLE, whole=False)
    assert (wish.match, wish.at_end, wish.latency) == (Path("/y/mine.yaml"), "fail", 1.0)


@pytest.mark.usefixtures("own_home")
def test_settings_are_the_bundles_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"at": None, "pass": ()}
    own = settings_for(given, BUNDLE)
    assert own.at is not None
    assert (own.at.hour, own.pass_, own.port) == (12, ("*.example",), 0)
    other = settings_for({"at": "2026-06-01T03:00Z", "pass": ("a.example",)}, BUNDLE)
    assert other.at is not None
    assert (other.at.hour, other.pass_) == (3, ("a.example",))


def test_it_runs_its_own_command_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_of(BUNDLE, ("npm", "test")) == ("npm", "test")
    assert capsys.readouterr().err == ""
    assert command_of(BUNDLE, ()) == BUNDLE.command
    assert "runs its own command: python 'my app.py' --home 3 (another one: -- COMMAND)" in capsys.readouterr().err
