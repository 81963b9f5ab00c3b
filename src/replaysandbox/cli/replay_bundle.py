"""`replay BUNDLE`: a bundle's capture, replayed as it was when its command failed."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import settings_of, tell

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.replaying import ReplayWish
    from replaysandbox.launch.serve import Serving
    from replaysandbox.shrink.bundle import Bundle

MENDED, THERE, UNKNOWN = 0, 1, 125
"""Exit statuses of `--mended`: the bug is gone, it is there, it cannot be told. Source: git-bisect(1), bisect run."""


def wish_of(wish: ReplayWish, folder: Path, bundle: Bundle, *, whole: bool) -> ReplayWish:
    """Replay a bundle's capture as it was replayed before; what the user says otherwise holds.

    Args:
        wish: What the user asked for.
        folder: The bundle's.
        bundle: What it says.
        whole: Whether answers are to have all their fields, for an app that may get further.
    """
    from replaysandbox.shrink.bundle import CAPTURE, RULES, WHOLE

    manner = bundle.manner
    rules = wish.match or (folder / RULES if manner.has_rules else None)
    at_end = manner.at_end if wish.at_end == "repeat-last" else wish.at_end
    return replace(
        wish, file=folder / (WHOLE if whole else CAPTURE), match=rules, at_end=at_end, shift=wish.shift or manner.shift
    )


def command_of(bundle: Bundle, given: Sequence[str]) -> tuple[str, ...]:
    """Choose what to run: what the user names, or else what the bundle does, which is told."""
    if given:
        return tuple(given)
    tell(f"bundle      runs its own command: {shlex.join(bundle.command)} (another one: -- COMMAND)")
    return bundle.command


def settings_for(given: Mapping[str, Any], bundle: Bundle) -> Settings:
    """Give the settings that a bundle was made under; what the user says otherwise holds."""
    own = {"at": bundle.manner.at or None, "pass": bundle.manner.passes}
    told = {name: given[name] or value for name, value in own.items()}
    return settings_of({**given, **told}, {"port": 0, "control_port": 0})


async def judged(serving: Serving, bundle: Bundle, command: Sequence[str]) -> int:
    """Run a command until it fails as the bundle says, as often as a flaky one needs, and say whether it did."""
    from replaysandbox.launch.environment import environment
    from replaysandbox.launch.quiet_child import run_quietly
    from replaysandbox.launch.running import surroundings
    from replaysandbox.launch.trials import ran_of, start_anew
    from replaysandbox.shrink.bug import is_mended

    user = dict(os.environ)
    environ = environment(user, surroundings(serving.running, user))
    verdict: bool | None = True
    for _ in range(bundle.bug.tries):
        start_anew(serving.engine)
        ending = await run_quietly(command, environ, bundle.patience_s)
        click.echo(ending.output, nl=False)
        click.echo(ending.errors, nl=False, err=True)
        sys.stdout.flush()
        verdict = is_mended(bundle.bug, ran_of(serving.engine, ending))
        if verdict is not True:
            break
    tell(f"bug         {_WORDS[verdict]}: {bundle.bug.fingerprint}")
    return {True: MENDED, False: THERE, None: UNKNOWN}[verdict]


_WORDS = {True: "is gone", False: "is there", None: "cannot be told: COMMAND fails in another way than"}
