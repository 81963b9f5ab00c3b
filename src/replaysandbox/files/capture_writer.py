"""Writing captures: lines are appended, and nothing that was written is touched again.

A line is written by one call and not synced: what was written survives the end of the process, not that of
the machine; closing syncs. The format is described in docs/captures.md.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import NoReturn

from replaysandbox.core.capture import LARGE, Body, CaptureHeader, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files import bodies
from replaysandbox.files.capture_line import exchange_line, header_line
from replaysandbox.files.captures import LONGEST_LINE, read_header
from replaysandbox.files.folders import make_private


class NotWrittenError(OSError):
    """The disk took no more (full, broken, read-only). What was complete before is in the file; nothing follows."""


class Writer:
    """Appends exchanges to a capture. Made by `open_writer`.

    Attributes:
        path: The capture.
        count: Exchanges it has appended.
        cut: Bytes of a cut last line that were taken off when an old capture was gone on with. [B]
    """

    def __init__(self, path: Path, descriptor: int, end: int, cut: int) -> None:
        self.path = path
        self.count = 0
        self.cut = cut
        self._descriptor = descriptor
        self._end = end
        self._broken: tuple[int | None, str] | None = None

    @property
    def size(self) -> int:
        """How long the capture is. [B]"""
        return self._end

    def append(self, recorded: Recorded) -> None:
        """Write one exchange; when this returns it is with the kernel.

        Raises:
            NotWrittenError: The disk took no more, now or at an earlier call.
        """
        self._check()
        try:
            self._write(exchange_line(self._with_stored_bodies(recorded)))
        except OSError as error:
            self._give_up(error)
        self.count += 1

    def spool(self) -> bodies.Spool:
        """Begin a large body that comes in pieces; `keep()` gives what to put into the exchange.

        Raises:
            NotWrittenError: The disk took no more. The spool's own methods raise plain OSErrors.
        """
        self._check()
        try:
            return bodies.Spool(bodies.bodies_folder(self.path))
        except OSError as error:
            self._give_up(error)

    def _with_stored_bodies(self, recorded: Recorded) -> Recorded:
        request, response = recorded.request, recorded.response
        stored = self._stored(request.body)
        if stored is not request.body:
            recorded = replace(recorded, request=replace(request, body=stored))
        if response is not None and (stored := self._stored(response.body)) is not response.body:
            recorded = replace(recorded, response=replace(response, body=stored))
        return recorded

    def _stored(self, body: Body) -> Body:
        if isinstance(body, bytes) and len(body) > LARGE:
            return bodies.stored(body, bodies.bodies_folder(self.path))
        return body

    def _write(self, line: bytes) -> None:
        view = memoryview(line)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self._end += len(line)

    def _give_up(self, error: OSError) -> NoReturn:
        with suppress(OSError):  # half a line would only have to be explained to each reader
            os.ftruncate(self._descriptor, self._end)
        self._broken = error.errno, error.strerror or str(error)
        raise NotWrittenError(*self._broken, str(self.path)) from error

    def _check(self) -> None:
        if self._broken is not None:
            raise NotWrittenError(*self._broken, str(self.path))

    def close(self) -> None:
        """Sync and close."""
        with suppress(OSError):  # the disk took no more: that was told already
            os.fsync(self._descriptor)
        os.close(self._descriptor)


@contextmanager
def open_writer(path: Path, head: CaptureHeader) -> Iterator[Writer]:
    """Begin a capture, or go on with one that is there, while the block runs.

    Args:
        path: The file; its folder is made where it is missing.
        head: The first line. One that is gone on with keeps its own, and must agree in mode and redaction.

    Raises:
        SandboxError: It cannot be written, another writer has it, or it is no capture that `head` could go on with.
    """
    writer = _opened(path, head)
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def open_new(path: Path, head: CaptureHeader) -> Iterator[Writer]:
    """Write a new capture while the block runs: it comes into being with all its bodies, or not at all.

    Raises:
        SandboxError: It cannot be written, or a folder of its bodies is there already.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    draft_bodies, own_bodies = bodies.bodies_folder(draft), bodies.bodies_folder(path)
    if own_bodies.exists():
        hint = "take it away: it belongs to a capture that is gone"
        raise SandboxError(Problem(str(own_bodies), 0, "", "is there already", hint))
    try:
        with open_writer(draft, head) as writer:
            yield writer
        if draft_bodies.exists():
            draft_bodies.replace(own_bodies)
        draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(draft_bodies, ignore_errors=True)


def _opened(path: Path, head: CaptureHeader) -> Writer:
    try:
        make_private(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")  # noqa: TRY301 - told as any other reason
        _lock(path, descriptor)
        os.fchmod(descriptor, 0o600)
        end, cut = _go_on(path, descriptor, head)
        writer = Writer(path, descriptor, end, cut)
        if end == 0:
            writer._write(header_line(head))  # noqa: SLF001 - the header is nobody else's to write
    except OSError as error:
        os.close(descriptor)
        raise unwritable(path, error) from error
    except BaseException:
        os.close(descriptor)
        raise
    return writer


def _lock(path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        hint = "end the other one (replaysandbox down), or write to another file"
        raise SandboxError(Problem(str(path), 0, "", "is being written by another process", hint)) from None


def _go_on(path: Path, descriptor: int, head: CaptureHeader) -> tuple[int, int]:
    """Look at what is there: where its last complete line ends, and how much of a cut one is taken off."""
    size = os.fstat(descriptor).st_size
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        first = file.readline(LONGEST_LINE)
        if not first.endswith(b"\n") and header_line(head)[:20].startswith(first[:20]):
            end = 0  # nothing, or a header that was cut
        else:
            _agree(path, read_header(path, file), head)
            end = _last_end(file, size)
    if end < size:
        os.ftruncate(descriptor, end)
    return end, size - end


def _last_end(file: BufferedReader, size: int) -> int:
    """Find where the last complete line ends."""
    end = size
    while end > 0:
        start = max(0, end - bodies.PIECE)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _agree(path: Path, found: CaptureHeader, head: CaptureHeader) -> None:
    for key, old, new in (("mode", found.mode, head.mode), ("redaction", found.redaction, head.redaction)):
        if old != new:
            reason = f"was begun with {key} {old or 'none'!r}, and cannot be gone on with by {new or 'none'!r}"
            raise SandboxError(Problem(str(path), 1, key, reason, "write to another file"))


def unwritable(path: Path, error: OSError) -> SandboxError:
    """Say that a file cannot be written, and what to do."""
    hint = "choose another file, or make room and rights for this one"
    return SandboxError(Problem(str(path), 0, "", f"cannot be written: {error.strerror or error}", hint))
