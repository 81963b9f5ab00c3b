"""What an operation is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import NearMiss, Outcome, Request
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.query import Value
from replaysandbox.core.quick import quick
from replaysandbox.core.session import Session
from replaysandbox.world.world import World

_NOBODY = Request("GET", "https", "", 443, "/")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a second request within a first came to: its outcome, near misses of a miss, and the faults that hit."""

    outcome: Outcome
    near: tuple[NearMiss, ...] = ()
    hits: tuple[FaultRule, ...] = ()


def _nothing(request: Request) -> Asked:
    raise LookupError(f"nobody to ask {request.path}")


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """One matched request, ready to be carried out.

    Attributes:
        pack: Pack of the route.
        route: The route.
        arguments: What the path pattern caught.
        query: Query parameters, read and filled.
        body: The JSON body, read and held to the contract; None where there is none.
        world: The world it is about.
        session: The session, with the faults that the request itself asks for.
        at: Instant being asked about.
        request: The request as sent.
        ask: Asks the same API again, within this request and at its instant; a second request in, its answer out.
    """

    pack: Pack
    route: Route
    arguments: Mapping[str, str]
    query: Mapping[str, Value]
    body: Any
    world: World
    session: Session
    at: datetime
    request: Request = _NOBODY
    ask: Callable[[Request], Asked] = field(default=_nothing, repr=False)

    @property
    def log(self) -> CommandLog:
        """What the session was told to do so far."""
        return self.session.log


@quick
@dataclass(frozen=True, slots=True)
class Done:
    """The API says yes.

    Attributes:
        values: For the template.
        device: Id of the device it was about, or empty.
        log: The session's log after it, or None where nothing was written.
        hits: Fault rules that hit.
    """

    values: Mapping[str, Any]
    device: str = ""
    log: CommandLog | None = None
    hits: tuple[FaultRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The API says no.

    Attributes:
        error: Name of the error in the pack.
        facts: What is known of it; the pack says which of it becomes details and message.
        device: Id of the device it was about, or empty.
        hits: Fault rules that hit.
    """

    error: str
    facts: Mapping[str, Any]
    device: str = ""
    hits: tuple[FaultRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Instead:
    """Neither: a part of the request is none that a route answers, so that the whole is a miss."""

    outcome: Outcome
    near: tuple[NearMiss, ...]
    device: str = ""
    hits: tuple[FaultRule, ...] = ()
