"""The flow lane: mitmproxy's hooks on one side, the engine on the other. Reads the clock, waits, answers."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from mitmproxy import connection, http
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from replaysandbox.core.exchange import Exchange, Forward, Hangup, Outcome, Reply, Request
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.core.ours import refused_host_reply
from replaysandbox.proxy import refusals
from replaysandbox.proxy.asked_again import AskedAgain
from replaysandbox.proxy.egress import Egress, UnreachableError
from replaysandbox.proxy.forwarding import STREAMED, send_live, send_on
from replaysandbox.proxy.gate import ClosedResponse
from replaysandbox.proxy.layers import PASSED, response
from replaysandbox.proxy.recorder import Recorder
from replaysandbox.proxy.settings import Engine
from replaysandbox.proxy.ways import Place, Tunnel, place_of, plain_host, proxy_credentials, to_request

logger = logging.getLogger(__name__)


def wall_clock() -> datetime:
    """Read the wall clock: the only reading there is, once per request."""
    return datetime.now(UTC)  # noqa: TID251 - the edge: everybody else is told


class FlowLane:
    """The addon that answers.

    Attributes:
        tunnels: Client id → the tunnel it asked for.
    """

    name = "sandbox_flow_lane"

    def __init__(
        self,
        engine: Engine,
        egress: Egress,
        password: str | None = None,
        recorder: Recorder | None = None,
        *,
        strict: bool = False,
        limits: Limits = USUAL,
        clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._engine = engine
        self._egress = egress
        self._password = password
        self._recorder = recorder  # without one nothing goes on: the lane of somebody's own mitmproxy
        self._strict = strict
        self._clock = clock
        self._asked = AskedAgain(limits.remembered)
        self.tunnels: dict[str, Tunnel] = {}

    async def http_connect(self, flow: http.HTTPFlow) -> None:
        """Allow a tunnel to an imitated host, or one that `--pass` names; refuse all others."""
        if not isinstance(flow.response, ClosedResponse):
            return
        wall = self._clock()
        asked = flow.request
        tunnel = Tunnel(plain_host(asked.host), asked.port, proxy_credentials(asked)[0])
        place = Place("connect", tunnel.host, tunnel.port, "https", frozenset((tunnel.host,)))
        try:
            outcome = await self._tunnel_outcome(flow, place)
        except Exception as error:
            logger.exception("CONNECT %s: the sandbox broke", tunnel.host)
            outcome = refusals.failure_reply(error)
        if isinstance(outcome, Reply):
            flow.response = response(outcome, "CONNECT")
        else:
            self.tunnels[flow.client_conn.id] = tunnel
            flow.response = None
        if outcome is not None:
            self._note(to_request(flow, place, tunnel), outcome, wall)

    async def _tunnel_outcome(self, flow: http.HTTPFlow, place: Place) -> Reply | Forward | None:
        """Decide on a tunnel: None is one that we answer in ourselves."""
        if flow.request.is_http2:
            return refusals.protocol_reply(400, "CONNECT is taken in HTTP/1.1 only")
        if not self._may_use(flow.request):
            return refusals.password_reply()
        if self._engine.owns(place.host):
            return None
        if not self._engine.passes(place.host):
            return refused_host_reply(place.host)
        return await self._open(flow, place)

    async def request(self, flow: http.HTTPFlow) -> None:
        """Answer a request, after the delay its answer asks for."""
        if not isinstance(flow.response, ClosedResponse):
            return
        wall = self._clock()
        tunnel = self.tunnels.get(flow.client_conn.id)
        try:
            await self._act(flow, await self._outcome(flow, tunnel, wall))
        except Exception as error:
            # no path: it may hold a key
            logger.exception("%s %s: the sandbox broke", flow.request.method, flow.request.host)
            reply = refusals.failure_reply(error)
            flow.response = response(reply, flow.request.method)
            self._note(to_request(flow, place_of(flow, tunnel, lambda host: False), tunnel), reply, wall)

    async def _outcome(self, flow: http.HTTPFlow, tunnel: Tunnel | None, wall: datetime) -> Outcome:
        place = place_of(flow, tunnel, self._engine.owns)
        request = to_request(flow, place, tunnel)
        refusal = self._refusal(flow.request, place)
        if refusal is None and (place.way == "base" or self._engine.owns(place.host)):
            return await self._answered(flow, request, wall)
        outcome = refusal or await self._passed(flow, place)
        self._note(request, outcome, wall)
        return outcome

    async def _answered(self, flow: http.HTTPFlow, request: Request, wall: datetime) -> Outcome:
        outcome = self._engine.answer(self._asked.first(request), wall)
        if not isinstance(outcome, Forward) or outcome.live is None:
            return outcome
        live = outcome.live
        if self._recorder is None:
            return refusals.live_failure_reply(live.request.host, "not from inside of a mitmproxy of your own")
        host, port, scheme = live.request.host, live.request.port, live.request.scheme
        self._recorder.begin(flow, live, wall)
        try:
            flow.metadata[PASSED] = await self._egress.open_live(flow.client_conn, host, port, scheme)
        except UnreachableError as error:
            self._recorder.unreachable(flow, error)
            self._engine.unreached(host, str(error))
            return refusals.live_failure_reply(host, str(error))
        return outcome

    def _refusal(self, request: http.Request, place: Place) -> Reply | None:
        if place.way == "absolute" and not self._may_use(request):
            return refusals.password_reply()
        if self._strict and place.way in ("base", "direct") and not self._may_use(request):
            return refusals.strict_reply()
        if len(place.names) > 1:
            return refusals.names_reply(place.names)
        if request.headers.get("upgrade", "").lower() == "websocket" and self._engine.owns(place.host):
            return refusals.websocket_reply(place.host)
        return None

    async def _passed(self, flow: http.HTTPFlow, place: Place) -> Outcome:
        """Let a plain HTTP request through to a `--pass` host; those of tunnels never come here."""
        if place.way != "absolute" or not self._engine.passes(place.host):
            return refused_host_reply(place.host)
        if place.scheme != "http":
            return refusals.unreachable_reply(place.host, "https:// is let through in a CONNECT tunnel only")
        return await self._open(flow, place)

    async def _open(self, flow: http.HTTPFlow, place: Place) -> Reply | Forward:
        try:
            target = await self._egress.open(flow.client_conn, place.host, place.port, place.scheme)
        except UnreachableError as error:
            self._engine.unreached(place.host, str(error))
            return refusals.unreachable_reply(place.host, str(error))
        flow.metadata[PASSED] = target
        return Forward()

    async def _act(self, flow: http.HTTPFlow, outcome: Outcome) -> None:
        if outcome.delay_s > 0:
            await asyncio.sleep(outcome.delay_s)
        if isinstance(outcome, Reply):
            flow.response = response(outcome, flow.request.method)
        elif isinstance(outcome, Hangup):
            flow.kill()
        elif outcome.live is not None:
            send_live(flow, outcome.live.request)
        else:
            send_on(flow)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Hand on the answer of a `--pass` host as it comes, however long it is."""
        if flow.metadata.get(STREAMED) and flow.response is not None:
            flow.response.stream = self._recorder.stream_of(flow) if self._recorder else True

    def response(self, flow: http.HTTPFlow) -> None:
        """Record an answer that is complete."""
        self._ended(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a live host's failure."""
        self._ended(flow)

    def _ended(self, flow: http.HTTPFlow) -> None:
        if self._recorder is not None:
            self._recorder.done(flow)

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        """Show the user's own proxy the credentials they had for it."""
        authorization = self._egress.authorization(flow.server_conn.address)
        if authorization:
            flow.request.headers["Proxy-Authorization"] = authorization

    def server_connect_error(self, data: ServerConnectionHookData) -> None:
        """Tell of a host that was let through and does not answer."""
        if told := self._egress.unreached(data.client, data.server):
            self._engine.unreached(*told)

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget the tunnel."""
        self.tunnels.pop(client.id, None)
        self._egress.forget(client)

    def _may_use(self, request: http.Request) -> bool:
        if self._password is None:
            return True
        return hmac.compare_digest(proxy_credentials(request)[1].encode(), self._password.encode())

    def _note(self, request: Request, outcome: Outcome, wall: datetime) -> None:
        self._engine.seen(Exchange(0, "", wall, wall, request, outcome))
