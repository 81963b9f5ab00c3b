"""COMMAND in a sandbox that runs here: its environment, its clock, its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.launch.app_clock import OPTION, app_clock
from replaysandbox.launch.child import run_child
from replaysandbox.launch.environment import environment
from replaysandbox.launch.running import surroundings

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.serve import Serving


def refuse_app_clock(settings: Settings) -> None:
    """Refuse `--app-clock` where there is no command whose clock could follow.

    Raises:
        SandboxError: It was asked for.
    """
    if settings.app_clock:
        reason = "no command is run here whose clock could follow"
        raise SandboxError(Problem(OPTION, 0, "", reason, "replaysandbox run --app-clock -- COMMAND"))


async def run_app(serving: Serving, command: Sequence[str], user: Mapping[str, str]) -> int:
    """Run a command whose calls come to a sandbox, and wait for its end.

    Args:
        serving: The sandbox.
        command: Program and arguments.
        user: The environment the user called us in.

    Returns:
        Its exit status, as `run_child` gives it.

    Raises:
        SandboxError: The app's clock cannot follow, though `--app-clock` asks for it.
        NotRunError: It cannot be run.
    """
    child = environment(user, surroundings(serving.running, user))
    if not serving.engine.settings.app_clock:
        return await run_child(command, child)
    async with app_clock(serving.engine, command, child, Path(serving.running.ca_file)) as clocked:
        return await run_child(command, clocked)
