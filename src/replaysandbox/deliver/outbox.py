"""The outbox: every delivery there is, what is tried when, and in which order. Knows no HTTP.

Each receiver has a line of its own, in which one delivery at a time is tried: first attempts in the order of
their events, before any retry. A retry holds up nothing that comes after it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol

from replaysandbox.core.delivery import Attempt, Delivery, new_delivery
from replaysandbox.core.webhooks import Message, Receiver

STEPS_S = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0)
"""How long is waited before each attempt. Source: Svix, documentation, "Retries", 2024. [s]"""

MOST_KEPT = 10_000
"""Finished deliveries that are kept to look at; the oldest go first, and are never sent again. Ours."""

GONE = "the receiver answered 410 Gone before, and gets nothing more (resend asks it again)"


class Outcome(Protocol):
    """What came of an attempt."""

    @property
    def attempt(self) -> Attempt:
        """For the record."""

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""

    @property
    def gone(self) -> bool:
        """Whether it wants no more at all."""

    @property
    def final(self) -> bool:
        """Whether this delivery is not to be tried again."""

    @property
    def sent(self) -> bool:
        """Whether anything went out to the receiver."""

    @property
    def retry_after_s(self) -> float:
        """How long it wants to be left alone. [s]"""


Send = Callable[[Delivery], Awaitable[Outcome]]
StepsOf = Callable[[str], Sequence[float]]
Changed = Callable[[Delivery], None]
_Turn = tuple[bool, float, int, str]
"""Whether it is a retry, wall instant, number, id: the least comes first."""


class _Line:
    """What is to be tried at one receiver."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.turns: list[_Turn] = []
        self.woken = asyncio.Event()
        self.gone = self.over = False

    def end(self) -> None:
        """Let nobody work on it any more."""
        self.over = True
        self.woken.set()

    def put(self, delivery: Delivery) -> None:
        """Let a delivery wait for its turn."""
        if delivery.next_attempt is not None:
            retry = delivery.tries > 0
            turn = (retry, delivery.next_attempt.timestamp() if retry else 0.0, delivery.number, delivery.id)
            heappush(self.turns, turn)
            self.woken.set()


