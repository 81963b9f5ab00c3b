"""`--app-clock`: the app's clock follows the sandbox's, by libfaketime, which it is started with.

The clock stands in a small file that libfaketime reads once a second, written again whenever the sandbox's clock is
moved, and twice a second where that runs at another pace. Only what the app calls the time of day follows: waits and
time-outs stay this machine's, so that neither a frozen clock nor one that is moved makes an app hang.

Tried with libfaketime 0.9.10 (Debian 12): Python, Node, Java, Ruby, curl, shells and what they start.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from replaysandbox.core.clock import Clock, at_wall
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.session import DEFAULT
from replaysandbox.files.folders import runtime_folder
from replaysandbox.launch.wall import wall_clock

if TYPE_CHECKING:
    from replaysandbox.core.entries import Entry
    from replaysandbox.launch.engine import Engine

OPTION = "--app-clock"

_LIBRARY = "libfaketimeMT.so.1"
_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")
"""Where Debian, Arch and Alpine, Fedora, and its own `make install` put it."""

_STEP_S = 0.5
"""How often the file is written where the clock runs at another pace than this machine's. Ours. [s]"""

_PT_INTERP = 3
"""Kind of the part of a program that names its loader; a static program has none. Source: System V ABI, chapter 5."""


def setting(clock: Clock, wall: datetime) -> str:
    """Write a clock as libfaketime reads it: seconds since 1970 where it stands, else how far it is ahead.

    Args:
        clock: The sandbox's clock.
        wall: Wall instant.
    """
    at = at_wall(clock, wall)
    return str(int(at.timestamp())) if clock.frozen else f"{(at - wall).total_seconds():+.3f}"


def variables(library: Path, file: Path, user: Mapping[str, str]) -> dict[str, str]:
    """Give the variables with which libfaketime reads a file; what the user has loaded beforehand stays."""
    return {
        "LD_PRELOAD": ":".join(filter(None, (user.get("LD_PRELOAD", ""), str(library)))),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",  # s; read at every look at the clock it makes javac ten times slower
        "FAKETIME_FMT": "%s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def find_library(top: Path = Path("/")) -> Path | None:
    """Find libfaketime."""
    found = (path for place in _PLACES for path in top.glob(f"{place.lstrip('/')}/{_LIBRARY}"))
    return next(found, None)


def why_not(program: str, path: str | None) -> str:
    """Say why libfaketime cannot be loaded into a program; empty where it can, or where that is not known.

    Args:
        program: As the user wrote it.
        path: The `PATH` it is searched on.
    """
    found = shutil.which(program, path=path)
    if found is None:
        return ""
    try:
        if Path(found).stat().st_mode & (stat.S_ISUID | stat.S_ISGID):
            return "it runs with another user's rights (setuid), and the system loads nothing into such programs"
        with Path(found).open("rb") as file:
            loader = _loader(file.read(4096))
    except OSError:
        return ""
    if loader == "":
        return "it is a static program, as Go makes them, and asks the kernel for the time itself"
    return f"it is made for {loader}, not for glibc" if loader is not None and "musl" in loader else ""


def _loader(head: bytes) -> str | None:
    """Read which loader a program of 64 bits names, "" for a static one; None for what is none, as a script."""
    if head[:6] != b"\x7fELF\x02\x01":
        return None
    (table,) = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    for number in range(count):
        start = table + number * size
        if start + 40 > len(head):
            return None
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", head, start)
        if kind == _PT_INTERP:
            return head[offset : offset + length].rstrip(b"\0").decode("ascii", "replace") or None
    return ""


@asynccontextmanager
async def app_clock(
    engine: Engine, command: Sequence[str], child: Mapping[str, str], ca_file: Path
) -> AsyncIterator[dict[str, str]]:
    """Give, while the block runs, the environment in which an app's clock follows the default session's.

    Args:
        engine: Whose clock.
        command: What is to be run.
        child: The environment it would have otherwise.
        ca_file: Our CA's certificate: clients hold it against their own clock.

    Raises:
        SandboxError: It cannot follow; the error says why.
    """
    library = find_library()
    if library is None:
        hint = "apt-get install libfaketime; Linux only"
        raise SandboxError(Problem(OPTION, 0, "", "libfaketime is not here, so no app's clock can be set", hint))
    reason = why_not(command[0], child.get("PATH"))
    if reason:
        hint = "leave the option out: the app then lives in wall time, and only the sandbox's clock is moved"
        raise SandboxError(Problem(OPTION, 0, command[0], f"its clock cannot be set: {reason}", hint))
    _check_certificate(ca_file, at_wall(engine.sessions[DEFAULT].clock, wall_clock()))
    file = runtime_folder() / f"{os.getpid()}.clock"
    hand = _Hand(engine, file)
    begun_s = wall_clock().timestamp()
    hand.write(engine.sessions[DEFAULT].clock)
    engine.keepers.append(hand)
    steps = asyncio.create_task(hand.steps())
    try:
        yield dict(child) | variables(library, file, child)
    finally:
        steps.cancel()
        with suppress(asyncio.CancelledError):
            await steps
        engine.keepers.remove(hand)
        _sweep(begun_s)
        file.unlink(missing_ok=True)


def _sweep(since_s: float, shared: Path = Path("/dev/shm")) -> None:  # noqa: S108 - it is only looked into
    """Take away what libfaketime leaves behind of processes that were killed: the next of that number would fail.

    Args:
        since_s: What is older is somebody else's, in seconds since 1970.
        shared: Where shared memory is kept.
    """
    for file in (*shared.glob("faketime_shm_*"), *shared.glob("sem.faketime_sem_*")):
        with suppress(OSError, ValueError):
            found = file.stat()
            pid = int(file.name.rpartition("_")[2])
            if found.st_uid == os.geteuid() and found.st_mtime >= since_s and not Path(f"/proc/{pid}").exists():
                file.unlink()


def _check_certificate(file: Path, at: datetime) -> None:
    from cryptography.x509 import load_pem_x509_certificate

    certificate = load_pem_x509_certificate(file.read_bytes())
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= at <= last:
        reason = f"at {at:%Y-%m-%d} apps would refuse our CA, which is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        hint = f"choose another --at; or, where the CA is an old one, delete {file.parent}: a new one is made"
        raise SandboxError(Problem(OPTION, 0, "", reason, hint))


class _Hand:
    """Writes the clock into the file: a keeper, because those are told of each clock that is set."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._file = file

    def told(self, session: str, entries: Sequence[Entry]) -> None:
        """Take no interest in commands."""

    def clocked(self, session: str, clock: Clock) -> None:
        """Write the default session's new clock."""
        if session == DEFAULT:
            self.write(clock)

    def reset(self, session: str) -> None:
        """Write the clock a session goes back to, once it has."""
        if session == DEFAULT:
            asyncio.get_running_loop().call_soon(lambda: self.write(self._engine.sessions[DEFAULT].clock))

    def write(self, clock: Clock) -> None:
        """Write it so that a reader sees the old or the new, and never half."""
        draft = self._file.with_suffix(".clock-draft")
        draft.write_text(setting(clock, wall_clock()) + "\n", "ascii")
        draft.replace(self._file)

    async def steps(self) -> None:
        """Write again and again while the clock runs at another pace."""
        while True:
            await asyncio.sleep(_STEP_S)
            clock = self._engine.sessions[DEFAULT].clock
            if clock.speed != 1.0 and not clock.frozen:
                self.write(clock)
