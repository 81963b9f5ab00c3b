"""Files to which lines are appended: private, one writer at a time, nothing that was written is touched again.

A line is written by one call and not synced: what was written survives the end of the process, not that of
the machine; closing syncs.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import NoReturn

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.folders import make_private

_PIECE = 64 * 1024
"""How much is read at a time in search of the last line's end. Ours. [B]"""

GoneOn = Callable[[BufferedReader], bool]
"""Looks at a file that is there, from its beginning: True to go on with it, False where nothing in it counts. It raises
SandboxError where it is another's."""


class NotWrittenError(OSError):
    """The disk took no more (full, broken, read-only). What was complete before is in the file; nothing follows."""


class LineFile:
    """Appends lines to a file. Made by `open_lines`.

    Attributes:
        path: The file.
        size: How long it is. [B]
        cut: Bytes of a cut last line that were taken off when an old file was gone on with. [B]
    """

    def __init__(self, path: Path, descriptor: int, size: int, cut: int) -> None:
        self.path = path
        self.size = size
        self.cut = cut
        self._descriptor = descriptor
        self._broken: tuple[int | None, str] | None = None

    def append(self, line: bytes) -> None:
        """Write one line; when this returns it is with the kernel.

        Raises:
            NotWrittenError: The disk took no more, now or at an earlier call.
        """
        self.check()
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self.give_up(error)
        self.size += len(line)

    def give_up(self, error: OSError) -> NoReturn:
        """Write nothing more.

        Raises:
            NotWrittenError: Always, with the reason.
        """
        with suppress(OSError):  # half a line would only have to be explained to each reader
            os.ftruncate(self._descriptor, self.size)
        self._broken = error.errno, error.strerror or str(error)
        raise NotWrittenError(*self._broken, str(self.path)) from error

    def check(self) -> None:
        """Raise where the disk took no more at an earlier call."""
        if self._broken is not None:
            raise NotWrittenError(*self._broken, str(self.path))

    def close(self) -> None:
        """Sync and close."""
        with suppress(OSError):  # the disk took no more: that was told already
            os.fsync(self._descriptor)
        os.close(self._descriptor)


@contextmanager
def open_lines(path: Path, goes_on: GoneOn) -> Iterator[LineFile]:
    """Begin a file, or go on with one that is there, while the block runs.

    Args:
        path: The file; its folder is made where it is missing.
        goes_on: Looks at what is there.

    Raises:
        SandboxError: It cannot be written, another writer has it, or `goes_on` says so.
    """
    opened = _opened(path, goes_on)
    try:
        yield opened
    finally:
        opened.close()


def _opened(path: Path, goes_on: GoneOn) -> LineFile:
    try:
        make_private(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")  # noqa: TRY301 - told as any other reason
        _lock(path, descriptor)
        end, cut = _go_on(descriptor, goes_on)
        os.fchmod(descriptor, 0o600)
        return LineFile(path, descriptor, end, cut)
    except OSError as error:
        os.close(descriptor)
        raise unwritable(path, error) from error
    except BaseException:
        os.close(descriptor)
        raise


def _lock(path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        hint = "end the other one (replaysandbox down), or write to another file"
        raise SandboxError(Problem(str(path), 0, "", "is being written by another process", hint)) from None


def _go_on(descriptor: int, goes_on: GoneOn) -> tuple[int, int]:
    """Look at what is there: where its last complete line ends, and how much of a cut one is taken off."""
    size = os.fstat(descriptor).st_size
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        end = _last_end(file, size) if size and goes_on(file) else 0
    if end < size:
        os.ftruncate(descriptor, end)
    return end, size - end


def _last_end(file: BufferedReader, size: int) -> int:
    """Find where the last complete line ends."""
    end = size
    while end > 0:
        start = max(0, end - _PIECE)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def unwritable(path: Path, error: OSError) -> SandboxError:
    """Say that a file cannot be written."""
    hint = "choose another file, or make room and rights for this one"
    return SandboxError(Problem(str(path), 0, "", f"cannot be written: {error.strerror or error}", hint))
