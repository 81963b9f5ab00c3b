"""Large bodies, each in a file of its own beside the capture: `NAME.bodies/SHA256`. Written and read in pieces."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from replaysandbox.core.capture import Body, BodyFile

LARGE = 256 * 1024
"""Bodies longer than this get a file of their own. Ours: lines stay short enough to look at. [B]"""

PIECE = 64 * 1024
"""How much is read at a time. Ours. [B]"""


class DamagedBodyError(Exception):
    """A body's file is missing, or not what was written."""


def bodies_folder(capture: Path) -> Path:
    """Name the folder of a capture's large bodies."""
    return capture.with_name(f"{capture.name}.bodies")


class Spool:
    """A large body on its way into its file, for whoever has it in pieces. Give it up with `discard`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        self._folder = folder
        self._hash = hashlib.sha256()
        self._size = 0
        descriptor, self._draft = tempfile.mkstemp(dir=folder, prefix=".draft-")  # mode 0600 whatever the umask
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        self._hash.update(piece)
        self._size += len(piece)
        view = memoryview(piece)
        while view:
            view = view[self._file.write(view) :]

    def keep(self) -> BodyFile:
        """Make it a body of the capture; one that is there already is kept once."""
        self._file.close()
        digest = self._hash.hexdigest()
        Path(self._draft).replace(self._folder / digest)
        return BodyFile(digest, self._size)

    def discard(self) -> None:
        """Throw it away."""
        self._file.close()
        with suppress(OSError):
            Path(self._draft).unlink(missing_ok=True)


def stored(body: bytes, folder: Path) -> BodyFile:
    """Write a body into a file of its own."""
    spool = Spool(folder)
    try:
        spool.write(body)
        return spool.keep()
    except OSError:
        spool.discard()
        raise


def pieces(body: Body, folder: Path) -> Iterator[bytes]:
    """Read a body piece by piece.

    Raises:
        DamagedBodyError: Its file is missing, or not what was written; said at the last piece at the latest.
    """
    if isinstance(body, bytes):
        yield body
        return
    digest, size = hashlib.sha256(), 0
    try:
        # no links: a capture that somebody sent must not lead to another file of the reader's
        descriptor = os.open(folder / body.sha256, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DamagedBodyError(f"{folder / body.sha256} is no plain file")
            while piece := file.read(PIECE):
                size += len(piece)
                if size > body.size:
                    break
                digest.update(piece)
                yield piece
    except OSError as error:
        raise DamagedBodyError(f"{folder / body.sha256} cannot be read: {error.strerror}") from error
    if size != body.size or digest.hexdigest() != body.sha256:
        raise DamagedBodyError(f"{folder / body.sha256} is not the body that was written")


def whole(body: Body, folder: Path) -> bytes:
    """Read a body.

    Raises:
        DamagedBodyError: Its file is missing, or not what was written.
    """
    return body if isinstance(body, bytes) else b"".join(pieces(body, folder))
