"""Makes what is due happen: on each session's clock, in order, as deliveries in the outbox.

A keeper of the engine: it hears of each entry and each new clock. In between it sleeps until the wall instant at
which the next thing falls due.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import datetime

from replaysandbox.core.clock import Clock, at_wall, wait_s
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.entries import Entry
from replaysandbox.core.webhooks import Webhooks
from replaysandbox.deliver.outbox import Outbox
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.receivers import outside, receivers
from replaysandbox.launch.wall import wall_clock
from replaysandbox.notify import Agenda, agenda_of, due_by, message_of, noted
from replaysandbox.render.render import Templates

LONGEST_SLEEP_S = 600.0
"""After so long the wall clock is looked at again: it may have been set, or the machine may have slept. Ours. [s]"""

SETTLED_WITHIN_S = 10.0
"""How long the control API waits for first attempts when it has moved a clock. Ours. [s]"""


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
        loaded = self._engine.loaded_for(session)
        events, self._agendas[name] = due_by(agenda, session.session.log, at)
        for event in events:
            pack = loaded.packs.get(event.pack)
            if pack is None or pack.webhooks is None:
                continue
            message = message_of(pack, loaded.templates[pack.name], loaded.world, session.session, event)
            if message is not None:
                self.outbox.add(message)
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
        if session is None or agenda is None or agenda.next_at is None:
            return
        wait = wait_s(session.clock, self._wall(), agenda.next_at)
        if wait is not None:
            self._ring_in(name, min(wait, LONGEST_SLEEP_S))

    def _ring_in(self, name: str, wait: float) -> None:
        self._silence(name)
        self._alarms[name] = self._loop.call_later(wait, self._ring, name)

    def _silence(self, name: str) -> None:
        alarm = self._alarms.pop(name, None)
        if alarm is not None:
            alarm.cancel()


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

    def changed(delivery: Delivery) -> None:
        try:
            engine.keep_delivery(delivery)
        except OSError as error:
            engine.say(f"a delivery could not be kept, and may be sent once more after a restart: {error}")

    outbox = Outbox(receivers(settings), wall_clock, changed=changed, restored=engine.deliveries)
    notifier = Notifier(engine, outbox, wall_clock)
    engine.keepers.append(notifier)
    try:
        async with _delivering(engine, outbox, secrets, own_ports) if settings.webhook else nullcontext():
            yield notifier
    finally:
        engine.keepers.remove(notifier)
        notifier.close()


@asynccontextmanager
async def _delivering(
    engine: Engine, outbox: Outbox, secrets: Mapping[str, str], own_ports: Collection[int]
) -> AsyncIterator[None]:
    # An HTTP client takes 0.1 s to import: only for those who have webhooks sent.
    from replaysandbox.deliver.sending import Sender
    from replaysandbox.proxy.gate import is_own_port

    def voice(name: str) -> tuple[Webhooks, Templates] | None:
        pack = engine.loaded.packs.get(name)
        return (pack.webhooks, engine.loaded.templates[name]) if pack and pack.webhooks else None

    sender = Sender(voice, secrets, wall_clock, lambda address, port: is_own_port(address, port, own_ports))
    work = asyncio.create_task(outbox.run(sender.send))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await sender.close()
