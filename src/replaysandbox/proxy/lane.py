"""The fast lane: a protocol layer that answers HTTP/1.1 requests to imitated hosts straight from the engine.

It takes only what it understands wholly. Whatever is odd (broken heads, hosts that nobody imitates, missing proxy
passwords, chunks, `Expect`, upgrades, CONNECT, HTTP/1.0, bodies beyond the limit) it hands over to the flow lane,
from the first byte of that request on, and is done with that connection: so there is one place that judges the odd,
and one that refuses. It never opens a connection, so it cannot forward.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Literal

from mitmproxy.proxy import commands, context, events, layer
from mitmproxy.proxy.layers import tls

from replaysandbox.core.exchange import Reply, Request
from replaysandbox.proxy.answering import Lane, Whom, whom_of
from replaysandbox.proxy.guarded import Direct, Indirect
from replaysandbox.proxy.head import read_head
from replaysandbox.proxy.layers import Commands, HTTPMode, SandboxHttpLayer, lingering, refusing
from replaysandbox.proxy.refusals import failure_reply, protocol_reply
from replaysandbox.proxy.wire import closing

logger = logging.getLogger(__name__)

TURN_S = 0.01
"""How long one connection's pipelined requests are answered before others have their turn. Ours. [s]"""

TURN_BYTES = 1_000_000
"""How much is written in one turn; the next waits until the client has read. Ours. [B]"""

_LONGEST_PART = 16 * 1024
"""Longest beginning of a head that is looked through again with each packet. Ours. [B]"""

_PART = re.compile(rb"[\x20-\x7e]*+\r?|[A-Z-]+ +[\x21-\x7e]++ +HTTP/1\.1\r\n(?:[^\r\n]++\r\n)*+[^\r\n]*+\r?")
"""What may become a head that is not odd."""

_LONGEST_SLEEP_S = 300.0
"""A wake-up shows that a connection is in use; mitmproxy ends those that are silent for 600 s. [s]"""


@dataclass(frozen=True, slots=True)
class _Taken:
    request: Request
    closes: bool


@dataclass(frozen=True, slots=True)
class _Answered:
    said: bytes
    ends: bool
    delay_s: float


@dataclass(slots=True)
class _Held:
    """An answer that waits, or nothing where others have their turn.

    Attributes:
        said: Its bytes.
        ends: Whether the connection ends with it.
        due: When it goes out, on the monotonic clock. [s]
        is_delay: Whether it was held back on purpose.
        timer: Wakes us.
    """

    said: bytes
    ends: bool
    due: float
    is_delay: bool
    timer: commands.RequestWakeup


