"""A capture of 10,000 exchanges held to its contract and to the laws: seconds, and memory at its highest.

Goal (performance.md): under 10 s on two cores. Memory is compared with that of a capture of a tenth of the length.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from replaysandbox.answer import answer
from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

EXCHANGES = 10_000
START = datetime(2026, 6, 1, tzinfo=UTC)
FAMILIES = ("battery", "vehicle", "solar-inverter", "ev-charger", "hvac")


def write(path: Path, exchanges: int) -> None:
    loaded = load_all(Settings(pack=("amps",)), START).loaded
    host, key = loaded.packs["amps"].hosts[0], (("x-api-key", "sk_test_demo"),)
    with open_writer(path, CaptureHeader(START)) as writer:
        for number in range(exchanges):
            at = START + timedelta(minutes=number // len(FAMILIES))
            place = f"/{FAMILIES[number % len(FAMILIES)]}"
            reply = answer(Request("GET", "https", host, 443, place, "", key), loaded, Session(), at).outcome
            assert isinstance(reply, Reply)
            asked = RecordedRequest("GET", "https", host, 443, place, "", key)
            writer.append(Recorded(at, asked, RecordedResponse(reply.status, reply.headers, reply.body)))


def checked(path: Path) -> tuple[float, float]:
    """Check a capture in a process of its own: seconds, start included, and its most memory. [s, MB]"""
    code = (
        "import resource, sys; from replaysandbox.cli.door import invoke;"
        f"status = invoke(['check', {str(path)!r}]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr); sys.exit(status)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return took, float(done.stderr.strip().splitlines()[-1])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for exchanges in (EXCHANGES // 10, EXCHANGES):
            path = Path(folder) / f"{exchanges}.jsonl"
            write(path, exchanges)
            took, memory = checked(path)
            size = path.stat().st_size / 1e6
            print(f"{exchanges:6,} exchanges ({size:.0f} MB): {took:5.1f} s, {memory:4.0f} MB at most")


if __name__ == "__main__":
    main()
