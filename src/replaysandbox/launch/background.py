"""`up` as a process of its own, started by us: tied to our life, or left to itself. Standard library only."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

_START_S = 60.0
"""How long a start may take: many times what it takes, for machines under load. Ours. [s]"""

_STOP_S = 10.0
"""How long a stop may take before the process is killed. Ours. [s]"""


class NotStartedError(RuntimeError):
    """The sandbox did not become ready; the message is what it said.

    Attributes:
        status: Its exit status; None when it took too long.
    """

    def __init__(self, said: str, status: int | None) -> None:
        self.status = status
        super().__init__(said or "the sandbox did not become ready, and said nothing")


def start(
    options: Sequence[str], said: IO[bytes], *, tied: bool, secrets: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start `up` and wait until it is ready.

    Args:
        options: Options of `up`.
        said: File for what it says on stderr; a file and no pipe, since nobody empties it.
        tied: Whether it ends with us, however we end: by the pipe that is its standard input.
        secrets: Variables for what nobody may read off its command line (`ps`).

    Returns:
        The process, and the values of its ready line.

    Raises:
        NotStartedError: It did not become ready.
    """
    command = [sys.executable, "-m", "replaysandbox", "up", "--format=json", *options]
    process = subprocess.Popen(
        command + (["--with-parent"] if tied else []),
        stdin=subprocess.PIPE if tied else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        env=os.environ | dict(secrets or {}),
        start_new_session=True,  # Ctrl-C is for whoever started it, and a closed terminal does not end it
    )
    try:
        line = _first_line(process)
    except BaseException:
        stop(process)
        raise
    if line:
        return process, json.loads(line)
    status = process.poll()
    stop(process)
    said.seek(0)
    raise NotStartedError(said.read().decode("utf-8", "replace").strip(), status)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process that is tied to us, or one that did not become ready."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    if process.stdin is None:
        process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """Read the ready line; empty when the process ended, or takes too long."""
    if process.stdout is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(_START_S) else b""
    if not line:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
    return line
