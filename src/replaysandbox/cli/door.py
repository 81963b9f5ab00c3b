"""From arguments to exit status: the group of verbs, and what each kind of failure ends with."""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from replaysandbox import __version__
from replaysandbox.core.counted import many
from replaysandbox.core.errors import NotRunError, SandboxError

VERBS = {
    "run": "Run COMMAND with all its HTTP(S) going through the sandbox.",
    "up": "Start the sandbox and stay.",
    "record": "Pass calls through to the live API and keep them, redacted.",
    "replay": "Answer from a capture, word for word.",
    "compare": "Let the live API answer, and hold sandbox and contract against it.",
    "probe": "Ask the live API what can be read, into a capture for drift.",
    "repro": "Shrink a capture while COMMAND still fails; write a bundle.",
    "redact": "Redact a file, or say what secrets it still holds.",
    "convert": "Write a file of exchanges in another format.",
    "down": "End a running sandbox.",
    "env": "Print the environment that leads into the running sandbox.",
    "devices": "Show the devices, or draw one device's day.",
    "clock": "Show or move the clock of the running sandbox.",
    "fault": "Add, list and clear deliberate failures.",
    "journal": "Show the exchanges the running sandbox has seen.",
    "session": "List sessions, or put one back to the start.",
    "pack": "List packs, or check a pack's files.",
    "check": "Hold packs and captures to contract, laws and published day.",
    "drift": "Say where the live API and the sandbox part.",
    "ca": "Say where our certificate authority is; put it into stores, take it out.",
    "doctor": "Say what keeps an app from the sandbox, and how to mend it.",
    "config": "Show the settings in force and where each came from.",
    "demo": "See it work: real clients, a day in the life of the devices.",
}
"""Verb → its line in the help. Each is `command` in the module of its name."""

RUN_A_COMMAND = frozenset({"run", "record", "replay", "compare"})
"""Verbs whose exit status is that of the user's command: our own failures end with one it will not use."""

USAGE, BUG, ASIDE, INTERRUPTED, UNHEARD = 2, 3, 125, 130, 141
"""The last: whoever read our output has gone (`| head`), as shells give it for a program that SIGPIPE ended."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_EPILOG = """\b
Example:
  replaysandbox demo
  replaysandbox run -- curl -s https://api.amps.ai/battery -H "x-api-key: sk_test_demo"
"""


class _UnheardError(Exception):
    """Whoever read our output has gone."""


class Verbs(click.Group):
    """A group that imports a verb's module only when that verb is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """List verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb."""
        if cmd_name not in VERBS:
            near = difflib.get_close_matches(cmd_name, VERBS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(VERBS)}"
            raise click.UsageError(f"there is no command '{cmd_name}'; {hint}")
        module = importlib.import_module(f"replaysandbox.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; click itself would end an output that nobody reads with 1, as if there were findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _UnheardError from None

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table as it stands, without importing a single verb."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, epilog=_EPILOG, context_settings=_HELP)
@click.version_option(__version__, prog_name="replaysandbox")
def app() -> None:
    """Point an app that talks to energy-device APIs at simulated devices, without changing it."""


def invoke(arguments: Sequence[str]) -> int:
    """Run the verb that the arguments name.

    Args:
        arguments: Command line without the program's name.

    Returns:
        Exit status: the verb's own; 2 for wrong usage or a broken file of the user's; 3 for our bug; 125 in
        place of both for verbs that run the user's COMMAND, 126 or 127 where that cannot be run.
    """
    runs_command = next((word for word in arguments if not word.startswith("-")), "") in RUN_A_COMMAND
    ours = ASIDE if runs_command else BUG
    theirs = ASIDE if runs_command else USAGE
    try:
        status = app.main(list(arguments), prog_name="replaysandbox", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return theirs
    except (SandboxError, NotRunError) as error:
        click.echo(told(error) if isinstance(error, SandboxError) else f"replaysandbox: {error}", err=True)
        return error.status if isinstance(error, NotRunError) and runs_command else theirs
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except _UnheardError:
        _hush()
        return UNHEARD
    except Exception as error:  # noqa: BLE001  # the one place that turns our bug into its exit status
        return theirs if _is_the_machines(error) else ours
    return status if isinstance(status, int) else 0


def _is_the_machines(error: Exception) -> bool:
    """Tell what ended a verb: True where the machine did, else it is a bug of ours."""
    if isinstance(error, OSError) and error.errno in _FULL:
        _hush()
        click.echo(f"replaysandbox: {error.strerror}", err=True)
        return True
    if _is_nowhere():
        click.echo("replaysandbox: the folder you stand in is gone; cd to another", err=True)
        return True
    traceback.print_exc()
    click.echo("replaysandbox: this is a bug of ours; please report it with the lines above", err=True)
    return False


def _is_nowhere() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _hush() -> None:
    """Let nothing more be written to an output that takes no more: the interpreter would fail once more at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(error: SandboxError) -> str:
    """Put all problems into lines for a person."""
    last = f"replaysandbox: {many(len(error.problems), 'problem')} to mend"
    return "\n".join([*(str(problem) for problem in error.problems), last])
