"""What the proxy is given: the engine that answers, and where to listen. No mitmproxy in here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from replaysandbox.core import capture
from replaysandbox.core.capture import Recorded
from replaysandbox.core.exchange import Exchange, Headers, Outcome, Request
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.proxy.ca import Authority


class Engine(Protocol):
    """Who answers. The proxy asks on its event loop, so nothing in here may block."""

    def answer(self, request: Request, wall: datetime) -> Outcome:
        """Answer a request to an imitated host, or of the base-URL way in (then `request.host` is empty)."""

    def owns(self, host: str) -> bool:
        """Tell whether a loaded pack imitates a host (lower case, no port, no trailing dot)."""

    def passes(self, host: str) -> bool:
        """Tell whether a `--pass` glob names a host."""

    def seen(self, exchange: Exchange) -> None:
        """Take an exchange that `answer` was not asked about or did not survive.

        These are refusals, failures of ours, and calls let through by `--pass` (outcome: a `Forward`).
        Session is empty and number 0: journals number their own.
        """

    def unreached(self, host: str, reason: str) -> None:
        """Be told of a host that calls were let through to, and that was not reached."""


class Body(Protocol):
    """A large body of an answer that is being kept."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece, as on the wire."""

    def end(self) -> capture.Body | None:
        """Finish; None where it could not be kept."""


class Keeper(Protocol):
    """Who records exchanges with live hosts. Nothing it is told to keep may fail."""

    def keep(self, recorded: Recorded) -> None:
        """Redact an exchange and write it; a large body of its answer is redacted and written already."""

    def body(self, headers: Headers) -> Body | None:
        """Begin a large body of an answer with these header fields; None where nothing is kept."""


def no_parent(host: str, scheme: str) -> str:  # noqa: ARG001 - the shape of ProxySettings.parent
    """Reach every host directly."""
    return ""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """How to run the proxy.

    Attributes:
        authority: Our CA.
        bind: Address to listen on.
        port: Port to listen on; 0 for a free one.
        password: Password that clients of the proxy must give, or None for none.
        parent: `parent(host, scheme)`: URL of the proxy by which a `--pass` host is reached, "" for none.
        own_ports: Ports of our other servers, never dialled. Our own is added.
        upstreams: Live host → URL of where it really is: the only way to one on this machine.
        upstream_ca: PEM file of further certificates that live hosts may be signed with, or None.
        strict: Whether every way in wants the password: where calls go out, none may be a way around it.
        keeper: Who records, or None.
        lane: `fast`, or `flow` for mitmproxy's own flows with each request.
        limits: How much is taken before it is refused.
    """

    authority: Authority
    bind: str = "127.0.0.1"
    port: int = 4480
    password: str | None = field(default=None, repr=False)
    parent: Callable[[str, str], str] = no_parent
    own_ports: Collection[int] = frozenset()
    upstreams: Mapping[str, str] = field(default_factory=dict)
    upstream_ca: Path | None = None
    strict: bool = False
    keeper: Keeper | None = None
    lane: str = "fast"
    limits: Limits = USUAL
