"""What the proxy is given, without mitmproxy."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_light_parts_imports_no_mitmproxy() -> None:
    program = (
        "import sys, replaysandbox.proxy.ca, replaysandbox.proxy.settings, replaysandbox.proxy.listening;"
        "sys.exit(any(name.startswith('mitmproxy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
