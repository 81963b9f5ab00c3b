"""Makes what is due happen: on each session's clock, in order, as deliveries in the outbox.

A keeper of the engine: it hears of each entry and each new clock. In between it sleeps until the wall instant at
which the next thing falls due.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from replaysandbox.core.agenda import Agenda, Event, agenda_of, due_by, noted
from replaysandbox.core.clock import Clock, at_wall, wait_s
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.entries import Entry
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import DEFAULT
from replaysandbox.core.webhooks import Webhooks
from replaysandbox.deliver.outbox import STEPS_S, Outbox
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.live_session import LiveSession
from replaysandbox.launch.receivers import outside, receivers, shown_url
from replaysandbox.launch.registered import receiver_of, registered_at
from replaysandbox.launch.wall import wall_clock
from replaysandbox.notify import messages_of
from replaysandbox.render.render import Templates

if TYPE_CHECKING:
    from replaysandbox.deliver.sending import Result, Sender

LONGEST_SLEEP_S = 600.0
"""After so long the wall clock is looked at again: it may have been set, or the machine may have slept. Ours. [s]"""

SETTLED_WITHIN_S = 10.0
"""How long the control API waits for first attempts when it has moved a clock. Ours. [s]"""


@dataclass(frozen=True, slots=True, order=True)
class _Late:
    """A message that its API tells some time after what it is about: when, which it was, and what sends it."""

    due: datetime
    number: int
    add: Callable[[], object] = field(compare=False)


class Notifier:
    """Agendas of all sessions, and the outbox they end up in.

    Attributes:
        outbox: The deliveries.
    """

    def __init__(self, engine: Engine, outbox: Outbox, wall: Callable[[], datetime]) -> None:
        """Begin with what the engine's sessions were told before; the loop must run already.

        Args:
            engine: The engine.
            outbox: Where messages go.
            wall: Reads the wall clock.
        """
        self.outbox = outbox
        self._engine = engine
        self._wall = wall
        self._agendas: dict[str, Agenda] = {}
        self._alarms: dict[str, asyncio.TimerHandle] = {}
        self._late: defaultdict[str, list[_Late]] = defaultdict(list)
        self._told = 0
        self._loop = asyncio.get_running_loop()
        for name, session in engine.sessions.items():
            self._agendas[name] = agenda_of(session.session.log)
            self._set_alarm(name)

    def told(self, session: str, entries: Sequence[Entry]) -> None:
        """Take note of entries; what they make due at once happens once the log holds them."""
        if entries:
            self._agendas[session] = noted(self._agendas.get(session, Agenda()), entries)
            self._ring_in(session, 0.0)

    def clocked(self, session: str, clock: Clock) -> None:
        """Let happen what a new clock has passed over. It is called before the session has that clock."""
        self._happen(session, at_wall(clock, self._wall()))
        self._ring_in(session, 0.0)

    def reset(self, session: str) -> None:
        """Forget a session, and what it was still to tell."""
        self._agendas.pop(session, None)
        self._late.pop(session, None)
        self.outbox.forget(session)
        self._silence(session)

    async def settled(self, session: str, within_s: float = SETTLED_WITHIN_S) -> bool:
        """Let happen what is due in a session, and wait until each of its deliveries has been tried once.

        Returns:
            Whether that came to be in time.
        """
        self._ring(session)
        waiting = [each.id for each in self.outbox if not each.tried and each.message.session == session]
        return await self.outbox.until(lambda: all(map(self._tried, waiting)), within_s)

    def left(self) -> Counter[str]:
        """Count what was sent to other machines, by host."""
        counts: Counter[str] = Counter()
        for url, count in self.outbox.left().items():
            for host in outside([url]):
                counts[f"{host}, by webhook"] += count
        return counts

    def untaken(self) -> Counter[str]:
        """Count what receivers have not taken, by receiver and reason."""
        tried = [each for each in self.outbox if each.attempts and each.receiver and each.state != "delivered"]
        return Counter(f"{shown_url(each.receiver)}: {each.attempts[-1].error}" for each in tried)

    def close(self) -> None:
        """Let nothing more happen."""
        for name in tuple(self._alarms):
            self._silence(name)

    def _tried(self, delivery_id: str) -> bool:
        delivery: Delivery | None = self.outbox.find(delivery_id)
        return delivery is None or delivery.tried

    def _happen(self, name: str, at: datetime) -> None:
        """Send what has fallen due in a session by an instant, in order."""
        session = self._engine.sessions.get(name)
        agenda = self._agendas.get(name)
        if session is None or agenda is None:
            return
        events, self._agendas[name] = due_by(agenda, session.session.log, at)
        for event in events:
            self._tell(session, event)
        late = self._late[name]
        while late and late[0].due <= at:
            heappop(late).add()

    def _tell(self, live: LiveSession, event: Event) -> None:
        """Let every API that tells an event tell it to whom it may concern."""
        loaded, session = self._engine.loaded_for(live), live.session
        for pack in [loaded.packs.get(event.pack)] if event.pack else loaded.packs.values():
            if pack is None:
                continue
            unnamed = _is_used(loaded.packs.values(), pack.name, live)
            due = event.at + timedelta(seconds=pack.realism.webhooks_s if pack.realism else 0.0)
            for message in messages_of(pack, loaded.templates[pack.name], loaded.world, session, event):
                receivers_then = registered_at(pack, session.log, event.at)
                add = partial(self.outbox.add, message, receivers_then, unnamed=unnamed)
                self._told += 1
                heappush(self._late[session.name], _Late(due, self._told, add))
                if message.problem:
                    self._engine.say(f"the webhook {message.event} was not sent: {message.problem}")

    def _ring(self, name: str) -> None:
        session = self._engine.sessions.get(name)
        if session is not None:
            self._happen(name, at_wall(session.clock, self._wall()))
            self._set_alarm(name)

    def _set_alarm(self, name: str) -> None:
        """Sleep until the next thing of a session falls due by its clock; not at all while that stands still."""
        self._silence(name)
        session, agenda = self._engine.sessions.get(name), self._agendas.get(name)
        due = [late.due for late in self._late[name][:1]]
        if agenda is not None and agenda.next_at is not None:
            due.append(agenda.next_at)
        if session is None or not due:
            return
        wait = wait_s(session.clock, self._wall(), min(due))
        if wait is not None:
            self._ring_in(name, min(wait, LONGEST_SLEEP_S))

    def _ring_in(self, name: str, wait: float) -> None:
        self._silence(name)
        self._alarms[name] = self._loop.call_later(wait, self._ring, name)

    def _silence(self, name: str) -> None:
        alarm = self._alarms.pop(name, None)
        if alarm is not None:
            alarm.cancel()


def _is_used(packs: Iterable[Pack], name: str, live: LiveSession) -> bool:
    """Tell whether receivers that name no API get its events: it is the only one that tells any, or was called.

    An app of one API would not know what another's events are, though all that are loaded see the same devices.
    """
    telling = [pack for pack in packs if pack.webhooks is not None]
    return len(telling) == 1 or any(called == name for called, _ in live.journal.calls)


@asynccontextmanager
async def notifying(
    engine: Engine, settings: Settings, secrets: Mapping[str, str], own_ports: Collection[int]
) -> AsyncIterator[Notifier]:
    """Let due things happen, and deliver them, while the block runs.

    Args:
        engine: The engine.
        settings: What the user asked for.
        secrets: Pack → what its webhooks are signed with.
        own_ports: Ports of our own servers, which are never sent anything.
    """
    told: set[tuple[str, str]] = set()

    def changed(delivery: Delivery) -> None:
        error = delivery.attempts[-1].error if delivery.attempts and delivery.receiver else ""
        if error and (delivery.receiver, error) not in told:
            told.add((delivery.receiver, error))
            engine.say(f"{shown_url(delivery.receiver)} did not take the webhook {delivery.message.event}: {error}")
        try:
            engine.keep_delivery(delivery)
        except OSError as problem:
            engine.say(f"a delivery could not be kept, and may be sent once more after a restart: {problem}")

    def steps_of(name: str) -> Sequence[float]:
        pack = engine.loaded.packs.get(name)
        return (
            (0.0, *pack.webhooks.retry_s) if pack and pack.webhooks and pack.webhooks.retry_s is not None else STEPS_S
        )

    outbox = Outbox(receivers(settings), wall_clock, changed=changed, restored=engine.deliveries, steps_of=steps_of)
    notifier = Notifier(engine, outbox, wall_clock)
    engine.keepers.append(notifier)
    postman = _Postman(engine, settings, secrets, own_ports)
    work = asyncio.create_task(outbox.run(postman.send))
    try:
        yield notifier
    finally:
        engine.keepers.remove(notifier)
        notifier.close()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await postman.close()


@dataclass(slots=True)
class _Postman:
    """Sends; has a sender once there is something to send."""

    engine: Engine
    settings: Settings
    secrets: Mapping[str, str] = field(repr=False)
    own_ports: Collection[int]
    sender: Sender | None = None

    async def send(self, delivery: Delivery) -> Result:
        """Try a delivery once."""
        if self.sender is None:
            # An HTTP client takes 0.1 s to import: only for those who have webhooks sent.
            from replaysandbox.deliver.sending import Sender
            from replaysandbox.proxy.gate import is_own_port

            self.sender = Sender(
                self._voice,
                self.secrets,
                self._receivers_clock,
                lambda address, port: is_own_port(address, port, self.own_ports),
                registered=partial(receiver_of, self.engine, self.settings),
            )
        return await self.sender.send(delivery)

    async def close(self) -> None:
        """Close what is open."""
        if self.sender is not None:
            await self.sender.close()

    def _receivers_clock(self) -> datetime:
        """Read the clock that receivers hold a signature's timestamp against: with --app-clock the sandbox's."""
        clock = self.engine.sessions[DEFAULT].clock
        return at_wall(clock, wall_clock()) if self.settings.app_clock else wall_clock()

    def _voice(self, name: str) -> tuple[Webhooks, Templates] | None:
        pack = self.engine.loaded.packs.get(name)
        return (pack.webhooks, self.engine.loaded.templates[name]) if pack and pack.webhooks else None
