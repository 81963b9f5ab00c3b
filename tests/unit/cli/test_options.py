from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from replaysandbox.cli.options import WORLD, example, flags_of, settings_of, shared_options
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.options import OPTIONS


def parsed(*arguments: str) -> dict[str, Any]:
    """Parse arguments as `up` would, and give what reaches it."""
    seen: dict[str, Any] = {}
    command = shared_options()(lambda **given: seen.update(given))
    answer = CliRunner().invoke(click.command()(command), list(arguments), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return seen


def test_every_option_of_the_table_is_on_the_command_line() -> None:
    assert list(parsed()) == [option.name for option in OPTIONS]


def test_nothing_given_is_nothing_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert set(settings_of(parsed()).origins.values()) == {"default"}


def test_texts_reach_the_settings_and_are_checked_there_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = settings_of(parsed("--seed", "7", "--freeze", "--pass", "a.example", "--pass=b.example"))
    assert (settings.seed, settings.freeze, settings.pass_) == (7, True, ("a.example", "b.example"))
    with pytest.raises(SandboxError) as caught:
        settings_of(parsed("--seed", "seven", "--port", "-1"))
    assert [problem.file for problem in caught.value.problems] == ["--port", "--seed"]


def test_options_can_be_handed_on_to_a_process_of_our_own() -> None:
    arguments = ["--pack=a", "--pack=b", "--seed=7", "--freeze", "--speed=60", "--port=0"]
    assert flags_of(parsed(*arguments)) == arguments
    assert parsed(*flags_of(parsed(*arguments))) == parsed(*arguments)


def test_verbs_without_a_proxy_take_only_what_makes_a_world() -> None:
    command = click.command()(shared_options(WORLD)(lambda **given: None))
    assert [parameter.name for parameter in command.params] == list(WORLD)


def test_an_example_is_shown_as_it_is_typed() -> None:
    command = click.Command("x", epilog=example("replaysandbox up  --seed 7", "replaysandbox down"))
    said = CliRunner().invoke(command, ["--help"]).output
    assert "    replaysandbox up  --seed 7\n    replaysandbox down\n" in said
