"""The engine: what is loaded, the sessions with their clocks and journals, all on the proxy's loop: nothing blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from time import perf_counter

from replaysandbox.answer import Answered, Loaded, answer
from replaysandbox.base_url import aim
from replaysandbox.core.beginning import Beginning, not_served
from replaysandbox.core.clock import Clock, at_wall
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import caller_of
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.entries import Entry
from replaysandbox.core.exchange import Exchange, Forward, Mode, Outcome, Reply, Request
from replaysandbox.core.ours import miss_text, our_reply, refused_host_reply
from replaysandbox.core.session import DEFAULT, Session, choose_session, valid_session_name
from replaysandbox.files.settings import Settings
from replaysandbox.launch.journal import Journal, missed_call
from replaysandbox.launch.keeper import Keeper
from replaysandbox.launch.live_session import LiveSession, from_start
from replaysandbox.launch.loading import Start, load_again, load_all
from replaysandbox.launch.replaying import Replaying
from replaysandbox.live import go_live
from replaysandbox.operations.bending import told
from replaysandbox.world.dates import instant


class Engine:
    """Answers requests for the proxy, and is looked at by control API and command line.

    Attributes:
        settings: What it was started with.
        loaded: Packs and world in force.
        sessions: By name; `default` is always there.
        problems: Why the last reload was refused; empty when what is loaded is what is on disk.
        say: Told of each miss, refused and unreached host in words, the first time it happens.
        restart: Begins anew as somebody asks, once it is served (`launch/restarting.py`).
        keepers: Told what sessions are told, in this order.
        mode: What calls are answered from.
        replaying: The capture that calls are answered from, or None.
        shown: What the journal keeps of a request: all of it, or, where secrets of live APIs pass, nothing secret.
        deliveries: Those of before, where they were kept.
        keep_delivery: Told each delivery that is new or has changed.
        noted: Told each exchange that a journal has taken, or None.
    """

    def __init__(self, settings: Settings, begun: Start, started: datetime) -> None:
        self.sessions: dict[str, LiveSession] = {}
        self.problems: tuple[str, ...] = ()
        self.say: Callable[[str], None] = lambda text: None
        self.restart: Callable[[Beginning, datetime], None] = not_served
        self.keepers: list[Keeper] = []
        self.deliveries: tuple[Delivery, ...] = ()
        self.keep_delivery: Callable[[Delivery], None] = lambda delivery: None
        self.noted: Callable[[Exchange], None] | None = None
        self.begin(settings, begun, started)

    def begin(self, settings: Settings, begun: Start, started: datetime) -> None:
        """Begin, or begin anew: simulating, no session but `default`. An OSError: that cannot be kept, all stays."""
        for keeper in self.keepers:
            for name in self.sessions:
                keeper.reset(name)
        self.settings, self.started = settings, started
        self.loaded: Loaded = begun.loaded
        self.mode: Mode = "simulate"
        self.replaying: Replaying | None = None
        self.shown: Callable[[Request], Request] = lambda request: request
        self._start = Clock(started, begun.at, settings.speed, settings.freeze, self.loaded.world.shift_ms)
        self._levels_from = instant(self.loaded.world.start_ms)
        self.sessions = {DEFAULT: self._begun(DEFAULT)}

    @classmethod
    def load(cls, settings: Settings, wall: datetime, started: datetime | None = None) -> Engine:
        """Load packs, profiles and scenario, and start the clock.

        Args:
            settings: What the user asked for.
            wall: Wall instant of the start.
            started: Sandbox instant from which the scenario's own levels hold; None for the start of the clock.

        Raises:
            SandboxError: With everything wrong in the user's files and settings.
        """
        return cls(settings, load_all(settings, wall, started), wall)

    async def reload(self, still: Callable[[], bool] = lambda: True) -> None:
        """Load the packs again, while calls are answered; broken ones, or those not `still` as read, change nothing."""
        settings, found = None, None
        while settings is not self.settings:  # begun anew meanwhile: load for that
            settings = self.settings
            found = await asyncio.to_thread(load_again, settings, self.started, self._levels_from, still)
        if found is not None:
            self.loaded, self.problems = found.loaded or self.loaded, found.problems

    def reset(self, name: str) -> None:
        """Put a session back to the scenario's start: clock, log, faults, counts, journal."""
        for keeper in self.keepers:
            keeper.reset(name)
        self.sessions[name] = self._begun(name)
        if self.replaying is not None:
            self.replaying.forget(name)

    def restore(self, name: str, entries: Sequence[Entry], clock: Clock | None) -> None:
        """Let a session go on where it stood: with what it was told, and its clock where that was kept."""
        session = self.sessions[name] = self._begun(name)
        session.restore(clock or session.clock, entries, self.loaded)

    def tell(self, session: LiveSession, entry: Entry) -> None:
        """Add an entry to a session's log.

        Raises:
            OSError: It cannot be kept; then it has not happened.
        """
        self._take(session, told(session.sees(self.loaded).world, session.session.log, entry))

    def set_clock(self, session: LiveSession, clock: Clock) -> None:
        """Give a session another clock.

        Raises:
            OSError: It cannot be kept; then it stays as it was.
        """
        for keeper in self.keepers:
            keeper.clocked(session.name, clock)
        session.set_clock(clock, self.loaded)

    def loaded_for(self, session: LiveSession) -> Loaded:
        """Give packs and world as a session sees them."""
        return session.sees(self.loaded)

    def _take(self, session: LiveSession, log: CommandLog) -> None:
        """Take over a session's new log, once its new entries are kept; with the first of them its clock is."""
        for keeper in self.keepers:
            if not session.session.log.count:
                keeper.clocked(session.name, session.clock)
            keeper.told(session.name, log.fresh)
        session.take(log)

    def owns(self, host: str) -> bool:
        """Tell whether calls to a host are answered here: a pack imitates it, or it is a live host to be reached."""
        return host in self.loaded.router.hosts or host in self._further_hosts

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts whose calls are answered here."""
        return tuple(dict.fromkeys((*self.loaded.router.hosts, *self._further_hosts)))

    @property
    def _further_hosts(self) -> tuple[str, ...]:
        live = self.settings.live_host if self.reaches_out else ()
        return (*self.replaying.hosts, *live) if self.replaying is not None else live

    @property
    def reaches_out(self) -> bool:
        """Whether calls may go on to live APIs."""
        return self.mode in ("record", "compare") or self.settings.on_miss in ("forward", "record")

    def passes(self, host: str) -> bool:
        """Tell whether a `--pass` glob names a host that no pack owns."""
        return not self.owns(host) and any(fnmatchcase(host, glob) for glob in self.settings.pass_)

    def answer(self, request: Request, wall: datetime) -> Outcome:
        """Answer one request and keep it in its session's journal."""
        began = perf_counter()
        name, request = choose_session(request, self._credential(request))
        session = self._session(name)
        if isinstance(session, Reply):
            self._keep(self.sessions[DEFAULT], request, Answered(session, wall), wall, began)
            return session
        at = at_wall(session.clock, wall)
        further = self.replaying.hosts if self.replaying is not None else ()
        aimed = aim(request, self.loaded.packs, further) if request.way == "base" else request
        if isinstance(aimed, Reply):
            answered = Answered(aimed, at)
        elif self.owns(aimed.host):
            request = aimed
            answered = self._answered(request, session, at)
        else:
            answered = Answered(refused_host_reply(aimed.host), at)
        self._keep(session, request, answered, wall, began)
        return answered.outcome

    def _answered(self, request: Request, session: LiveSession, at: datetime) -> Answered:
        """Answer from packs and world, or let the call go on to the live API, as mode and `--on-miss` say."""
        if self.mode in ("record", "compare"):
            return self._gone_live(request, session, at, keep=True)
        answered = self._replayed(self.replaying, request, session, at) if self.replaying is not None else None
        if answered is None:
            answered = self._kept(session, answer(request, session.sees(self.loaded), session.session, at))
        missed = answered.outcome.verdict == "miss" and not answered.route
        if missed and self.settings.on_miss in ("forward", "record"):
            return self._gone_live(request, session, at, keep=self.settings.on_miss == "record")
        return answered

    def _replayed(self, script: Replaying, request: Request, session: LiveSession, at: datetime) -> Answered | None:
        """Answer from the capture; None where it does not hold the call, and a pack is to answer it."""
        replayed = script.answer(request, session.name)
        pack = self.loaded.router.hosts.get(request.host, "")
        if replayed.recorded is None and pack and self.settings.on_miss == "simulate":
            return None
        recorded = replayed.recorded
        route, device = (recorded.route, recorded.device) if recorded is not None else ("", "")
        answered = Answered(replayed.outcome, at, pack, route, device, replayed.near)
        session.keep(answered)
        return answered

    def _gone_live(self, request: Request, session: LiveSession, at: datetime, *, keep: bool) -> Answered:
        outcome = go_live(request, self.loaded.router, self.settings.allow_writes, session.name, keep=keep)
        if self.mode == "compare" and isinstance(outcome, Forward):
            outcome = replace(outcome, verdict="forward")  # looked at, not recorded
        session.session = replace(session.session, seen=session.session.seen + 1)
        live = outcome.live if isinstance(outcome, Forward) else None
        return Answered(outcome, at, pack=live.pack if live else "", route=live.route if live else "")

    def _kept(self, session: LiveSession, answered: Answered) -> Answered:
        """Take over what an answer changes; a write that cannot be kept has not happened, and says so."""
        if answered.log is not None:
            try:
                self._take(session, answered.log)
            except OSError as error:
                message = f"the sandbox's state could not be kept, so this did not happen: {error}"
                answered = replace(answered, outcome=our_reply(507, "refused", "not_kept", message))
        session.keep(answered)
        return answered

    def seen(self, exchange: Exchange) -> None:
        """Keep an exchange the proxy settled itself: a refusal, a failure of ours, a call let through."""
        session = self.sessions.get(choose_session(exchange.request)[0], self.sessions[DEFAULT])
        shown = replace(exchange, session=session.name, request=self.shown(exchange.request))
        self._tell(session.journal, session.journal.add(shown))

    def unreached(self, host: str, reason: str) -> None:
        """Take note of a host that calls were let through to, and that was not reached."""
        if self.sessions[DEFAULT].journal.unreach(host, reason):
            self.say(f"{host} was not reached: {reason}")

    def _tell(self, journal: Journal, exchange: Exchange) -> None:
        """Hand on what a journal has taken; say a miss or a refusal in the words of its answer, once for each."""
        request, verdict = exchange.request, exchange.outcome.verdict
        if self.noted is not None:
            self.noted(exchange)
        if verdict == "miss" and exchange.near and journal.missed.get(missed_call(request)) == 1:
            what = f"No exchange of {self.replaying.name}" if self.replaying is not None else "No route"
            self.say(miss_text(replace(request, query=""), exchange.near, what))
        elif verdict == "refused" and journal.refused.get(request.host) == 1:
            self.say(f"{request.host} was refused; to let it through: --pass {request.host}")

    def _session(self, name: str) -> LiveSession | Reply:
        """Find a session, or begin it: with the clock that every session starts with."""
        if name in self.sessions:
            return self.sessions[name]
        if not valid_session_name(name):
            message = f"'{name[:80]}' cannot name a session: letters, digits, dot, dash and underscore, at most 64"
            return our_reply(400, "refused", "bad_session", message)
        if len(self.sessions) >= self.settings.limits.sessions:
            return our_reply(503, "refused", "too_many_sessions", f"limits.sessions allows {len(self.sessions)}")
        return self.sessions.setdefault(name, self._begun(name))

    def _begun(self, name: str) -> LiveSession:
        """Begin a session with the clock and the faults that every one starts with; numbers in its journal go on."""
        journal = self.sessions[name].journal if name in self.sessions else Journal(self.settings.limits)
        journal.clear()
        rules = tuple(from_start(rule, self._start.at) for rule in self.loaded.world.scenario.faults)
        return LiveSession(self._start, Session(name, rules=rules), journal)

    def _credential(self, request: Request) -> str:
        """Tell who calls where sessions go by credential."""
        if self.settings.session_by != "credential":
            return ""
        pack = self.loaded.packs.get(self.loaded.router.hosts.get(request.host, ""))
        return caller_of(pack, request) if pack else ""

    def _keep(self, session: LiveSession, request: Request, answered: Answered, wall: datetime, began: float) -> None:
        kept = session.journal.add(
            Exchange(
                number=session.journal.next_number,
                session=session.name,
                at=answered.at,
                wall=wall,
                request=self.shown(request),
                outcome=_without_request(answered.outcome),
                pack=answered.pack,
                route=answered.route,
                device=answered.device,
                near=answered.near,
                fault=", ".join(dict.fromkeys(rule.name for rule in answered.hits)) if answered.hits else "",
                took_ms=(perf_counter() - began) * 1000.0,
            )
        )
        self._tell(session.journal, kept)


def _without_request(outcome: Outcome) -> Outcome:
    """Keep no second copy of a request that went on: it is as it was sent, secrets and all."""
    return replace(outcome, live=None) if isinstance(outcome, Forward) else outcome
