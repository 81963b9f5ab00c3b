"""Replay of 50,000 exchanges beside `mitmdump --server-replay`: opening, memory, first answer, and what a lookup costs.

Goals: open in under 2 s and in less memory than mitmdump in the same run; a lookup at 50,000 within 1.5 × one at 100.
Usage: python bench/replay.py [EXCHANGES]
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from mitmproxy import connection, http, io

from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.match_rules import MatchRules
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.replay.answer import Script, Turns, find
from replaysandbox.replay.index import Index

HOST = "api.amps.ai"
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BODY = json.dumps({"id": "device_1", "state": {"level_pct": 50, "power_w": 1234.5}, "more": "a" * 500}).encode()
HEADERS = (("Content-Type", "application/json"), ("Date", "Mon, 01 Jun 2026 12:00:00 GMT"), ("X-Request-Id", "req_1"))
LOOKUPS = 2_000


def request(number: int) -> RecordedRequest:
    sent = (("Host", HOST), ("User-Agent", "app/1.0"), ("Accept", "*/*"), ("x-api-key", "sk_1"))
    return RecordedRequest("GET", "http", HOST, 80, f"/battery/device_{number}", "fields=state&limit=10", sent)


def write_capture(path: Path, count: int) -> None:
    with open_writer(path, CaptureHeader(AT, hosts=(HOST,))) as writer:
        for number in range(count):
            writer.append(Recorded(AT, request(number), RecordedResponse(200, HEADERS, BODY)))


def write_flows(path: Path, count: int) -> None:
    fields = http.Headers([(name.encode(), value.encode()) for name, value in HEADERS])
    with path.open("wb") as file:
        writer = io.FlowWriter(file)
        for number in range(count):
            client = connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
            flow = http.HTTPFlow(client, connection.Server(address=(HOST, 80)))
            flow.request = http.Request.make(
                "GET", request(number).url, b"", http.Headers([(b"User-Agent", b"app/1.0")])
            )
            flow.response = http.Response.make(200, BODY, fields)
            writer.add(flow)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def first_answer(command: list[str], port: int, url: str) -> tuple[float, int]:
    """Start a proxy, and measure until its first answer, and the memory it has then. [s, MB]"""
    began = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{port}"}))
    try:
        while perf_counter() - began < 300:
            if child.poll() is not None:
                raise SystemExit(f"{command[0]} ended with {child.returncode}")
            try:
                with opener.open(url, timeout=120) as answer:
                    assert len(answer.read()) == len(BODY)
                break
            except OSError:
                time.sleep(0.02)  # noqa: TID251 - waits for a port
        took_s = perf_counter() - began
        status = Path(f"/proc/{child.pid}/status").read_text("ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return took_s, int(found[1]) // 1024 if found else 0
    finally:
        child.terminate()
        child.wait()


def lookup_us(count: int) -> float:
    """Measure one lookup in a capture of so many exchanges. [µs]"""
    index = Index(MatchRules())
    for number in range(count):
        index.add(number, request(number))
    script, turns = Script("bench", index, lambda number: None), Turns()
    asked = [request(number * 7919 % count) for number in range(LOOKUPS)]
    rounds = []
    for _ in range(5):
        began = perf_counter()
        for each in asked:
            find(script, each, turns)
        rounds.append((perf_counter() - began) / LOOKUPS * 1e6)
    return median(rounds)


_OPEN = """
import sys, json
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from replaysandbox.launch.replaying import ReplayWish, replaying
began = process_time()
with replaying(ReplayWish(Path(sys.argv[1])), [], None, datetime(2026, 6, 1, tzinfo=UTC)) as script:
    took_s = process_time() - began
    rss = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    print(json.dumps([took_s, int(rss.split()[1]) // 1024, script.count]))
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        capture, flows = Path(folder, "bench.capture"), Path(folder, "bench.flows")
        write_capture(capture, count)
        write_flows(flows, count)
        # how long, of one processor: the machine may be busy with other things
        done = subprocess.run([sys.executable, "-c", _OPEN, capture], capture_output=True, text=True, check=True)
        open_s, open_mb, opened = json.loads(done.stdout)
        print(
            f"open         {open_s:6.2f} s  {open_mb:4} MB  "
            f"(CPU time; {opened} exchanges, {capture.stat().st_size / 1e6:.0f} MB)"
        )
        url = request(count // 2).url
        port = free_port()
        ours = [str(scripts / "replaysandbox"), "replay", str(capture), "--port", str(port), "--control-port", "0"]
        took_s, memory_mb = first_answer(ours, port, url)
        print(f"first answer {took_s:6.2f} s  {memory_mb:4} MB  replaysandbox replay")
        port = free_port()
        theirs = [str(scripts / "mitmdump"), "-q", "-p", str(port), "--listen-host", "127.0.0.1"]
        theirs += ["--server-replay", str(flows), "--set", "server_replay_extra=kill"]
        theirs += ["--set", "server_replay_reuse=true", "--set", f"confdir={folder}/conf"]
        took_s, memory_mb = first_answer(theirs, port, url)
        print(f"first answer {took_s:6.2f} s  {memory_mb:4} MB  mitmdump --server-replay")
    few, many = lookup_us(100), lookup_us(count)
    print(f"lookup       {few:6.1f} µs at 100, {many:.1f} µs at {count}: {many / few:.2f} ×")


if __name__ == "__main__":
    main()
