"""What the verbs share that steer a running sandbox: which one, which session, and its control API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.core.errors import Problem, SandboxError

if TYPE_CHECKING:
    from replaysandbox.files.running import Running


def running_options[Command: Callable[..., Any]](command: Command) -> Command:
    """Give a command the options that say which sandbox, and which session of it."""
    command = click.option("--session", default="default", metavar="NAME", help="Session. [default]")(command)
    return click.option("--port", type=click.IntRange(1, 65535), help="The sandbox with its proxy on this port.")(
        command
    )


def call(port: int | None, method: str, path: str, body: Any = None, /, **query: object) -> Any:
    """Make one call to the control API of the sandbox that is meant.

    Raises:
        SandboxError: None runs, several do, or it says no.
    """
    return json.loads(fetch(port, method, path, body, **query))


def fetch(port: int | None, method: str, path: str, body: Any = None, /, **query: object) -> bytes:
    """Make one call, as `call` does, and give back its bytes.

    Raises:
        SandboxError: None runs, several do, or it says no.
    """
    from replaysandbox.files.folders import runtime_folder
    from replaysandbox.files.running import all_running
    from replaysandbox.launch.control_client import Control
    from replaysandbox.launch.running import chosen

    running = chosen(all_running(runtime_folder()), Path.cwd(), port)
    with told(running):
        return Control(running.control_url, running.control_token).fetch(method, path, body, **query)


@contextmanager
def told(running: Running) -> Iterator[None]:
    """Tell in words what a running sandbox says no to while the block runs, or that it says nothing.

    Raises:
        SandboxError: One of the two.
    """
    from replaysandbox.launch.control_client import ControlError

    whose = f"the sandbox at {running.proxy_url}"
    try:
        yield
    except ControlError as error:
        raise SandboxError(Problem(whose, 0, "", str(error))) from None
    except OSError as error:
        reason = f"does not answer: {getattr(error, 'reason', None) or error}"
        raise SandboxError(Problem(whose, 0, "", reason, "see: replaysandbox doctor")) from None
