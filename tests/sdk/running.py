"""Runs a program that uses a vendor's own, unmodified package through `replaysandbox run`, by environment alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.clients.island import RUN, Island

PROGRAMS = Path(__file__).parent / "programs"
NIGHT = "2026-06-01T23:30:00Z"
"""When cars are plugged in and charge."""


def run_sdk(offline: Island, program: str, *options: str, **environ: str) -> dict[str, Any]:
    """Give what a program printed last; it made no call that was missed, broke the contract or left the machine.

    Args:
        offline: Where it runs.
        program: Its file.
        options: Of `replaysandbox run`.
        environ: Its environment.
    """
    before = offline.accepts
    runner = "node" if program.endswith(".cjs") else sys.executable
    done = offline.run(*RUN, "--at", NIGHT, "--freeze", *options, "--", runner, str(PROGRAMS / program), **environ)
    assert done.returncode == 0, done.stderr
    assert "misses      none" in done.stderr
    assert "violations  none" in done.stderr
    assert "0 calls left this machine" in done.stderr
    assert offline.accepts == before
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
