"""What calls are answered from: set up at the start, and set up anew while the proxy and its clients stay.

So a test suite needs one sandbox, on one port, however its tests differ in scenario, instant and capture; a client
that was made when a module was imported is led to the same place in each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from replaysandbox.core.beginning import Beginning
from replaysandbox.core.capture import Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Headers, Mode
from replaysandbox.core.session import DEFAULT
from replaysandbox.launch.comparing import Comparing, Held
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import begin_anew
from replaysandbox.launch.outward import reaching_out
from replaysandbox.launch.recording import LargeBody, Recording
from replaysandbox.launch.replaying import ReplayWish, replaying


@dataclass(frozen=True, slots=True)
class Sources:
    """What calls are answered from, beside the packs.

    Attributes:
        capture: File that is recorded to, or None.
        replay: What is replayed, or None.
        compares: Whether the live API answers, and is only compared.
    """

    capture: Path | None = None
    replay: ReplayWish | None = None
    compares: bool = False

    @property
    def mode(self) -> Mode:
        """The mode that this is."""
        if self.compares:
            return "compare"
        if self.replay is not None:
            return "replay"
        return "simulate" if self.capture is None else "record"


class Restarting:
    """A sandbox that can begin anew.

    Attributes:
        keeper: What records or compares now, or None.
    """

    def __init__(self, engine: Engine, sources: Sources, say: Callable[[str], None], folder: Path) -> None:
        self._engine = engine
        self._settings = engine.settings
        self._first = sources
        self._say = say
        self._folder = folder
        self._open = ExitStack()
        self._may_reach_out = sources.mode in ("record", "compare") or engine.reaches_out
        self.keeper: Recording | Comparing | None = None

    def keep(self, recorded: Recorded) -> None:
        """Give an exchange to what records or compares now."""
        if self.keeper is not None:
            self.keeper.keep(recorded)

    def body(self, headers: Headers) -> LargeBody | Held | None:
        """Begin a large body of what records or compares now; None where nothing is recorded."""
        return None if self.keeper is None else self.keeper.body(headers)

    def restart(self, beginning: Beginning, wall: datetime) -> None:
        """Begin anew: every session back at its start, with what differs from how the sandbox was started.

        Args:
            beginning: What differs.
            wall: Wall instant of the new start.

        Raises:
            SandboxError: That cannot be. What is wrong with scenario or words changes nothing; where a capture
                cannot be used, the sandbox has begun anew, and simulates.
            OSError: Its state cannot be kept; then nothing changes.
        """
        mode = beginning.mode or self._first.mode
        on_miss = beginning.on_miss or self._settings.on_miss
        sources = self._sources(mode, on_miss, beginning)
        settings = replace(
            self._settings,
            scenario=beginning.scenario or self._settings.scenario,
            at=beginning.at or self._settings.at,
            on_miss=on_miss,
        )
        begun = begin_anew(settings, self._engine.loaded, wall)
        self._engine.begin(settings, begun, wall)
        self.close()
        self.open(sources, wall)

    def open(self, sources: Sources, wall: datetime) -> None:
        """Let calls be answered from these.

        Raises:
            SandboxError: A capture cannot be read or written.
        """
        engine = self._engine
        with ExitStack() as stack:
            if sources.replay is not None:
                packs = list(engine.loaded.packs.values())
                start = engine.sessions[DEFAULT].clock.at
                engine.replaying = stack.enter_context(replaying(sources.replay, packs, engine.settings.project, start))
            engine.mode = sources.mode
            outward = reaching_out(engine, sources.capture, wall, self._say, self._folder)
            self.keeper = stack.enter_context(outward)
            self._open = stack.pop_all()

    def close(self) -> None:
        """Close the captures."""
        self.keeper = None
        self._open.close()

    def _sources(self, mode: Mode, on_miss: str, beginning: Beginning) -> Sources:
        """Say from what calls are to be answered.

        Raises:
            SandboxError: It does not fit together, or this sandbox was not started to reach live hosts.
        """
        outward = mode == "record" or on_miss in ("forward", "record")
        if (
            outward
            and self._first.mode not in ("record", "compare")
            and self._settings.on_miss not in ("forward", "record")
        ):
            hint = "start it for that: replaysandbox record FILE"
            raise _wrong("mode", "this sandbox was not started to let calls go on to live hosts", hint)
        if beginning.capture is None and mode == self._first.mode:
            return self._first
        file = _file(mode, beginning.capture)
        if mode == "replay" and file is not None:
            wish = replace(self._first.replay, file=file) if self._first.replay else ReplayWish(file)
            return Sources(file if on_miss == "record" else None, wish)
        return Sources(file)


def _file(mode: Mode, capture: str | None) -> Path | None:
    """Give the capture of a mode; None where it has none.

    Raises:
        SandboxError: It does not go with the mode.
    """
    if mode not in ("simulate", "replay", "record"):
        raise _wrong("mode", f"a sandbox cannot begin anew in mode {mode}")
    if mode == "simulate" and capture is not None:
        raise _wrong("capture", "mode simulate takes no capture; say replay or record")
    if mode != "simulate" and (capture is None or not Path(capture).is_absolute()):
        raise _wrong("capture", f"mode {mode} needs the absolute path of a capture, not '{capture or ''}'")
    return Path(capture) if capture is not None else None


def _wrong(key: str, reason: str, hint: str = "") -> SandboxError:
    return SandboxError(Problem("restart", 0, key, reason, hint))


@contextmanager
def restarting(
    engine: Engine, sources: Sources, wall: datetime, say: Callable[[str], None], folder: Path
) -> Iterator[Restarting]:
    """Let an engine answer from its sources, and begin anew when asked, while the block runs.

    Args:
        engine: The engine.
        sources: What calls are answered from, until it begins anew.
        wall: Wall instant of the start.
        say: Tells the user when something cannot be kept.
        folder: Where the user stands.

    Raises:
        SandboxError: A capture cannot be read or written.
    """
    made = Restarting(engine, sources, say, folder)
    made.open(sources, wall)
    engine.restart = made.restart
    try:
        yield made
    finally:
        made.close()
