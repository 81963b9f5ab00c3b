"""Writing captures: lines are appended, and nothing that was written is touched again.

The format is described in docs/record.md.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BufferedReader
from pathlib import Path

from replaysandbox.core.capture import LARGE, Body, CaptureHeader, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files import bodies
from replaysandbox.files.capture_line import exchange_line, header_line
from replaysandbox.files.captures import LONGEST_LINE, read_header
from replaysandbox.files.line_file import LineFile, NotWrittenError, open_lines, unwritable

__all__ = ["NotWrittenError", "Writer", "open_writer"]


class Writer:
    """Appends exchanges to a capture. Made by `open_writer`.

    Attributes:
        path: The capture.
        count: Exchanges it has appended.
        cut: Bytes of a cut last line that were taken off when an old capture was gone on with. [B]
    """

    def __init__(self, lines: LineFile) -> None:
        self.path = lines.path
        self.count = 0
        self.cut = lines.cut
        self._lines = lines

    @property
    def size(self) -> int:
        """How long the capture is. [B]"""
        return self._lines.size

    def append(self, recorded: Recorded) -> None:
        """Write one exchange; when this returns it is with the kernel.

        Raises:
            NotWrittenError: The disk took no more, now or at an earlier call.
        """
        self._lines.check()
        try:
            line = exchange_line(self._with_stored_bodies(recorded))
        except OSError as error:
            self._lines.give_up(error)
        self._lines.append(line)
        self.count += 1

    def spool(self) -> bodies.Spool:
        """Begin a large body that comes in pieces; `keep()` gives what to put into the exchange.

        Raises:
            NotWrittenError: The disk took no more. The spool's own methods raise plain OSErrors.
        """
        self._lines.check()
        try:
            return bodies.Spool(bodies.bodies_folder(self.path))
        except OSError as error:
            self._lines.give_up(error)

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


@contextmanager
def open_writer(path: Path, head: CaptureHeader) -> Iterator[Writer]:
    """Begin a capture, or go on with one that is there, while the block runs.

    Args:
        path: The file; its folder is made where it is missing.
        head: The first line. One that is gone on with keeps its own, and must agree in mode and redaction.

    Raises:
        SandboxError: It cannot be written, another writer has it, or it is no capture that `head` could go on with.
    """
    with open_lines(path, partial(_goes_on, path, head)) as lines:
        if lines.size == 0:
            try:
                lines.append(header_line(head))
            except OSError as error:
                raise unwritable(path, error) from error
        yield Writer(lines)


def _goes_on(path: Path, head: CaptureHeader, file: BufferedReader) -> bool:
    """Look at a capture that is there; one whose header was cut holds nothing."""
    first = file.readline(LONGEST_LINE)
    if not first.endswith(b"\n") and header_line(head)[:20].startswith(first[:20]):
        return False
    _agree(path, read_header(path, file), head)
    return True


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


def _agree(path: Path, found: CaptureHeader, head: CaptureHeader) -> None:
    for key, old, new in (("mode", found.mode, head.mode), ("redaction", found.redaction, head.redaction)):
        if old != new:
            reason = f"was begun with {key} {old or 'none'!r}, and cannot be gone on with by {new or 'none'!r}"
            raise SandboxError(Problem(str(path), 1, key, reason, "write to another file"))
