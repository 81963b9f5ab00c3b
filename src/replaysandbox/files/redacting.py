"""Whole files redacted, or looked through: captures exchange by exchange, anything else in windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from replaysandbox.core.capture import Body, BodyFile, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Headers
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.capture_line import FORMAT
from replaysandbox.files.capture_writer import Writer, open_new
from replaysandbox.files.captures import Capture, open_capture, told_damage
from replaysandbox.files.plain_file import open_plain
from replaysandbox.files.whole import drafted
from replaysandbox.redact.bodies import WINDOW, CodingError
from replaysandbox.redact.redactor import Redactor, fitting
from replaysandbox.redact.rules import VERSION

PIECE = 64 * 1024
"""How much of a file is read at a time. Ours. [B]"""

_LINE: Headers = (("Content-Type", "application/json"),)

Hits = Mapping[tuple[str, str], int]
"""(rule, place) → how often."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What became of a file.

    Attributes:
        exchanges: How many the new one has; 0 for what is no capture.
        left_out: Lines that hold no exchange and are not in the new one, in words.
    """

    exchanges: int = 0
    left_out: tuple[str, ...] = ()


def is_capture(path: Path) -> bool:
    """Tell whether a file begins as a capture does.

    Raises:
        SandboxError: It cannot be read.
    """
    with open_plain(path) as file:
        return f'"format":"{FORMAT}"'.encode() in file.read(200)


def redact_file(path: Path, target: Path, redactor: Redactor) -> Redacted:
    """Write a file anew, redacted; the old one stays. The target comes into being whole or not at all.

    Args:
        path: Any file.
        target: Where the redacted one goes; it must not be there yet.
        redactor: What redacts.

    Raises:
        SandboxError: It cannot be read, or the target cannot be written.
    """
    if target.exists():
        raise SandboxError(Problem(str(target), 0, "", "is there already", "name another file: -o FILE"))
    _learn(path, redactor)
    if is_capture(path):
        return _redact_capture(path, target, redactor)
    try:
        with drafted(target) as draft, draft.open("wb") as file:
            file.writelines(_pieces(path, redactor))
    except OSError as error:
        raise SandboxError(Problem(str(target), 0, "", f"cannot be written: {error.strerror}")) from error
    return Redacted()


def _redact_capture(path: Path, target: Path, redactor: Redactor) -> Redacted:
    with open_capture(path) as capture:
        head = replace(capture.header, redaction=VERSION)
        with open_new(target, head) as writer:
            for recorded in capture:
                writer.append(_redacted(recorded, capture, redactor, writer))
            return Redacted(writer.count, tuple(told_damage(capture.damaged)))


def _redacted(recorded: Recorded, capture: Capture, redactor: Redactor, writer: Writer | None) -> Recorded:
    """Redact an exchange with its large bodies; without a writer these are only looked at."""
    request, response = recorded.request, recorded.response
    if isinstance(request.body, BodyFile):
        body = _large(request.body, request.headers, "request", capture, redactor, writer)
        recorded = replace(recorded, request=replace(request, body=body, headers=_fit(request.headers, body)))
    if response is not None and isinstance(response.body, BodyFile):
        body = _large(response.body, response.headers, "response", capture, redactor, writer)
        headers = response.headers if recorded.failure else _fit(response.headers, body)
        recorded = replace(recorded, response=replace(response, body=body, headers=headers))
    return redactor.exchange(recorded)


def _fit(headers: Headers, body: Body) -> Headers:
    return fitting(headers, body.size if isinstance(body, BodyFile) else len(body))


def _large(
    body: BodyFile, headers: Headers, side: str, capture: Capture, redactor: Redactor, writer: Writer | None
) -> Body:
    try:
        pieces = _through(capture.pieces(body), headers, side, redactor)
        if writer is None:
            for _ in pieces:
                pass
            return body
        spool = writer.spool()
        try:
            for piece in pieces:
                spool.write(piece)
            return spool.keep()
        except BaseException:
            spool.discard()
            raise
    except (CodingError, DamagedBodyError):
        redactor.withheld(side)
        return b""  # what nobody can look into is not kept


def _through(pieces: Iterator[bytes], headers: Headers, side: str, redactor: Redactor) -> Iterator[bytes]:
    stream = redactor.stream(headers, side)
    for piece in pieces:
        yield from stream.feed(piece)
    yield from stream.feed(b"", last=True)


def _pieces(path: Path, redactor: Redactor) -> Iterator[bytes]:
    """Redact what is no capture, in windows: JSON as JSON, all else as text."""
    with open_plain(path) as file:
        yield from _through(iter(lambda: file.read(PIECE), b""), _kind_of(path), "file", redactor)


def _kind_of(path: Path) -> Headers:
    kind = "application/json" if path.suffix.lower() in (".json", ".har", ".jsonl", ".ndjson") else ""
    return (("Content-Type", kind),)


def _learn(path: Path, redactor: Redactor) -> Hits:
    """Read a file once for its secrets: one that shows itself late stands perhaps unnamed in what came before.

    Returns:
        What was found; it is counted when it is replaced.
    """
    try:
        for _ in _exchanges_of(path, redactor) if is_capture(path) else _pieces(path, redactor):
            pass
    except OSError as error:
        raise _unreadable(path, error) from error
    return redactor.take_hits()


def findings_of(path: Path, redactor: Redactor) -> Iterator[tuple[str, Hits]]:
    """Look through a file for what would be redacted, twice as `redact_file` does.

    Yields:
        Where (`exchange 3 (GET https://…)`, `line 12`), and what was found there.

    Raises:
        SandboxError: It cannot be read.
    """
    learnt = _learn(path, redactor)
    if is_capture(path):
        yield from ((where, hits) for where, hits in _exchanges_of(path, redactor) if hits)
        return
    told = 0
    try:
        for where, hits in _lines_of(path, redactor):
            told += sum(hits.values())
            yield where, hits
    except OSError as error:
        raise _unreadable(path, error) from error
    if told < sum(learnt.values()):
        yield "over several lines", learnt


def _exchanges_of(path: Path, redactor: Redactor) -> Iterator[tuple[str, Hits]]:
    with open_capture(path) as capture:
        for number in range(len(capture)):
            yield _looked_at(capture, number, redactor), redactor.take_hits()


def _looked_at(capture: Capture, number: int, redactor: Redactor) -> str:
    """Look at one exchange, or at a line that is none, as at any text; says where it is."""
    recorded = capture.get(number)
    if recorded is None:
        for _ in _through(capture.raw(number), _LINE, "line", redactor):
            pass
        return f"line {number + 2}, which holds no exchange"
    redacted = _redacted(recorded, capture, redactor, None)
    # the redacted URL: the one in the file may hold what was found
    return f"exchange {number + 1} ({redacted.request.method} {redacted.request.url})"


def _lines_of(path: Path, redactor: Redactor) -> Iterator[tuple[str, Hits]]:
    """Look at each line by itself; what is found only when the next one is seen may stand in either."""
    stream = redactor.stream(_kind_of(path), "file", by_line=True)
    first = number = 1
    with open_plain(path) as file:
        line = file.readline(WINDOW)
        while line:
            following = file.readline(WINDOW)
            for _ in stream.feed(line, last=not following):
                pass
            if hits := redactor.take_hits():
                yield f"line {number}" if first == number else f"lines {first}-{number}", hits
            number += line.endswith(b"\n")
            first = first if stream.waits else number
            line = following


def _unreadable(path: Path, error: OSError) -> SandboxError:
    return SandboxError(Problem(str(path), 0, "", f"cannot be read: {error.strerror}"))
