"""Files of users opened: plain ones only, since a pipe or a device might never say anything, or never end."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from replaysandbox.core.errors import Problem, SandboxError


def open_plain(path: Path, shown_as: str = "") -> BufferedReader:
    """Open a file for reading; what is none is neither waited for nor read.

    Args:
        path: The file.
        shown_as: How problems name it; the path itself unless given.

    Raises:
        SandboxError: It cannot be read, or is a folder, pipe, socket or device.
    """
    name = shown_as or str(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:  # a NUL in a name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SandboxError(Problem(name, 0, "", f"cannot be read: {reason}")) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SandboxError(Problem(name, 0, "", "is no plain file", "copy what it holds into one"))
    return os.fdopen(descriptor, "rb")


def read_plain(path: Path, most: int, shown_as: str = "") -> bytes:
    """Read a plain file whole; of a larger one a byte more than `most`, for the reader to see that it is. [B]

    Raises:
        SandboxError: As `open_plain`.
    """
    with open_plain(path, shown_as) as file:
        return file.read(min(most, os.fstat(file.fileno()).st_size) + 1)  # as much room as is asked for is made at once
