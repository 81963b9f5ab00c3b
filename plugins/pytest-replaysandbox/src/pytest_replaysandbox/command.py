"""Which command starts replaysandbox: one that the user names, or one that is installed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

VARIABLE = "REPLAYSANDBOX_COMMAND"
"""What a user sets where `replaysandbox` is not to be found, e.g. to `/opt/tools/bin/replaysandbox`."""

NOT_FOUND = f"""pytest-replaysandbox found no replaysandbox to start.
Install it beside, in an environment of its own:  pipx install replaysandbox
or name it:                                       {VARIABLE}=/path/to/replaysandbox
or run these tests without it:                    pytest -p no:replaysandbox"""


def find_command(environ: Mapping[str, str], python: str, which: Callable[[str], str | None]) -> list[str] | None:
    """Find the command: the user's, this environment's, the one on `PATH`, or `uvx` and `pipx`, which fetch it.

    Args:
        environ: Environment variables.
        python: The interpreter that runs the tests; scripts of its environment lie beside it.
        which: Finds a program on `PATH`.
    """
    if environ.get(VARIABLE):
        return shlex.split(environ[VARIABLE])
    beside = Path(python).with_name("replaysandbox")
    if beside.is_file():
        return [str(beside)]
    for words in (["replaysandbox"], ["uvx", "replaysandbox"], ["pipx", "run", "replaysandbox"]):
        found = which(words[0])
        if found is not None:
            return [found, *words[1:]]
    return None
