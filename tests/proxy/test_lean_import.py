"""mitmproxy without its addons, which others still can have."""

from __future__ import annotations

import subprocess
import sys


def test_mitmproxys_own_addons_stay_importable() -> None:
    program = (
        "import replaysandbox.proxy.master, sys;"
        "assert not any(name.startswith('mitmproxy.addons.') and 'termlog' not in name for name in sys.modules);"
        "import mitmproxy.addons; assert len(mitmproxy.addons.default_addons()) > 20"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)
