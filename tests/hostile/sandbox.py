"""A sandbox in a process of its own, as a user starts it, for what must be done to a whole process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STOP_S = 10.0
"""How long a sandbox may take to end. [s]"""


@dataclass
class Sandbox:
    """One that runs.

    Attributes:
        child: Its process.
        ready: What it said when it was ready.
        folder: Where it stands; its settings, state and run files are below.
    """

    child: subprocess.Popen[bytes]
    ready: dict[str, Any]
    folder: Path

    @property
    def port(self) -> int:
        return int(self.ready["proxy_url"].rpartition(":")[2])

    @property
    def processor_s(self) -> float:
        """Processor time it has used. [s]"""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def environment(folder: Path, environ: Mapping[str, str] = {}) -> dict[str, str]:  # never changed
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("STATE", "DATA", "CONFIG", "CACHE")}
    return {**os.environ, **own, "XDG_RUNTIME_DIR": str(folder / "runtime"), "HOME": str(folder), **environ}


@contextmanager
def started(
    folder: Path,
    *options: str,
    environ: Mapping[str, str] = {},
    umask: int = -1,  # never changed
    before: Sequence[str] = (),
    log: Path | None = None,
) -> Iterator[Sandbox]:
    """Start one with `up`, and end it."""
    command = [sys.executable, "-m", "replaysandbox", "up", "--port=0", "--control-port=0", "--format=json", *options]
    log_file = (log or folder / "log").open("wb")
    child = subprocess.Popen(
        [*before, *command],
        stdout=subprocess.PIPE,
        stderr=log_file,
        env=environment(folder, environ),
        cwd=folder,
        umask=umask,
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, (folder / "log").read_text() if log is None else ""
        yield Sandbox(child, json.loads(line), folder)
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                raise
        if child.stdout is not None:
            child.stdout.close()
        log_file.close()
