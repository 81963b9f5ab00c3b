"""`--state FILE`: open it, let the engine go on where it stood, and keep what it is told from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from replaysandbox.core.clock import Clock, paced
from replaysandbox.core.counted import many
from replaysandbox.core.delivery import Delivery
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.session import DEFAULT
from replaysandbox.deliver.outbox import MOST_KEPT
from replaysandbox.files.deliveries import delivery_from, delivery_values
from replaysandbox.files.places import shown
from replaysandbox.files.settings import Settings
from replaysandbox.files.state import State, WorldFacts
from replaysandbox.launch.engine import Engine
from replaysandbox.world.dates import instant


@contextmanager
def kept_engine(settings: Settings, wall: datetime, say: Callable[[str], None]) -> Iterator[Engine]:
    """Load an engine; with `--state` it goes on where it stood, and is kept while the block runs.

    Args:
        settings: What the user asked for.
        wall: Wall instant of the start.
        say: Tells the user what the state file holds.

    Raises:
        SandboxError: Something in the user's files, settings or state is not as it should be.
    """
    if settings.state is None:
        yield Engine.load(settings, wall)
        return
    state = State.open(settings.state, fresh=settings.fresh)
    try:
        yield _begun(state, settings, wall, say)
    finally:
        state.close()


def _begun(state: State, settings: Settings, wall: datetime, say: Callable[[str], None]) -> Engine:
    known = state.facts()
    engine = Engine.load(settings, wall, known.started if known else None)
    try:
        count = _restore(engine, state, settings, wall)
        say(_held(settings, count, len(engine.sessions)))
        engine.keepers.append(state)
        engine.keep_delivery = lambda delivery: state.delivered(
            delivery.message.session, delivery.id, delivery_values(delivery)
        )
        engine.set_clock(engine.sessions[DEFAULT], engine.sessions[DEFAULT].clock)
    except OSError as error:
        hint = "make room and rights for it, or name another file"
        problem = Problem(shown(state.file), 0, "--state", f"cannot be written: {error}", hint)
        raise SandboxError(problem) from error
    return engine


def _restore(engine: Engine, state: State, settings: Settings, wall: datetime) -> int:
    world = engine.loaded.world
    hour = [f"--world-at {settings.world_at}"] if settings.world_at else []
    hour += [f"--zone {settings.zone}"] if settings.zone else []
    facts = WorldFacts(world.seed, world.scenario.name, instant(world.start_ms), " ".join(hour))
    state.belongs(world, facts)
    entries, clocks = state.entries(world), state.clocks()
    for name in {DEFAULT, *entries, *clocks}:
        clock = clocks.get(name) if settings.at is None else None
        engine.restore(name, entries.get(name, ()), _as_asked(clock, settings, wall) if clock else None)
    engine.deliveries = _deliveries(state)
    return sum(len(each) for each in entries.values())


def _deliveries(state: State) -> tuple[Delivery, ...]:
    try:
        return tuple(delivery_from(values) for _, values in state.deliveries(MOST_KEPT))
    except ValueError as error:
        hint = "start with --fresh to drop what it holds, or name another file"
        raise SandboxError(
            Problem(shown(state.file), 0, "--state", f"a delivery cannot be used: {error}", hint)
        ) from error


def _as_asked(clock: Clock, settings: Settings, wall: datetime) -> Clock:
    """Let the kept clock go on, at the pace asked for now where one is."""
    asked = {name: settings.origins.get(name, "default") != "default" for name in ("speed", "freeze")}
    if not any(asked.values()):
        return clock
    at_pace = paced(clock, wall, speed=settings.speed if asked["speed"] else None)
    return paced(at_pace, wall, frozen=settings.freeze) if asked["freeze"] else at_pace


def _held(settings: Settings, count: int, sessions: int) -> str:
    file = shown(settings.state) if settings.state else ""
    if not count:
        return f"state is kept in {file}, which holds no commands yet"
    where = "" if sessions == 1 else f" of {sessions} sessions"
    return f"{file} holds {many(count, 'command')}{where}: the sandbox goes on from there (--fresh drops them)"
