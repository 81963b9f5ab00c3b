"""Reading what a sandbox that stays says when it is ready, however many packs are loaded."""

from __future__ import annotations

import subprocess


def banner_lines(running: subprocess.Popen[str]) -> list[str]:
    """Read the banner, to its last line or to the end of what the process says."""
    assert running.stdout is not None
    lines: list[str] = []
    for line in iter(running.stdout.readline, ""):
        lines.append(line)
        if "Ctrl-C stops the sandbox" in line:
            break
    return lines
