"""COMMAND as a child of ours: its terminal, its signals and its exit status stay its own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence

from replaysandbox.core.errors import NotRunError
from replaysandbox.proxy.open_files import as_found

CANNOT_RUN = 126
"""Exit status for a command that is there but cannot be run. Source: POSIX.1-2017, Shell, 2.8.2."""

NOT_FOUND = 127
"""Exit status for a command that is not there. Source: POSIX.1-2017, Shell, 2.8.2."""

_SIGNALLED = 128
"""Added to the number of the signal that ended a command. Source: what shells do."""

_GRACE_S = 5.0
"""How long the child has after SIGTERM when we are cancelled. Ours. [s]"""

_FROM_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
_PASSED_ON = (*_FROM_KEYBOARD, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


async def run_child(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command and wait for its end.

    It stays in our process group and keeps the terminal, so that Ctrl-C reaches it, however often, as if we
    were not there; signals sent to us are passed on. When we are cancelled, it is ended first. Must run on
    the main thread's loop.

    Args:
        command: Program and arguments, at least one word; no shell sees them.
        environ: Its whole environment; the program is searched on the `PATH` in there.

    Returns:
        Its exit status; 128 + n when signal n ended it.

    Raises:
        NotRunError: It cannot be run.
    """
    with _relayed() as relay:
        try:
            with as_found():
                process = await asyncio.create_subprocess_exec(*command, env=dict(environ))
        except (OSError, ValueError) as error:
            raise NotRunError(*cannot_run(command[0], environ, error)) from error
        try:
            relay.attach(process)
            status = await process.wait()
        finally:
            await _end(process)
    return status if status >= 0 else _SIGNALLED - status


class _Relay:
    """Passes signals on to the child; one that comes before the child is there waits for it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: list[signal.Signals] = []

    def attach(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        for number in self._waiting:
            self.take(number)

    def take(self, number: signal.Signals) -> None:
        if number in _FROM_KEYBOARD and _holds_terminal():
            return  # the terminal has sent it to the whole group, and to many programs twice means "by force"
        if self._process is None:
            self._waiting.append(number)
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)


@contextlib.contextmanager
def _relayed() -> Iterator[_Relay]:
    loop = asyncio.get_running_loop()
    relay = _Relay()
    # What we inherited as ignored (nohup, a script's `&`) stays ignored, for us and for the child.
    numbers = [number for number in _PASSED_ON if signal.getsignal(number) is not signal.SIG_IGN]
    for number in numbers:
        loop.add_signal_handler(number, relay.take, number)
    try:
        yield relay
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _holds_terminal() -> bool:
    """Tell whether we are in the foreground of a terminal: then its Ctrl-C goes to the child too."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GRACE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def cannot_run(program: str, environ: Mapping[str, str], error: OSError | ValueError) -> tuple[int, str]:
    """Say with which status a command ends that could not be run, and why.

    Args:
        program: Its first word.
        environ: The environment it was to have.
        error: What came of trying.
    """
    there = shutil.which(program, mode=os.F_OK, path=environ.get("PATH", os.defpath)) is not None
    if isinstance(error, FileNotFoundError) and not there:
        return NOT_FOUND, f"{program}: command not found"
    return CANNOT_RUN, f"{program}: cannot be run: {_reason(error)}"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "the interpreter that its first line names is not there"
    if isinstance(error, OSError) and error.errno == errno.ENOEXEC:
        return "neither a program nor a script with a #! line (to run a shell script: -- sh FILE)"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
