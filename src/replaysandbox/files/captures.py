"""Reading captures: of each no more is kept than where its lines begin. The writer is in `capture_writer`."""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from heapq import nsmallest
from io import BufferedReader
from pathlib import Path
from typing import Self

from replaysandbox.core.capture import Body, CaptureHeader, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files import bodies
from replaysandbox.files.capture_line import parse_exchange, parse_header
from replaysandbox.files.plain_file import open_plain

LONGEST_LINE = 16 * 1024 * 1024
"""A longer line is no exchange of ours: large bodies have files of their own. [B]"""

_PIECE = 1024 * 1024

MOST_KEPT = 1_000
"""Damaged lines of which the reason is kept; of more, that they are damaged. Ours: any file may hold millions."""

MOST_TOLD = 20
"""Damaged lines that are told one by one. Ours."""


class Capture:
    """A capture that is read. Exchanges are numbered from 0 in the order they were written; made by `open_capture`.

    Attributes:
        path: The file.
        header: Its first line.
        damaged: Lines that hold no exchange, found so far: a cut last line at once, others when they are read.
    """

    def __init__(self, path: Path, file: BufferedReader, head: CaptureHeader, starts: array[int]) -> None:
        self.path = path
        self.header = head
        self.damaged: dict[int, Problem] = {}
        self._file = file
        self._more = Problem(str(path), 0, "", "is left out: it is damaged, as many lines before it")
        self._starts = starts
        """Where each line begins, and where the last one ends; the header is line 0."""

    def __len__(self) -> int:
        """Count the lines after the header, damaged ones included."""
        return len(self._starts) - 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Recorded]:
        """Read all exchanges in order; damaged lines are passed over and noted."""
        return (recorded for _, recorded in self.numbered())

    def numbered(self) -> Iterator[tuple[int, Recorded]]:
        """Read all exchanges in order, each with its number."""
        for number in range(len(self)):
            recorded = self.get(number)
            if recorded is not None:
                yield number, recorded

    def get(self, number: int) -> Recorded | None:
        """Read one exchange; None where its line is damaged."""
        try:
            return parse_exchange(self._line(number + 1))
        except ValueError as error:
            where = number + 2  # people count from 1, and the header is the first
            kept = len(self.damaged) < MOST_KEPT
            problem = Problem(str(self.path), where, "", f"is left out: {error}") if kept else self._more
            self.damaged.setdefault(number, problem)
            return None

    def whole(self, recorded: Recorded) -> Recorded:
        """Give an exchange with its bodies at hand.

        Raises:
            DamagedBodyError: The file of one is missing, or not what was written.
        """
        request, response = recorded.request, recorded.response
        request = replace(request, body=self.body(request.body))
        if response is not None:
            response = replace(response, body=self.body(response.body))
        return replace(recorded, request=request, response=response)

    def raw(self, number: int) -> Iterator[bytes]:
        """Read the line of an exchange as it stands, piece by piece, whatever is in it."""
        position, end = self._starts[number + 1], self._starts[number + 2]
        while position < end and (piece := os.pread(self._file.fileno(), min(_PIECE, end - position), position)):
            yield piece
            position += len(piece)

    def body(self, body: Body) -> bytes:
        """Read a body.

        Raises:
            DamagedBodyError: Its file is missing, or not what was written.
        """
        return bodies.whole(body, bodies.bodies_folder(self.path))

    def pieces(self, body: Body) -> Iterator[bytes]:
        """Read a body piece by piece; the last one may raise DamagedBodyError."""
        return bodies.pieces(body, bodies.bodies_folder(self.path))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _line(self, number: int) -> bytes:
        start, end = self._starts[number], self._starts[number + 1]
        if end - start > LONGEST_LINE:
            raise ValueError(f"it is longer than {LONGEST_LINE} bytes")
        return os.pread(self._file.fileno(), end - start, start)


def told_damage(damaged: Mapping[int, Problem]) -> list[str]:
    """Tell people which lines are left out, the first ones one by one."""
    more = len(damaged) - MOST_TOLD
    told = [str(damaged[number]) for number in nsmallest(MOST_TOLD, damaged)]  # the last line is looked at first
    return [*told, f"and {more:,} more lines are left out"] if more > 0 else told


def open_capture(path: Path) -> Capture:
    """Open a capture for reading. It may still be written to: what is there by now is read.

    Raises:
        SandboxError: It cannot be read, or is no capture.
    """
    file = open_plain(path)
    try:
        head = read_header(path, file)
        capture = Capture(path, file, head, _line_starts(file))
        if len(capture):
            capture.get(len(capture) - 1)
        return capture
    except BaseException:
        file.close()
        raise


def _line_starts(file: BufferedReader) -> array[int]:
    """Find where lines begin, without looking into them."""
    starts = array("q", [0])
    position = 0
    file.seek(0)
    while piece := file.read(_PIECE):
        newline = piece.find(b"\n")
        while newline >= 0:
            starts.append(position + newline + 1)
            newline = piece.find(b"\n", newline + 1)
        position += len(piece)
    if starts[-1] != position:
        starts.append(position)
    return starts


def read_header(path: Path, file: BufferedReader) -> CaptureHeader:
    """Read the first line of a capture.

    Raises:
        SandboxError: It is none.
    """
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise SandboxError(Problem(str(path), 0, "", "is no plain file"))
    file.seek(0)
    try:
        return parse_header(file.readline(LONGEST_LINE))
    except (ValueError, TypeError, KeyError) as error:
        hint = "captures are made by: replaysandbox record FILE"
        raise SandboxError(Problem(str(path), 1, "", f"is no capture: {error}", hint)) from None
