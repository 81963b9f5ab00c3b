from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from replaysandbox.launch.sandbox import Sandbox


def test_arguments_become_options_of_up() -> None:
    sandbox = Sandbox(
        pack="amps",
        pack_dir=[Path("/a"), "/b"],
        scenario="winter",
        seed=7,
        homes=3,
        at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        freeze=True,
        speed=60,
        pass_hosts=["x.example"],
    )
    assert sandbox._options == [
        "--port=0",
        "--control-port=0",
        "--pack=amps",
        "--pack-dir=/a",
        "--pack-dir=/b",
        "--scenario=winter",
        "--seed=7",
        "--homes=3",
        "--at=2026-06-01T12:00:00+00:00",
        "--freeze",
        "--speed=60",
        "--pass=x.example",
    ]
    assert Sandbox(freeze=False)._options == ["--port=0", "--control-port=0"]


def test_before_it_runs_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="does not run"):
        _ = Sandbox().proxy_url
    Sandbox().stop()


@pytest.mark.slow
def test_importing_it_imports_nothing_heavy() -> None:
    heavy = ("mitmproxy", "click", "numpy", "yaml", "jinja2", "cryptography", "asyncio", "platformdirs")
    program = (
        "import sys\nfrom replaysandbox import Sandbox\nSandbox()\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
