"""A terminal of our own, to press keys on."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
from collections.abc import Iterator


class Terminal:
    """A program that has a terminal to itself, and what is seen of it from the keyboard's side."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self._pid = pid
        self._descriptor = descriptor

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._descriptor, keys)

    def read_until(self, wanted: bytes) -> bytes:
        """Read what is shown until something is there, or until all who could show it have ended."""
        seen = b""
        while wanted not in seen:
            try:
                piece = os.read(self._descriptor, 4096)
            except OSError:  # the last program on the terminal has ended
                piece = b""
            if not piece:
                break
            seen += piece
        return seen

    def read_all(self) -> bytes:
        """Read what is shown until the end."""
        return self.read_until(b"\0never shown\0")

    def status(self) -> int:
        """Wait for the program's end."""
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


@contextlib.contextmanager
def on_a_terminal(*command: str) -> Iterator[Terminal]:
    """Run a program on a terminal of its own; it is ended with the block."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    try:
        yield Terminal(pid, descriptor)
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(descriptor)
