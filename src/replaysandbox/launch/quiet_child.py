"""COMMAND run aside: no terminal, its output kept, a process group of its own that ends with it."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from replaysandbox.launch.child import cannot_run
from replaysandbox.proxy.open_files import as_found
from replaysandbox.shrink.fingerprint import MOST, Ending

_SIGNALLED = 128
"""Added to the number of the signal that ended a command. Source: what shells do."""


async def run_quietly(command: Sequence[str], environ: Mapping[str, str], patience_s: float) -> Ending:
    """Run a command, and say how it ended.

    Whatever it has started is ended with it, also when we are cancelled. Its output goes to files, not to pipes,
    which a process that it leaves behind would hold open.

    Args:
        command: Program and arguments; no shell sees them.
        environ: Its whole environment.
        patience_s: How long it may take. [s]

    Returns:
        Status and the end of its output; status 126 or 127 where it could not be run.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            with as_found():
                process = await asyncio.create_subprocess_exec(
                    *command,
                    env=dict(environ),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=errors,
                    start_new_session=True,
                )
        except (OSError, ValueError) as error:
            status, reason = cannot_run(command[0], environ, error)
            return Ending(status, reason)
        timed_out = False
        try:
            await asyncio.wait_for(process.wait(), patience_s)
        except TimeoutError:
            timed_out = True
        finally:
            await _end_group(process)
        status = process.returncode or 0
        return Ending(status if status >= 0 else _SIGNALLED - status, _end_of(errors), _end_of(output), timed_out)


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """End all that is left of a command: its whole process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await asyncio.shield(process.wait())


def _end_of(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MOST))
    return file.read().decode("utf-8", "replace")
