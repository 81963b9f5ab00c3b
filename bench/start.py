"""How long from the start of the process until the first answer: the proxy alone, and the whole `up`.

Goals: 1.0 s for the proxy, 1.5 s for `up`, on two cores. Usage: python bench/start.py [RUNS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from time import perf_counter

PROXY_ALONE = """
import asyncio, json, sys
from pathlib import Path
from replaysandbox.core.exchange import Reply
from replaysandbox.proxy.ca import open_authority
from replaysandbox.proxy.settings import ProxySettings

class Engine:
    def answer(self, request, wall): return Reply(200)
    def owns(self, host): return host == "api.amps.ai"
    def passes(self, host): return False
    def seen(self, exchange): pass

async def main():
    from replaysandbox.proxy.master import run_proxy
    async with run_proxy(Engine(), ProxySettings(open_authority(Path(sys.argv[1])), port=0)) as proxy:
        print(json.dumps({"base_url": proxy.url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""

UP = ["-m", "replaysandbox", "up", "--port", "0", "--control-port", "0", "--format", "json"]


def start_s(arguments: list[str]) -> float:
    """Start a sandbox, ask it once, stop it. [s]"""
    began = perf_counter()
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        line = child.stdout.readline()
        if not line:
            raise SystemExit(child.stderr.read().decode() or f"{command} said nothing")
        with urllib.request.urlopen(f"{json.loads(line)['base_url']}/healthz", timeout=10) as answer:
            assert answer.status == 200
        took = perf_counter() - began
        child.terminate()
        child.communicate()
    return took


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        confdir = str(Path(folder) / "confdir")
        for name, arguments in (("proxy alone", ["-c", PROXY_ALONE, confdir]), ("up", UP)):
            start_s(arguments)  # the first one compiles, and makes the CA
            took = sorted(start_s(arguments) for _ in range(runs))
            print(f"{name:12} min {took[0]:.2f} s   median {statistics.median(took):.2f} s   max {took[-1]:.2f} s")


if __name__ == "__main__":
    main()
