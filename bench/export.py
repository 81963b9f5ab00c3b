"""How long a fleet's day takes to be worked out and written. Goal: 10,000 homes x 24 h x 15 min under 10 s.

Usage: python bench/export.py [HOMES]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter


def main() -> None:
    homes = sys.argv[1] if len(sys.argv) > 1 else "10000"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fleet.parquet"
        command = [sys.executable, "-m", "replaysandbox", "devices", "--export", str(file), "--homes", homes]
        began = perf_counter()
        ran = subprocess.run([*command, "--at", "2026-06-01"], check=True, capture_output=True, text=True)
        print(f"{ran.stderr.strip()}: {perf_counter() - began:.1f} s, {file.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
