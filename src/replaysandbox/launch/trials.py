"""Trials: COMMAND run against exchanges held in memory, each trial on the port of a sandbox of its own.

The sandboxes stay up from trial to trial and are given other exchanges: starting one takes as long as many a trial.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from replaysandbox.core.capture import CaptureHeader
from replaysandbox.core.match_rules import MatchRules
from replaysandbox.core.session import DEFAULT
from replaysandbox.files.match_rules import read_match_rules
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.environment import environment
from replaysandbox.launch.held import Held
from replaysandbox.launch.quiet_child import run_quietly
from replaysandbox.launch.replaying import Replaying, ReplayWish
from replaysandbox.launch.running import surroundings
from replaysandbox.launch.serve import serve
from replaysandbox.shrink.bug import Ran
from replaysandbox.shrink.fingerprint import Ending, fingerprint
from replaysandbox.shrink.pieces import Pieces, exchange_of


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial.

    Attributes:
        ran: What it came to.
        ending: How the command ended.
    """

    ran: Ran
    ending: Ending


class Place:
    """A sandbox in which one trial runs at a time."""

    def __init__(self, engine: Engine, environ: Mapping[str, str], wish: ReplayWish, header: CaptureHeader) -> None:
        self._engine = engine
        self._environ = environ
        self._wish = wish
        self._header = header
        self._rules = read_match_rules(wish.match) if wish.match else MatchRules()

    async def run(self, command: Sequence[str], pieces: Pieces, patience_s: float) -> Trial:
        """Run the command with nothing but these exchanges.

        Args:
            command: Program and arguments.
            pieces: The exchanges, in order.
            patience_s: How long it may take. [s]
        """
        held = Held(self._header, {piece.number: exchange_of(piece) for piece in pieces})
        begun_at = self._engine.sessions[DEFAULT].clock.at
        # without the project's key: on another machine there is none either
        self._engine.replaying = Replaying(held, self._wish, self._rules, begun_at, None)
        start_anew(self._engine)
        begun = time.monotonic()
        ending = await run_quietly(command, self._environ, patience_s)
        return Trial(ran_of(self._engine, ending, time.monotonic() - begun), ending)


def start_anew(engine: Engine) -> None:
    """Forget all that earlier runs have asked."""
    engine.sessions.clear()
    engine.reset(DEFAULT)
    if engine.replaying is not None:
        engine.replaying.used.clear()


def ran_of(engine: Engine, ending: Ending, took_s: float = 0.0) -> Ran:
    """Say what a run came to, from how it ended and what the sandbox has seen."""
    used = frozenset(engine.replaying.used) if engine.replaying is not None else frozenset[int]()
    failed = fingerprint(ending) if ending.failed else None
    return Ran(failed, used, missed_by(engine), _stumbled(engine), took_s)


def missed_by(engine: Engine) -> frozenset[str]:
    """List the calls that no exchange answered: of hosts and routes, in all sessions."""
    journals = [session.journal for session in engine.sessions.values()]
    return frozenset(call for journal in journals for call in (*journal.missed, *journal.refused))


def _stumbled(engine: Engine) -> bool:
    """Tell whether the last call found no answer."""
    last = [exchange for session in engine.sessions.values() for exchange in list(session.journal)[-1:]]
    newest = max(last, key=lambda exchange: exchange.wall, default=None)
    return newest is not None and newest.outcome.verdict in ("miss", "refused")


@asynccontextmanager
async def places(
    settings: Settings, wish: ReplayWish, header: CaptureHeader, count: int
) -> AsyncIterator[asyncio.Queue[Place]]:
    """Start as many sandboxes as there may be trials at a time; they run while the block does.

    Args:
        settings: What the user asked for, with free ports.
        wish: How the capture is replayed; its hosts are those that are imitated.
        header: What the captures of trials say of themselves.
        count: How many.

    Raises:
        SandboxError: A setting, or a file that is named, is not as it should be.
    """
    user = dict(os.environ)
    free: asyncio.Queue[Place] = asyncio.Queue()
    async with AsyncExitStack() as stack:
        for _ in range(count):
            sandbox = serve(settings, "repro", user, Path.cwd(), lambda text: None, replay=wish)
            serving = await stack.enter_async_context(sandbox)
            environ = environment(user, surroundings(serving.running, user))
            free.put_nowait(Place(serving.engine, environ, wish, header))
        yield free
