from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import click
import pytest

from replaysandbox.cli import door
from replaysandbox.cli.door import ASIDE, BUG, INTERRUPTED, USAGE, VERBS, invoke
from replaysandbox.core.errors import Problem, SandboxError

HEAVY = ("mitmproxy", "rich", "numpy", "yaml", "jsonschema", "jinja2", "asyncio", "cryptography", "starlette")


def failing(error: BaseException) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("x", callback=callback)


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> type:
    """Put a verb of our own in the place of `up` and of `run`."""

    class Put:
        @staticmethod
        def in_place(command: click.Command) -> None:
            monkeypatch.setattr(door.Verbs, "get_command", lambda self, ctx, name: command)

    return Put


@pytest.mark.parametrize(
    ("error", "plain", "around_a_command"),
    [
        (SandboxError(Problem("pack.yaml", 3, "routes", "is wrong", "mend it")), USAGE, ASIDE),
        (click.UsageError("no"), USAGE, ASIDE),
        (ValueError("our bug"), BUG, ASIDE),
        (KeyboardInterrupt(), INTERRUPTED, INTERRUPTED),
    ],
)
def test_each_failure_has_its_status(verb: Any, error: BaseException, plain: int, around_a_command: int) -> None:
    verb.in_place(failing(error))
    assert invoke(["up"]) == plain
    assert invoke(["run"]) == around_a_command


def test_what_a_verb_returns_is_its_status(verb: Any) -> None:
    verb.in_place(click.Command("x", callback=lambda: 7))
    assert invoke(["up"]) == 7
    verb.in_place(click.Command("x", callback=lambda: None))
    assert invoke(["up"]) == 0


def test_a_users_mistake_has_no_traceback_and_our_bug_has_one(verb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    verb.in_place(
        failing(SandboxError([Problem("b.yaml", 2, "k", "is wrong", "mend it"), Problem("a.yaml", 1, "", "is odd")]))
    )
    invoke(["up"])
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "a.yaml:1: is odd",
        "b.yaml:2: [k] is wrong",
        "    hint: mend it",
        "replaysandbox: 2 problems to mend",
    ]
    assert said.out == ""
    verb.in_place(failing(ZeroDivisionError("oops")))
    invoke(["up"])
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["devises"]) == USAGE
    assert "did you mean 'devices'?" in capsys.readouterr().err


def test_options_of_the_group_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--version"]) == 0
    assert invoke(["--help"]) == 0


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert "Example" in said
    assert "replaysandbox" in said.partition("Example")[2]


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from replaysandbox.cli.door import invoke\n"
        "status = invoke(['--help'])\n"
        f"print(status, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stderr.strip() == "0 []"
    assert all(f"\n  {name} " in done.stdout for name in VERBS)
