"""400 exchanges to the three that show a bug: trials, time, and what the processor did; against a process a trial.

python bench/repro.py
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.repro.captures import idle_batteries

APP = Path(__file__).parents[1] / "tests" / "repro" / "apps" / "idle_batteries.py"
SANDBOX = (sys.executable, "-m", "replaysandbox")


def cpu_s() -> float:
    """Processor time of all children that have ended. [s]"""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*words: str, folder: Path) -> tuple[str, float, float]:
    """Run a command: what it said, how long it took, and what it used of the processor. [s]"""
    begun, before = time.monotonic(), cpu_s()
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr, time.monotonic() - begun, cpu_s() - before


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        capture = idle_batteries(folder / "fleet.capture")
        app = (sys.executable, str(APP))
        said, took_s, used_s = run(*SANDBOX, "repro", str(capture), "--", *app, folder=folder)
        trials = int((re.search(r"in (\d+) trials", said) or [0, 0])[1])
        print("\n".join(said.splitlines()[1:3]))
        print(f"{trials} trials: {took_s:.1f} s, {used_s:.1f} s of processor: {1000 * used_s / trials:.0f} ms a trial")
        _, took_s, used_s = run(*SANDBOX, "replay", "fleet.repro", folder=folder)
        print(f"a process a trial would be {1000 * used_s:.0f} ms of processor each, {took_s:.1f} s")


main()
