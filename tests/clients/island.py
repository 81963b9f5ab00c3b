"""A machine with no network: processes in it see only each other and what `live_host.py` plays."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.clients.certificate import write_certificate
from tests.clients.live_host import SECOND_NAME

RUN = (str(Path(sys.executable).with_name("replaysandbox")), "run")
"""The command line under test."""

_WORLD = Path(__file__).with_name("live_host.py")
_ROOT = os.geteuid() == 0
_UNSHARE = ["unshare", *([] if _ROOT else ["--map-root-user"]), "--mount", "--net"]
_ENTER = ["nsenter", *([] if _ROOT else ["--user", "--preserve-credentials"]), "--mount", "--net"]


class Island:
    """Runs programs with no network, and counts the calls that would have left the machine.

    Attributes:
        folder: Its files; `second.pem` is the second server's certificate.
    """

    def __init__(self, folder: Path, pid: int) -> None:
        self.folder = folder
        self._pid = pid

    def enter(self, *command: str) -> list[str]:
        """Give the command line that runs a command on the island."""
        return [*_ENTER, "--target", str(self._pid), "--wd=.", "--", *command]

    def run(self, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the island to its end."""
        return subprocess.run(
            self.enter(*command),
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""} | environ,  # else each run compiles us again: 1 s
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @property
    def accepts(self) -> int:
        """How many connections the live host has accepted so far."""
        return (self.folder / "accepts").stat().st_size

    def listening(self) -> set[str]:
        """List what listens on TCP on the island."""
        done = self.run("ss", "--no-header", "--tcp", "--listening", "--numeric")
        return {line.split()[3] for line in done.stdout.splitlines()}


@contextmanager
def island(folder: Path) -> Iterator[Island]:
    """Raise an island; it goes down with the block, or with us.

    Raises:
        OSError: This system lets us have no network of our own.
    """
    write_certificate(folder / "second.pem", SECOND_NAME)
    with subprocess.Popen(
        [*_UNSHARE, sys.executable, str(_WORLD), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as world:
        assert world.stdin is not None
        assert world.stdout is not None
        assert world.stderr is not None
        try:
            if world.stdout.readline() != "ready\n":
                raise OSError(f"no namespaces to be had here: {world.stderr.read().strip()}")
            yield Island(folder, world.pid)
        finally:
            world.stdin.close()
