"""One exchange: what a client asked, and what should happen. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from replaysandbox.core.quick import quick
from replaysandbox.core.urls import url_text

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order of the wire; names as sent, compared without case."""

Mode = Literal["simulate", "replay", "record", "compare"]
Way = Literal["connect", "absolute", "base", "direct"]


def header(headers: Headers, name: str) -> str | None:
    """Find the first value of a header field, whatever the case of its name."""
    wanted, length = name.lower(), len(name)
    for key, value in headers:  # a plain loop: this is asked several times of each request
        if len(key) == length and key.lower() == wanted:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked, already parsed, with nothing of the transport left in it.

    Attributes:
        method: Upper case as sent (`GET`).
        scheme: `http` or `https`, as the client believes to speak to the live host.
        host: Host the client means, lower case, no port; empty for the base-URL way in.
        port: Port the client means.
        path: Path as sent, still percent-encoded, no query.
        query: Query as sent, without `?`.
        headers: Header fields in order.
        body: Body bytes, transfer encoding removed, content encoding kept.
        way: By which of the four ways in it came.
        proxy_user: User name of the proxy credentials, or empty.
        known: What was worked out about it, for one that is asked again and again; None for others.
    """

    method: str
    scheme: str
    host: str
    port: int
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    way: Way = "connect"
    proxy_user: str = ""
    known: dict[str, Any] | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def url(self) -> str:
        """The URL as a person would write it, default ports left out."""
        return url_text(self.scheme, self.host, self.port, self.path, self.query)


def remembering(request: Request, shared: dict[str, Any] | None = None) -> Request:
    """Give a request a place for what is worked out about it; a changed copy has none, unless it is to share one."""
    object.__setattr__(request, "known", {} if shared is None else shared)
    return request


def forgetting(request: Request) -> None:
    """Forget what was worked out about a request."""
    if request.known is not None:
        request.known.clear()
        object.__setattr__(request, "known", None)


@quick
@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with these bytes.

    Attributes:
        status: HTTP status.
        headers: Header fields; `Content-Length` and `X-Sandbox` are added on the wire, the former in the place of one
            that is among them.
        body: Body bytes.
        verdict: Value of the `X-Sandbox` header: simulate, replay, miss, refused or fault=NAME.
        delay_s: How long the edge waits before it answers. [s]
        reason: Reason phrase; empty: that of the status.
        length: Length to state where it is not the body's, -1 to state none; None: the body's. One that is longer
            than the body of an answer that has one means: it was cut there, and the connection is closed. [B]
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    verdict: str = "simulate"
    delay_s: float = 0.0
    reason: str = ""
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A call that goes on to a live API.

    Attributes:
        request: What is sent there.
        keep: Whether the exchange is recorded.
        session: Session it belongs to.
        pack: Pack that owns the host, or empty.
        route: Route it fits, or empty.
    """

    request: Request
    keep: bool = False
    session: str = "default"
    pack: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """Let the request go on to the live host; only where mode, `on_miss` or `--pass` says so.

    Attributes:
        verdict: forward or record.
        delay_s: How long the edge waits before. [s]
        live: What goes where; None for a host that `--pass` names, to which it goes as it came.
    """

    verdict: str = "forward"
    delay_s: float = 0.0
    live: Live | None = None


@dataclass(frozen=True, slots=True)
class Hangup:
    """Close the connection without an answer."""

    verdict: str = "fault=hang_up"
    delay_s: float = 0.0


Outcome = Reply | Forward | Hangup


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A route that almost answered, and which part failed.

    Attributes:
        route: The route, as `GET /battery/{id}`.
        pack: The pack it belongs to.
        part: The part that failed: method, host, path, query, header or body.
        reason: What was expected and what was seen, in one sentence.
    """

    route: str
    pack: str
    part: str
    reason: str


@quick
@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its outcome, as the journal keeps it.

    Attributes:
        number: Position in the session's journal, from 1.
        session: Session it belongs to.
        at: Sandbox instant at which it was answered.
        wall: Wall instant at which it arrived.
        request: What was asked; secrets are taken out before anything is shown or written.
        outcome: What was answered.
        pack: Pack that owns the host, or empty.
        route: Route that answered (`GET /battery/{id}`), or empty.
        operation: Operation name of the contract, or empty.
        device: Id of the device it touched, or empty.
        near: Near misses, best first, for a miss.
        fault: Name of the fault that hit, or empty.
        took_ms: How long the answer took to make. [ms]
    """

    number: int
    session: str
    at: datetime
    wall: datetime
    request: Request
    outcome: Outcome
    pack: str = ""
    route: str = ""
    operation: str = ""
    device: str = ""
    near: tuple[NearMiss, ...] = field(default=())
    fault: str = ""
    took_ms: float = 0.0


def with_header(headers: Headers, extra: Iterable[tuple[str, str]]) -> Headers:
    """Set header fields: those of the same name are replaced, the others kept in order."""
    added = tuple(extra)
    names = {name.lower() for name, _ in added}
    return tuple(pair for pair in headers if pair[0].lower() not in names) + added


def without_header(headers: Headers, name: str) -> Headers:
    """Take out a header field, whatever the case of its name."""
    wanted = name.lower()
    return tuple(pair for pair in headers if pair[0].lower() != wanted)
