"""From a head to the bytes of its answer: what all connections of the fast lane share."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mitmproxy.proxy import context

from replaysandbox.core.exchange import Exchange, Hangup, Outcome, Reply, Request
from replaysandbox.proxy.head import Head, split_authority
from replaysandbox.proxy.refusals import failure_reply
from replaysandbox.proxy.settings import Engine
from replaysandbox.proxy.ways import Told, Tunnel, place_told
from replaysandbox.proxy.wire import http1_bytes, to_wire

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lane:
    """What all connections of the fast lane share.

    Attributes:
        engine: Who answers.
        clock: Reads the wall clock.
        password: Password that clients of the proxy must give, or None.
        tunnels: Client id → the tunnel it asked for; the flow lane keeps it.
    """

    engine: Engine
    clock: Callable[[], datetime]
    password: str | None = field(default=None, repr=False)
    tunnels: dict[str, Tunnel] = field(default_factory=dict)

    def request_of(self, head: Head, about: context.Context) -> Request | None:
        """Give the request to answer, still without its body; None where it is for the flow lane to judge."""
        tunnel = self.tunnels.get(about.client.id)
        place = place_told(_told(head, about), tunnel, self.engine.owns)
        if len(place.names) > 1 or not (place.way == "base" or self.engine.owns(place.host)):
            return None
        if place.way == "absolute" and not self._may_use(head):
            return None
        user = tunnel.proxy_user if tunnel else head.credentials[0]
        return Request(
            head.method, place.scheme, place.host, place.port, head.path, head.query, head.headers, b"", place.way, user
        )

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
            return reply, http1_bytes(to_wire(reply, request.method)), False


def _told(head: Head, about: context.Context) -> Told:
    client, server = about.client, about.server
    host, port = split_authority(head.authority or head.host) or ("", 0)
    scheme = head.scheme
    if server.address or not scheme:  # what is said in a tunnel does not change how the tunnel is spoken to
        scheme = "https" if (server.tls if server.address else client.tls) else "http"
    port = port or (443 if scheme == "https" else 80)
    return Told(client.sni or "", head.host, head.authority, host if head.authority else "", port, scheme)


def _bytes_of(outcome: Outcome, method: str) -> tuple[bytes, bool]:
    if isinstance(outcome, Reply):
        wire = to_wire(outcome, method)
        return http1_bytes(wire), wire.cut
    if isinstance(outcome, Hangup):
        return b"", True
    raise TypeError(f"a {type(outcome).__name__} is no answer, and nothing is forwarded from here")