class Outbox:
    """All deliveries, by id; tries them while `run` runs.

    Attributes:
        changes: How often anything changed.
    """

    def __init__(
        self,
        receivers: Sequence[Receiver],
        wall: Callable[[], datetime],
        *,
        changed: Changed = lambda delivery: None,
        restored: Iterable[Delivery] = (),
        steps_of: StepsOf = lambda pack: STEPS_S,
    ) -> None:
        """Make an outbox.

        Args:
            receivers: Where messages go; none: they are kept, unsent.
            wall: Reads the wall clock.
            changed: Told each delivery that is new or has changed; must not raise.
            restored: Deliveries of before; those that wait are tried again.
            steps_of: Tells how long is waited before each attempt of a pack's; after the last one it has failed. [s]
        """
        self.changes = 0
        self._receivers = tuple(receivers)
        self._wall = wall
        self._changed = changed
        self._steps_of = steps_of
        self._kept: dict[str, Delivery] = {}
        self._known: dict[str, set[str]] = {}
        self._attempts: Counter[str] = Counter()
        self._number = 0
        self._lines: dict[str, _Line] = {}
        self._moved = asyncio.Event()
        self._begun: asyncio.Queue[_Line] = asyncio.Queue()
        for receiver in receivers:
            self._line(receiver.url)
        for delivery in sorted(restored, key=lambda each: each.number):
            self._restore(delivery)

    def __iter__(self) -> Iterator[Delivery]:
        """Go through the deliveries kept, oldest first."""
        return iter(tuple(self._kept.values()))

    def __len__(self) -> int:
        """Count the deliveries kept."""
        return len(self._kept)

    def find(self, delivery_id: str) -> Delivery | None:
        """Find a delivery by its id."""
        return self._kept.get(delivery_id)

    def add(self, message: Message, registered: Iterable[Receiver] = (), *, unnamed: bool = True) -> list[Delivery]:
        """Let a message go to every receiver that gets it; one that was added before does not go again.

        Args:
            message: The message.
            registered: Receivers that apps have registered through its API, beside those that the user named.
            unnamed: Whether receivers for which the user named no API get it.
        """
        known = self._known.setdefault(message.session, set())
        if message.id in known:
            return []
        known.add(message.id)
        named = [each for each in self._receivers if each.pack or unnamed]
        receivers = [each for each in (*named, *registered) if each.gets(message)]
        return [self._begin(message, each) for each in receivers] or [self._begin(message, None)]

    def resend(self, delivery_id: str) -> Delivery | None:
        """Try a delivery again from the first attempt on, whatever became of it, with the id it had.

        Returns:
            It as it waits now; None where it has no receiver, or no body.
        """
        delivery = self._kept[delivery_id]
        line = self._lines.get(delivery.receiver)
        if line is None or delivery.message.problem:
            return None
        line.gone = False
        again = replace(delivery, state="waiting", tries=0, next_attempt=self._wall())
        self._keep(again)
        line.put(again)
        return again

    def forget(self, session: str) -> None:
        """Drop the deliveries of a session, those that wait as well."""
        self._known.pop(session, None)
        for delivery in self:
            if delivery.message.session == session:
                del self._kept[delivery.id]
        used = {each.url for each in self._receivers} | {each.receiver for each in self._kept.values()}
        for url in self._lines.keys() - used:  # apps register new ones with each test of a suite
            self._lines.pop(url).end()
        self._move()

    async def run(self, send: Send) -> None:
        """Try what waits, for as long as this is not cancelled."""
        async with asyncio.TaskGroup() as lines:
            while True:
                lines.create_task(self._work(await self._begun.get(), send))

    async def until(self, test: Callable[[], bool], within_s: float) -> bool:
        """Wait until something holds of the deliveries; tell whether it does."""
        try:
            async with asyncio.timeout(within_s):
                while not test():
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def left(self) -> Counter[str]:
        """Count the attempts that went out, by receiver."""
        return +self._attempts

    async def _work(self, line: _Line, send: Send) -> None:
        while not line.over:
            line.woken.clear()
            delivery = self._next(line)
            if delivery is None or delivery.next_attempt is None:
                await line.woken.wait()
                continue
            wait_s = (delivery.next_attempt - self._wall()).total_seconds()
            if delivery.tries and wait_s > 0.0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await line.woken.wait()
                continue
            heappop(line.turns)
            await self._try(line, delivery, send)

    def _next(self, line: _Line) -> Delivery | None:
        """Look at the first that waits; what was dropped, or is asked for twice, is passed over."""
        while line.turns:
            retry, _, _, delivery_id = line.turns[0]
            delivery = self._kept.get(delivery_id)
            if delivery is not None and delivery.state == "waiting" and (delivery.tries > 0) is retry:
                return delivery
            heappop(line.turns)
        return None

    async def _try(self, line: _Line, delivery: Delivery, send: Send) -> None:
        if line.gone:
            self._keep(_failed(delivery, Attempt(self._wall(), error=GONE)))
            return
        self._attempts[line.url] += 1
        outcome = await send(delivery)
        self._attempts[line.url] -= not outcome.sent
        # Meanwhile its session may have been reset, or a resend asked for.
        if self._kept.get(delivery.id) != delivery:
            return
        line.gone = outcome.gone
        tried = self._after(delivery, outcome)
        self._keep(tried)
        line.put(tried)

    def _after(self, delivery: Delivery, outcome: Outcome) -> Delivery:
        if outcome.delivered:
            return replace(_failed(delivery, outcome.attempt), state="delivered")
        tries = delivery.tries + 1
        steps_s = self._steps_of(delivery.message.pack)
        if outcome.gone or outcome.final or tries >= len(steps_s):
            return _failed(delivery, outcome.attempt)
        again = self._wall() + timedelta(seconds=max(steps_s[tries], outcome.retry_after_s))
        return replace(delivery, attempts=(*delivery.attempts, outcome.attempt), tries=tries, next_attempt=again)

    def _begin(self, message: Message, receiver: Receiver | None) -> Delivery:
        self._number += 1
        delivery = new_delivery(message, receiver, self._number, self._wall())
        self._keep(delivery)
        if receiver:
            self._line(receiver.url).put(delivery)
        return delivery

    def _line(self, url: str) -> _Line:
        """Give the line of a receiver; a new one is worked on from now."""
        if url not in self._lines:
            self._lines[url] = _Line(url)
            self._begun.put_nowait(self._lines[url])
        return self._lines[url]

    def _restore(self, delivery: Delivery) -> None:
        """Take a delivery of before; one whose receiver is no longer named stays unsent."""
        self._number = max(self._number, delivery.number)
        self._known.setdefault(delivery.message.session, set()).add(delivery.message.id)
        line = self._line(delivery.receiver) if delivery.registered else self._lines.get(delivery.receiver)
        if delivery.state == "waiting" and line is None:
            delivery = replace(delivery, state="unsent", next_attempt=None)
        self._kept[delivery.id] = delivery
        if delivery.state == "waiting" and line is not None:
            line.put(delivery)

    def _keep(self, delivery: Delivery) -> None:
        self._kept[delivery.id] = delivery
        if len(self._kept) > MOST_KEPT:
            oldest = next((each for each in self._kept.values() if each.state != "waiting"), None)
            if oldest is not None:
                del self._kept[oldest.id]
        self._changed(delivery)
        self._move()

    def _move(self) -> None:
        """Wake those who wait for a change."""
        self.changes += 1
        self._moved.set()
        self._moved = asyncio.Event()


def _failed(delivery: Delivery, attempt: Attempt) -> Delivery:
    attempts = (*delivery.attempts, attempt)
    return replace(delivery, state="failed", attempts=attempts, tries=delivery.tries + 1, next_attempt=None)