class FastLane(layer.Layer):
    """One connection in the fast lane."""

    def __init__(self, about: context.Context, lane: Lane, mode: HTTPMode) -> None:
        super().__init__(about)
        self._lane = lane
        self._mode = mode
        self._whom: Whom | None = None
        self._number = -1  # stands for it
        self._left = lane.limits.connection_requests or -1  # requests it may still ask; below 0 without a bound
        self._buffer = bytearray()
        self._wanted = 1  # bytes that make it worth another look
        self._since: float | None = None  # when the request began that is not complete
        self._timer: commands.RequestWakeup | None = None  # the watch over it
        self._held: _Held | None = None
        self._answered: _Answered | None = None  # what `at_once` could not say itself
        self._end: events.Event | None = None  # the client has said all it has to say
        self._over = False  # nothing more is heard or said
        self._flow_lane: SandboxHttpLayer | None = None

    def handle_event(self, event: events.Event) -> Commands:
        """Take an event; a failure of ours is answered with 500 and ends the connection."""
        if self._flow_lane is not None:
            if not (isinstance(event, events.Wakeup) and event.command is self._timer):
                yield from self._flow_lane.handle_event(event)
            return
        try:
            yield from self._handle_event(event)
        except Exception as error:
            logger.exception("the fast lane broke; its connection is closed")
            yield from self._refuse(failure_reply(error))

    def at_once(self, data: bytes) -> bytes | None:
        """Answer a request that came alone, in full, and as it was asked before; most do.

        Returns:
            What to write; None where `handle_event` is to be given the data.
        """
        if self._buffer or self._held is not None or self._over or self._flow_lane is not None or self._whom is None:
            return None
        known = self._lane.known(data, self._number)
        if known is None or self._left == 1:
            return None
        self._left -= 1
        outcome, said, ends = self._lane.answer(known)
        if ends or outcome.delay_s > 0:
            self._answered = _Answered(said, ends, outcome.delay_s)
            return None
        return said

    def _handle_event(self, event: events.Event) -> Commands:
        if isinstance(event, events.DataReceived):
            yield from self._on_data(event.data)
        elif isinstance(event, events.Start):
            opening = [each for each in self.context.layers if isinstance(each, tls.ClientTLSLayer)]
            if len(opening) < 2:  # a tunnel with TLS, by a proxy spoken to by TLS, has layers between that have to do
                yield Direct(opening[0] if opening else self, self)
        elif isinstance(event, events.Wakeup):
            yield from self._on_wake_up(event.command)
        elif isinstance(event, events.ConnectionClosed):
            yield from self._on_end(event)

    def _on_data(self, data: bytes) -> Commands:
        if self._over:
            return
        if self._answered is not None:
            answered, self._answered = self._answered, None
            yield from self._say(answered)
            return
        self._buffer += data
        if self._held is not None:
            if len(self._buffer) > self._lane.limits.body_bytes:  # sent ahead of the answer without end
                yield from self._close()
        elif len(self._buffer) >= self._wanted:
            yield from self._serve(b"")

    def _on_wake_up(self, timer: commands.Command) -> Commands:
        if self._over:
            yield commands.CloseConnection(self.context.client)
        elif self._held is not None and timer is self._held.timer:
            yield from self._on_due(self._held)
        elif timer is self._timer:
            self._timer = None
            if self._since is not None and self._since + self._lane.limits.request_s <= monotonic():
                yield from self._refuse(protocol_reply(408))
            else:
                yield from self._watch()

    def _on_due(self, held: _Held) -> Commands:
        left = held.due - monotonic()
        if left > 0:
            yield from self._hold(held.said, held.ends, left)
            return
        self._held = None
        yield from self._close([held.said]) if held.ends else self._serve(held.said)

    def _on_end(self, event: events.Event) -> Commands:
        """The client hangs up, or closes its side only, which cannot be told apart: it gets what is ready."""
        self._end = event
        if self._held is None or self._held.is_delay or self._over:
            yield from self._finish()

    def _serve(self, said: bytes) -> Commands:
        """Answer what is there in full, with one write, for as long as it is this connection's turn."""
        out = [said] if said else []
        size, turn_ends = 0, monotonic() + TURN_S
        taken = self._take()
        while isinstance(taken, _Taken):
            outcome, said, over = self._lane.answer(taken.request)
            ends = taken.closes or over
            self._left -= 1
            if self._left == 0:
                said, ends = closing(said) if not over else said, True
            if outcome.delay_s > 0:
                yield from self._send(out)
                yield from self._hold(said, ends, outcome.delay_s)
                return
            out.append(said)
            if ends:
                yield from self._close(out)
                return
            size += len(said)
            if self._buffer and (size > TURN_BYTES or monotonic() > turn_ends):
                yield from self._send(out)
                yield from self._hold(b"", False, 0.0)
                return
            taken = self._take()
        yield from self._send(out)
        if taken == "odd":
            yield from self._hand_over()
        elif self._end is not None:
            yield from self._finish()
        else:
            yield from self._watch()

    def _say(self, answered: _Answered) -> Commands:
        if answered.delay_s > 0:
            yield from self._hold(answered.said, answered.ends, answered.delay_s)
        else:
            yield from self._close([answered.said])

    def _take(self) -> _Taken | Literal["odd", "part"]:
        """Take the next request off the buffer, if it is there in full and not odd."""
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n", 0, self._lane.limits.head_bytes) + 4
        if end < 4:
            self._wanted = len(buffer) + 1
            return "part" if len(buffer) < _LONGEST_PART and _PART.fullmatch(buffer) else "odd"
        if self._whom is None:
            self._whom = whom_of(self.context, self._lane.tunnels)
            self._number = self._lane.number_of(self._whom)
        said = bytes(buffer[:end])
        asked = self._lane.known(said, self._number)
        if asked is not None:
            del buffer[:end]
            self._wanted, self._since = 1, None
            return _Taken(asked, False)
        head = read_head(said)
        known = self._lane.request_of(head, self._whom) if head else None
        if head is None or known is None or head.length > self._lane.limits.body_bytes:
            return "odd"
        self._wanted = end + head.length
        if len(buffer) < self._wanted:
            return "part"
        request = known.request
        if head.length:
            request = replace(request, body=bytes(buffer[end : self._wanted]))
        elif not head.closes:
            self._lane.remember(said, self._number, known)
        del buffer[: self._wanted]
        self._wanted, self._since = 1, None
        return _Taken(request, head.closes)

    def _send(self, out: Sequence[bytes]) -> Commands:
        said = b"".join(out)
        if said:
            yield commands.SendData(self.context.client, said)

    def _hold(self, said: bytes, ends: bool, delay_s: float) -> Commands:
        timer = commands.RequestWakeup(min(delay_s, _LONGEST_SLEEP_S))
        self._held = _Held(said, ends, monotonic() + delay_s, delay_s > 0, timer)
        yield timer

    def _watch(self) -> Commands:
        """Start the watch over a request that is not complete."""
        if not self._buffer:
            return
        if self._since is None:
            self._since = monotonic()
        if self._timer is None:
            self._timer = commands.RequestWakeup(max(0.0, self._since + self._lane.limits.request_s - monotonic()))
            yield self._timer

    def _finish(self) -> Commands:
        if self._buffer and self._held is None and not self._over:
            yield from self._hand_over()  # a request that was cut off
        else:
            yield from self._close()

    def _close(self, out: Sequence[bytes] = ()) -> Commands:
        yield from self._send(out)
        self._over, self._held = True, None
        if self._left == 0 and self._end is None:
            yield from lingering(self.context.client)
        else:
            yield commands.CloseConnection(self.context.client)

    def _refuse(self, reply: Reply) -> Commands:
        self._over, self._held = True, None
        yield from refusing(self.context.client, reply)

    def _hand_over(self) -> Commands:
        """Let the flow lane go on with all that was not answered."""
        self.context.layers.remove(self)
        self._flow_lane = SandboxHttpLayer(self.context, self._mode, self._left)
        yield Indirect()
        yield from self._flow_lane.handle_event(events.Start())
        data = bytes(self._buffer)
        self._buffer.clear()
        yield from self._flow_lane.handle_event(events.DataReceived(self.context.client, data))
        if self._end is not None:
            yield from self._flow_lane.handle_event(self._end)
