"""From a head to the bytes of its answer: what all connections of the fast lane share."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from mitmproxy.proxy import context

from replaysandbox.core.exchange import Exchange, Hangup, Outcome, Reply, Request, forgetting, remembering
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.proxy.asked_again import LONGEST_HEAD
from replaysandbox.proxy.head import Head, split_authority
from replaysandbox.proxy.refusals import failure_reply
from replaysandbox.proxy.settings import Engine
from replaysandbox.proxy.ways import Told, Tunnel, place_told
from replaysandbox.proxy.wire import http1_reply

logger = logging.getLogger(__name__)

_MOST_WHOMS = 1_000
"""Kinds of connections that are told apart at a time. Ours: an app has a few."""


@dataclass(frozen=True, slots=True)
class Whom:
    """What a connection says of whom its requests mean; the same for all of them.

    Attributes:
        sni: TLS server name, or empty.
        scheme: `http` or `https`, for a request that does not say.
        is_inside: Whether that scheme holds even for requests that say another: they are in a tunnel.
        tunnel: The tunnel they came through, or None.
    """

    sni: str
    scheme: str
    is_inside: bool
    tunnel: Tunnel | None


@dataclass(frozen=True, slots=True)
class Known:
    """A request as far as its head tells.

    Attributes:
        request: The request, still without its body.
        owned: Which of the hosts it names were imitated when that was worked out.
    """

    request: Request
    owned: tuple[tuple[str, bool], ...]


@dataclass(slots=True)
class Lane:
    """What all connections of the fast lane share.

    Attributes:
        engine: Who answers.
        clock: Reads the wall clock.
        password: Password that clients of the proxy must give, or None.
        tunnels: Client id → the tunnel it asked for; the flow lane keeps it.
        limits: How much is taken before it is refused.
    """

    engine: Engine
    clock: Callable[[], datetime]
    password: str | None = field(default=None, repr=False)
    tunnels: dict[str, Tunnel] = field(default_factory=dict)
    limits: Limits = USUAL
    _whoms: dict[Whom, int] = field(default_factory=dict, init=False, repr=False)
    _known: dict[tuple[bytes, int], Known] = field(default_factory=dict, init=False, repr=False)
    _next: Iterator[int] = field(default_factory=count, init=False, repr=False)

    def number_of(self, whom: Whom) -> int:
        """Give what stands for a connection's `Whom` when heads are looked up."""
        if len(self._whoms) >= _MOST_WHOMS:
            self._whoms.clear()
        if whom not in self._whoms:
            self._whoms[whom] = next(self._next)
        return self._whoms[whom]

    def known(self, said: bytes, whom: int) -> Request | None:
        """Give the request that a head stands for, where it was asked before and still means the same."""
        found = self._known.get((said, whom))
        if found is None:
            return None
        for host, owned in found.owned:
            if self.engine.owns(host) is not owned:
                del self._known[said, whom]
                return None
        if found.request.known is None:
            remembering(found.request)  # asked a second time: so it may be asked a third time
        return found.request

    def remember(self, said: bytes, whom: int, known: Known) -> None:
        """Remember what the head of a request without a body stands for."""
        if len(said) > LONGEST_HEAD or not self.limits.remembered:
            return
        if len(self._known) >= self.limits.remembered:
            for each in self._known.values():
                forgetting(each.request)  # the journal keeps it
            self._known.clear()
        self._known[said, whom] = known

    def request_of(self, head: Head, whom: Whom) -> Known | None:
        """Give the request to answer; None where it is for the flow lane to judge."""
        tunnel = whom.tunnel
        asked: dict[str, bool] = {}

        def owns(host: str) -> bool:
            asked[host] = host != "" and self.engine.owns(host)
            return asked[host]

        place = place_told(_told(head, whom), tunnel, owns)
        if len(place.names) > 1 or not (place.way == "base" or owns(place.host)):
            return None
        if place.way == "absolute" and not self._may_use(head):
            return None
        user = tunnel.proxy_user if tunnel else head.credentials[0]
        request = Request(
            head.method, place.scheme, place.host, place.port, head.path, head.query, head.headers, b"", place.way, user
        )
        return Known(request, tuple(each for each in asked.items() if each[0]))

    def _may_use(self, head: Head) -> bool:
        return self.password is None or hmac.compare_digest(head.credentials[1].encode(), self.password.encode())

    def answer(self, request: Request) -> tuple[Outcome, bytes, bool]:
        """Answer a request: what should happen, the bytes that say it, and whether the connection ends with them.

        Failures of ours are answers, too.
        """
        wall = self.clock()
        try:
            outcome = self.engine.answer(request, wall)
            return outcome, *_bytes_of(outcome, request.method)
        except Exception as error:
            # no query: it may hold a key
            logger.exception("%s %s%s: the sandbox broke", request.method, request.host, request.path)
            reply = failure_reply(error)
            try:
                self.engine.seen(Exchange(0, "", wall, wall, request, reply))
            except Exception:
                logger.exception("the journal broke")
            return reply, *http1_reply(reply, request.method)


def whom_of(about: context.Context, tunnels: Mapping[str, Tunnel]) -> Whom:
    """Tell whom the requests of a connection mean, as far as it says."""
    client, server = about.client, about.server
    scheme = "https" if (server.tls if server.address else client.tls) else "http"
    return Whom(client.sni or "", scheme, bool(server.address), tunnels.get(client.id))


def _told(head: Head, whom: Whom) -> Told:
    host, port = split_authority(head.authority or head.host) or ("", 0)
    # what is said in a tunnel does not change how the tunnel is spoken to
    scheme = whom.scheme if whom.is_inside or not head.scheme else head.scheme
    port = port or (443 if scheme == "https" else 80)
    return Told(whom.sni, head.host, head.authority, host if head.authority else "", port, scheme)


def _bytes_of(outcome: Outcome, method: str) -> tuple[bytes, bool]:
    if isinstance(outcome, Reply):
        return http1_reply(outcome, method)
    if isinstance(outcome, Hangup):
        return b"", True
    raise TypeError(f"a {type(outcome).__name__} is no answer, and nothing is forwarded from here")
