"""A command run in a sandbox and looked at: its processes, their connections, what they say about our certificate."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from replaysandbox.launch.child import run_child
from replaysandbox.launch.diagnosis import Distrust, Observed
from replaysandbox.launch.environment import SHIMS, environment
from replaysandbox.launch.process_watch import ProcessWatch
from replaysandbox.launch.running import surroundings
from replaysandbox.launch.serve import Say, serve

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.engine import Engine
    from replaysandbox.proxy.handshakes import Refused


async def observe(
    settings: Settings, command: Sequence[str], user: Mapping[str, str], folder: Path, say: Say
) -> tuple[Observed, dict[str, str], tuple[str, ...]]:
    """Run a command in a sandbox of its own, and look at it.

    Args:
        settings: What the user asked for.
        command: Program and arguments.
        user: The environment the user called us in.
        folder: Where the user stands.
        say: Tells the user something that happens meanwhile.

    Returns:
        What was seen, the variables it was given, and the imitated hosts.
    """
    from replaysandbox.proxy.handshakes import Handshakes

    handshakes = Handshakes()
    with TemporaryDirectory(prefix="replaysandbox-doctor-") as place:
        notes = Path(place, "notes")
        async with serve(settings, "doctor", user, folder, say, watchers=[handshakes]) as serving:
            wanted = _with_probe(environment(user, surroundings(serving.running, user)), notes)
            with ProcessWatch(os.getpid(), serving.running.port) as watch:
                status = await run_child(command, wanted)
            calls = _calls(serving.engine)
            called = {host for _, host, _ in calls}
            afterwards = [each for each in handshakes.ended if each.host not in called]
            observed = Observed(
                status,
                calls,
                _distrusts([*handshakes.refused, *afterwards], watch),
                tuple(watch.seen.values()),
                watch.connections,
                _read_notes(notes),
                watch.works_here(),
            )
    return observed, wanted, serving.engine.hosts


def _with_probe(child: dict[str, str], notes: Path) -> dict[str, str]:
    python = f"{SHIMS / 'doctor'}{os.pathsep}{child['PYTHONPATH']}"
    return child | {"PYTHONPATH": python, "REPLAYSANDBOX_DOCTOR": str(notes)}


def _calls(engine: Engine) -> Counter[tuple[str, str, str]]:
    """Count what came, by way in, host and verdict."""
    counts = Counter[tuple[str, str, str]]()
    for session in engine.sessions.values():
        counts.update((each.request.way, each.request.host, each.outcome.verdict) for each in session.journal)
    return counts


def _distrusts(refused: Iterable[Refused], watch: ProcessWatch) -> tuple[Distrust, ...]:
    counts = Counter((each.host, each.said, watch.callers.get(each.port, 0)) for each in refused)
    by_pid = {each.pid: each for each in watch.seen.values()}
    return tuple(Distrust(host, said, by_pid.get(pid), count) for (host, said, pid), count in counts.items())


def _read_notes(file: Path) -> tuple[Mapping[str, Any], ...]:
    """Read what Python processes noted; a line cut short by the end of one is left out."""
    found = []
    for line in file.read_text("utf-8", "replace").splitlines() if file.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return tuple(found)
