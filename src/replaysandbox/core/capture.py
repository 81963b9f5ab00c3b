"""What a capture holds: its header, and exchanges with a live host as they went over the wire. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from replaysandbox.core.exchange import Headers, Mode
from replaysandbox.core.urls import url_text

FailureKind = Literal["dns", "refused", "reset", "timeout", "tls", "truncated"]
"""How a live host can fail to answer: name unknown, refused, reset, silent, TLS not to be trusted, half an answer."""


LARGE = 256 * 1024
"""Bodies longer than this get a file of their own. Ours: lines stay short enough to look at. [B]"""


@dataclass(frozen=True, slots=True)
class BodyFile:
    """A large body, kept in a file of its own beside the capture.

    Attributes:
        sha256: Hash of its bytes, in hexadecimal: also the file's name.
        size: How many bytes. [B]
    """

    sha256: str
    size: int


Body = bytes | BodyFile
"""Bytes as on the wire: content encoding kept, transfer encoding removed."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The world that a sandbox answered from: the same again gives the same answers.

    Attributes:
        scenario: Name of the scenario.
        seed: World seed.
        at: Sandbox instant of the first exchange.
    """

    scenario: str
    seed: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureHeader:
    """The first line of a capture.

    Attributes:
        started: Wall instant at which it was begun.
        mode: What the exchanges were answered from.
        packs: Packs that were loaded.
        hosts: Hosts that could be reached or were imitated; exchanges may be with few of them.
        redaction: Version of the redaction rules all of it was written under; empty: nothing was redacted.
        world: What it was answered from, where a sandbox answered by itself; None where a live host did.
    """

    started: datetime
    mode: Mode = "record"
    packs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    redaction: str = ""
    world: Situation | None = None


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What a client asked, as it was on the wire.

    Attributes:
        method: As sent.
        scheme: `http` or `https`.
        host: Lower case, no port, no brackets.
        port: Port of the live host.
        path: As sent, still percent-encoded, no query.
        query: As sent, without `?`.
        headers: In order, duplicates kept; each byte is one character (latin-1).
        body: Its bytes.
        http_version: `HTTP/1.1`, `HTTP/2.0`, …
    """

    method: str
    scheme: str
    host: str
    port: int
    path: str
    query: str = ""
    headers: Headers = ()
    body: Body = b""
    http_version: str = "HTTP/1.1"

    @property
    def url(self) -> str:
        """The URL; the port is left out where it is the scheme's own."""
        return url_text(self.scheme, self.host, self.port, self.path, self.query)


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """What the live host answered, as it was on the wire.

    Attributes:
        status: HTTP status.
        headers: In order, duplicates kept, hop-by-hop ones included; each byte is one character (latin-1).
        body: Its bytes; what came of it where the answer was cut.
        reason: Reason phrase; empty in HTTP/2.
        http_version: `HTTP/1.1`, `HTTP/2.0`, …
    """

    status: int
    headers: Headers = ()
    body: Body = b""
    reason: str = ""
    http_version: str = "HTTP/1.1"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer, or only half of one.

    Attributes:
        kind: How it failed.
        message: What was seen, for people.
    """

    kind: FailureKind
    message: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long an exchange took; -1 where it was not measured, as in HAR.

    Attributes:
        send_ms: Until the request was sent, connecting included. [ms]
        wait_ms: From then until the first byte of the answer. [ms]
        receive_ms: From then until the last. [ms]
    """

    send_ms: float = -1.0
    wait_ms: float = -1.0
    receive_ms: float = -1.0

    @property
    def total_ms(self) -> float:
        """All that was measured. [ms]"""
        return sum(part for part in (self.send_ms, self.wait_ms, self.receive_ms) if part > 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange as a capture keeps it.

    Attributes:
        started: Wall instant at which the request arrived.
        request: What was asked.
        response: What was answered; None where a failure came before any of it.
        failure: What went wrong on the way to the live host, or None.
        timings: How long it took.
        session: Session it belonged to.
        at: Sandbox instant of the answer, or None where no clock of ours was asked.
        verdict: Value of `X-Sandbox`: who answered.
        pack: Pack that owns the host, or empty.
        route: Route it fits (`GET /battery/{id}`), or empty.
        device: Id of the device it touched, or empty.
        fault: Fault that hit, or empty.
        redacted: Places in the *request* whose value is a pseudonym: `path:2` (segment, from 0), `query:api_key`,
            `header:x-api-key`, `cookie:sid`, `form:client_secret`, `json:/vehicles/*/vin` (JSON pointer,
            `*` for any index), `body` (all of it).
    """

    started: datetime
    request: RecordedRequest
    response: RecordedResponse | None
    failure: Failure | None = None
    timings: Timings = Timings()
    session: str = "default"
    at: datetime | None = None
    verdict: str = "record"
    pack: str = ""
    route: str = ""
    device: str = ""
    fault: str = ""
    redacted: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.response is None and self.failure is None:
            raise ValueError("an exchange has a response, a failure, or both")
