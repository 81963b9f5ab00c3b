"""Recording: each exchange redacted, then written; a disk that takes no more ends it loudly, and serving goes on."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from replaysandbox.core.capture import BodyFile, CaptureHeader, Recorded, RecordedRequest
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import Headers, Request
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.files.bodies import Spool
from replaysandbox.files.capture_writer import Writer, open_writer
from replaysandbox.redact.bodies import BodyStream, CodingError
from replaysandbox.redact.redactor import Redactor, fitting
from replaysandbox.redact.rules import VERSION, Rules


class Recording:
    """A capture being written.

    Attributes:
        path: The capture.
        stopped: Why nothing more is written; empty while all is well.
    """

    def __init__(self, writer: Writer, redactor: Redactor, say: Callable[[str], None], longest: int = 0) -> None:
        self.path = writer.path
        self.stopped = ""
        self.told: Callable[[int], None] = lambda count: None
        self._writer = writer
        self._redactor = redactor
        self._say = say
        self._longest = longest

    @property
    def count(self) -> int:
        """How many exchanges were written."""
        return self._writer.count

    @property
    def redactor(self) -> Redactor:
        """What redacts."""
        return self._redactor

    def keep(self, recorded: Recorded) -> None:
        """Redact an exchange and write it."""
        if self.stopped:
            return
        if 0 < self._longest <= self._writer.size:
            self._stop(OSError(errno.EFBIG, "limits.capture_bytes is reached"))
            return
        try:
            self._writer.append(self._redactor.exchange(_fitted(recorded)))
        except OSError as error:
            self._stop(error)
            return
        except Exception as error:  # noqa: BLE001 - an exchange that cannot be redacted is not kept, and that is said
            self._say(f"an exchange was not recorded: it could not be redacted ({type(error).__name__})")
            return
        self.told(self._writer.count)

    def body(self, headers: Headers) -> LargeBody | None:
        """Begin to keep a large body of an answer; None where nothing is kept any more."""
        if self.stopped:
            return None
        try:
            stream = self._redactor.stream(headers, "response")
            return LargeBody(self._writer.spool(), stream, self)
        except CodingError:
            return None
        except OSError as error:
            self._stop(error)
            return None

    def _stop(self, error: OSError) -> None:
        if not self.stopped:
            self.stopped = error.strerror or str(error)
            kept = f"{many(self.count, 'exchange')} in {self.path}"
            self._say(
                f"RECORDING STOPPED: {self.path} takes no more: {self.stopped}. {kept}; calls go on being served."
            )

    def lost(self, error: OSError) -> None:
        """Take note that a large body could not be written."""
        self._stop(error)


class LargeBody:
    """A large body on its way to disk: redacted in windows, so that it is never held whole."""

    def __init__(self, spool: Spool, stream: BodyStream, recording: Recording) -> None:
        self._spool: Spool | None = spool
        self._stream = stream
        self._recording = recording

    def feed(self, piece: bytes) -> None:
        """Take a piece, as on the wire."""
        self._write(piece, last=False)

    def end(self) -> BodyFile | None:
        """Finish; None where it could not be kept."""
        self._write(b"", last=True)
        if self._spool is None:
            return None
        try:
            return self._spool.keep()
        except OSError as error:
            self._recording.lost(error)
            return None

    def _write(self, piece: bytes, *, last: bool) -> None:
        if self._spool is None:
            return
        try:
            for written in self._stream.feed(piece, last=last):
                self._spool.write(written)
        except (CodingError, OSError) as error:
            self._spool.discard()
            self._spool = None
            if isinstance(error, OSError):
                self._recording.lost(error)


def _fitted(recorded: Recorded) -> Recorded:
    """Correct what header fields say of a large body, which is redacted already."""
    response = recorded.response
    if response is None or not isinstance(response.body, BodyFile) or recorded.failure is not None:
        return recorded
    return replace(recorded, response=replace(response, headers=fitting(response.headers, response.body.size)))


@contextmanager
def recording_to(
    path: Path, head: CaptureHeader, key: bytes, rules: Rules, say: Callable[[str], None], limits: Limits = USUAL
) -> Iterator[Recording]:
    """Record to a file while the block runs.

    Args:
        path: The capture; one that is there is gone on with.
        head: Its first line; redaction is set here.
        key: The project's key.
        rules: What the packs say is secret.
        say: Told when something cannot be kept.
        limits: Length at which recording stops, and what a body may become.

    Raises:
        SandboxError: The file cannot be written.
    """
    with open_writer(path, replace(head, redaction=VERSION)) as writer:
        yield Recording(writer, Redactor(key, rules, limits.decoded_bytes), say, limits.capture_bytes)


def shown_by(redactor: Redactor) -> Callable[[Request], Request]:
    """Give what a journal keeps of a request where secrets of live APIs pass: no header fields, no body, no secrets."""

    def shown(request: Request) -> Request:
        asked = RecordedRequest(request.method, request.scheme, request.host, request.port, request.path, request.query)
        covered = redactor.request(asked)
        kept = tuple(pair for pair in request.headers if pair[0].lower() in _STEERING)
        return replace(request, path=covered.path, query=covered.query, headers=kept, body=b"")

    return shown


_STEERING = frozenset(("x-sandbox-session", "baggage"))
