"""How fast the proxy is, in turns with mitmproxy and a hook that sets a constant answer: prints a Markdown table.

Usage: python bench/proxy.py [--quick]   (--quick: short, and exit status 1 where a ratio is far from its goal)
Goals: what this project wants to reach on two cores. Compare ratios: the machine's mood is in all figures alike.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.load import Aim, Measured, handshakes, load

HOMES = 200
ROUNDS = 3

HOOK = """
from mitmproxy import http

class Hook:
    def request(self, flow):
        flow.response = http.Response.make(200, BODY, {"Content-Type": "application/json"})

BODY = b"x" * 500
addons = [Hook()]
"""


class Server:
    """One proxy in a process of its own."""

    def __init__(self, name: str, port: int, pid: int, paths: list[str]) -> None:
        self.name = name
        self.port = port
        self.pid = pid
        self.paths = paths

    def aim(self, *, tunnel: bool = False) -> Aim:
        """Say how to ask it."""
        return Aim(self.port, self.paths, tunnel)

    @property
    def resident_mb(self) -> float:
        """Memory it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def processor_s(self) -> float:
        """Processor time it has used: what it costs, however busy the machine is with others."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def ours(lane: str, folder: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "replaysandbox", "up", "--port=0", "--control-port=0", "--format=json"]
    environ = {**os.environ, **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("STATE", "DATA")}}
    environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")
    with subprocess.Popen(
        [*command, f"--lane={lane}", f"--homes={HOMES}"],
        stdout=subprocess.PIPE,
        env=environ,
        cwd=folder,
    ) as child:
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        request = urllib.request.Request(
            f"{ready['base_url']}/amps/vehicle?limit=50", headers={"x-api-key": "sk_test_b"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            ids = [each["id"] for each in json.load(answer)["data"]["items"]]
        port = int(ready["proxy_url"].rpartition(":")[2])
        try:
            yield Server(f"ours, {lane} lane", port, child.pid, [f"/vehicle/{each}" for each in ids])
        finally:
            child.terminate()


@contextmanager
def stock(folder: Path) -> Iterator[Server]:
    script = folder / "hook.py"
    script.write_text(HOOK)
    port = 40_000 + os.getpid() % 10_000
    command = [str(Path(sys.executable).with_name("mitmdump")), "-q", "-p", str(port), "-s", str(script)]
    options = ["--set", f"confdir={folder}", "--set", "connection_strategy=lazy", "--set", "flow_detail=0"]
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        server = Server("mitmproxy with a hook", port, child.pid, ["/vehicle/x"])
        try:
            _wait_for(server)
            yield server
        finally:
            child.terminate()


def _wait_for(server: Server) -> None:
    for _ in range(100):
        try:
            asyncio.run(load(server.aim(), 0.1, 1, 1))
        except OSError:
            time.sleep(0.1)  # noqa: TID251 - until it listens
        else:
            return
    raise SystemExit(f"{server.name} does not come up")


def in_turns(servers: list[Server], measure: Callable[[Server], Measured]) -> dict[str, float]:
    """Measure each in each round; give the middle of the rounds. [1/s]"""
    seen: dict[str, list[float]] = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            measured = measure(server)
            if measured.errors:
                print(f"{server.name}: {measured.errors} errors", file=sys.stderr)
            seen[server.name].append(measured.per_s)
    return {name: statistics.median(values) for name, values in seen.items()}


def _load(seconds: float, server: Server, *, tunnel: bool = False) -> Measured:
    return asyncio.run(load(server.aim(tunnel=tunnel), seconds))


class Table:
    """Rows of what was measured beside what was wanted."""

    def __init__(self) -> None:
        self.failed = False
        print("| what | measured | goal |\n|---|---|---|", flush=True)

    def row(self, what: str, measured: str, goal: str, *, far: bool = False) -> None:
        """Print one."""
        self.failed |= far
        print(f"| {what} | {measured} | {goal} |", flush=True)


def main() -> int:
    quick = "--quick" in sys.argv
    seconds = 0.4 if quick else 3.0
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3)]
        fast = stack.enter_context(ours("fast", folders[0]))
        flow = stack.enter_context(ours("flow", folders[1]))
        peer = stack.enter_context(stock(folders[2]))
        for server in (fast, flow, peer):
            asyncio.run(load(server.aim(), 1.0))
        table = Table()
        throughput(table, [fast, flow, peer], seconds)
        costs(table, [fast, flow, peer], seconds)
        connections(table, [fast, peer], seconds)
        lists(table, fast, seconds)
        if not quick:  # these are no ratios; tests/hostile/test_soak.py looks at memory
            waits(table, fast, seconds)
            memory(table, fast, 100_000)
    return int(quick and table.failed)


def throughput(table: Table, servers: list[Server], seconds: float) -> None:
    fast, flow, peer = (server.name for server in servers)
    for what, tunnel, wanted, times in (("plain proxy", False, 8000, 15), ("CONNECT and TLS", True, 4000, 10)):
        aimed = in_turns(servers, partial(_load, seconds, tunnel=tunnel))
        told = f"{aimed[fast]:,.0f}/s; {aimed[fast] / aimed[peer]:.1f} × mitmproxy's {aimed[peer]:,.0f}/s"
        goal = f"{wanted:,}/s, {times} ×"
        table.row(f"`GET /vehicle/{{id}}`, {what}", told, goal, far=aimed[fast] / aimed[peer] < times / 4)
        told = f"{aimed[flow]:,.0f}/s; {aimed[flow] / aimed[peer]:.1f} ×"
        table.row(f"… in the flow lane, {what}", told, "1.8 ×", far=aimed[flow] / aimed[peer] < 0.8)


def costs(table: Table, servers: list[Server], seconds: float) -> None:
    """Compare the servers' own processor time: the one figure that others on the machine hardly touch."""
    for what, tunnel, goal in (("plain proxy", False, "15 ×, 1.8 ×"), ("CONNECT and TLS", True, "10 ×, 1.8 ×")):
        seen: dict[str, list[float]] = {server.name: [] for server in servers}
        for _ in range(ROUNDS):
            for server in servers:
                before = server.processor_s
                measured = _load(seconds, server, tunnel=tunnel)
                seen[server.name].append((server.processor_s - before) / len(measured.waits) * 1e6)
        fast, flow, peer = (statistics.median(seen[server.name]) for server in servers)
        text = (
            f"{fast:.0f} µs; flow lane {flow:.0f} µs; mitmproxy {peer:.0f} µs: {peer / fast:.1f} ×, {peer / flow:.1f} ×"
        )
        table.row(f"processor time of a request, {what}", text, goal, far=peer / fast < 5)


def connections(table: Table, servers: list[Server], seconds: float) -> None:
    fast, peer = (server.name for server in servers)
    opened = in_turns(servers, lambda server: asyncio.run(handshakes(server.aim(tunnel=True), seconds)))
    told = f"{opened[fast]:,.0f}/s; {opened[fast] / opened[peer]:.1f} × mitmproxy's {opened[peer]:,.0f}/s"
    table.row("new TLS connections, one host", told, "2 ×", far=opened[fast] / opened[peer] < 0.9)


def waits(table: Table, fast: Server, seconds: float) -> None:
    alone = asyncio.run(load(fast.aim(), seconds))
    held = Aim(fast.port, ["/battery"], extra="X-Sandbox-Fault: slow; delay=0.3\r\n")

    async def beside() -> tuple[Measured, Measured]:
        return tuple(await asyncio.gather(load(fast.aim(), seconds), load(held, seconds, 8)))  # type: ignore[return-value]

    loaded, slow = asyncio.run(beside())
    told = f"{alone.quantile_ms(0.99):.1f} ms; beside others held for {slow.quantile_ms(0.5):.0f} ms: "
    table.row("p99 of 16 connections", f"{told}{loaded.quantile_ms(0.99):.1f} ms", "5 ms, unchanged")


def lists(table: Table, fast: Server, seconds: float) -> None:
    many = Server("a list", fast.port, fast.pid, ["/vehicle?limit=50"])
    speeds = in_turns([fast, many], partial(_load, seconds))
    cost = speeds[fast.name] / speeds[many.name]
    table.row("a list of 50 against one device", f"{cost:.1f} × the time", "12 ×", far=cost > 30)


def memory(table: Table, fast: Server, requests: int) -> None:
    asyncio.run(load(fast.aim(), 600.0, most=15_000 // 16))  # the journal is full then, as it will stay
    before = fast.resident_mb
    asyncio.run(load(fast.aim(), 600.0, most=requests // 16))
    told = f"{before:.0f} MB, then {fast.resident_mb:.0f} MB"
    table.row(f"memory, before and after {requests:,} requests", told, "± 5 MB, 150 MB")


if __name__ == "__main__":
    sys.exit(main())
