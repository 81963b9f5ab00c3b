"""Other mock servers and ours, the same route with a templated body, in turns in one run: prints a Markdown table.

Usage: python bench/peers.py [--install]   (--install: put the peers into .cache/peers by npm; WireMock needs Java)
Each is asked as it is meant to be used: servers directly, proxies as proxies; those that are not there are left out.
Each is asked before anything counts, until a request costs no less processor time than it did.
Processor time is of the server alone, all its threads; other figures move with whatever else the machine does.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.load import Aim, Measured, load
from bench.proxy import Server, ours, stock

CACHE = Path(__file__).parent.parent / ".cache" / "peers"
MODULES = CACHE / "node_modules"
PACKAGES = ("@mockoon/cli", "@stoplight/prism-cli", "mountebank", "mockttp", "wiremock")
PATHS = [f"/vehicle/device_{number:09d}" for number in range(50)]
HEADERS = {"Content-Type": "application/json", "Connection": "Keep-Alive"}
FILLING = {f"field{number}": "x" * 20 for number in range(14)}
ROUNDS = 5
SECONDS = 1.5
WARM_UP_S = 5.0
LONGEST_WARM_UP_S = 120.0


class Direct(Server):
    """One that is a server itself."""

    def aim(self, *, tunnel: bool = False) -> Aim:
        """Say how to ask it."""
        return Aim(self.port, self.paths, tunnel, direct=True)


def _port(offset: int) -> int:
    return 41_000 + os.getpid() % 1_000 * 10 + offset


@contextmanager
def _running(name: str, port: int, command: Sequence[str], kind: type[Server] = Direct) -> Iterator[Server | None]:
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=log) as child:
        server = kind(name, port, child.pid, PATHS)
        try:
            up = _is_up(server, child)
            if not up:
                print(f"{name} does not come up; left out", file=sys.stderr)
            yield server if up else None
        finally:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()


def _is_up(server: Server, child: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 40
    while time.monotonic() < end and child.poll() is None:
        try:
            if len(asyncio.run(load(server.aim(), 0.1, 1, 1)).waits) == 1:
                return True
        except (OSError, TimeoutError):
            pass
        time.sleep(0.2)  # noqa: TID251 - until it listens
    return False


def mockoon(folder: Path, port: int) -> list[str]:
    body = json.dumps({"id": "{{urlParam 'id'}}", "at": "{{now}}", **FILLING})
    response = {
        "uuid": "00000000-0000-4000-8000-000000000003", "body": body, "latency": 0, "statusCode": 200, "label": "",
        "headers": [{"key": "Content-Type", "value": "application/json"}], "bodyType": "INLINE", "rules": [],
        "rulesOperator": "OR", "disableTemplating": False, "fallbackTo404": False, "default": True, "callbacks": [],
        "filePath": "", "databucketID": "", "sendFileAsBody": False, "crudKey": "id",
    }  # fmt: skip
    route = {
        "uuid": "00000000-0000-4000-8000-000000000002", "type": "http", "documentation": "", "method": "get",
        "endpoint": "vehicle/:id", "responses": [response], "responseMode": None,
    }  # fmt: skip
    environment = {
        "uuid": "00000000-0000-4000-8000-000000000001", "lastMigration": 33, "name": "bench", "port": port,
        "hostname": "127.0.0.1", "endpointPrefix": "", "latency": 0, "folders": [], "routes": [route],
        "rootChildren": [{"type": "route", "uuid": route["uuid"]}], "proxyMode": False, "proxyHost": "",
        "proxyRemovePrefix": False, "cors": False, "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [],
        "data": [], "callbacks": [], "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "",
        "keyPath": "", "caPath": "", "passphrase": ""},
    }  # fmt: skip
    (folder / "mockoon.json").write_text(json.dumps(environment))
    command = [
        str(MODULES / ".bin" / "mockoon-cli"),
        "start",
        "--data",
        str(folder / "mockoon.json"),
        "--port",
        str(port),
    ]
    return [*command, "--repair", "--disable-log-to-file", "--disable-admin-api"]


def prism(folder: Path, port: int) -> list[str]:
    properties = {name: {"type": "string", "example": text} for name, text in FILLING.items()}
    properties |= {"id": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}
    schema = {"type": "object", "required": list(properties), "properties": properties}
    get = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "a vehicle", "content": {"application/json": {"schema": schema}}}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "bench", "version": "1"},
        "paths": {"/vehicle/{id}": {"get": get}},
    }
    (folder / "prism.json").write_text(json.dumps(document))
    command = [str(MODULES / ".bin" / "prism"), "mock", "-d", "-p", str(port), "-h", "127.0.0.1", "-m", "false"]
    return [*command, "-v", "silent", str(folder / "prism.json")]


def mountebank(folder: Path, port: int) -> list[str]:
    answer = {"statusCode": 200, "headers": HEADERS, "body": {"id": "${id}", **FILLING}}
    copy = {"copy": {"from": "path", "into": "${id}", "using": {"method": "regex", "selector": "[^/]+$"}}}
    stub = {
        "predicates": [{"matches": {"path": "^/vehicle/[^/]+$"}}],
        "responses": [{"is": answer, "behaviors": [copy]}],
    }
    imposter = {"port": port, "protocol": "http", "host": "127.0.0.1", "stubs": [stub]}
    (folder / "imposters.json").write_text(json.dumps({"imposters": [imposter]}))
    command = [str(MODULES / ".bin" / "mb"), "start", "--configfile", str(folder / "imposters.json"), "--nologfile"]
    return [*command, "--port", str(port + 1), "--pidfile", str(folder / "mb.pid"), "--loglevel", "error"]


def mockttp(folder: Path, port: int) -> list[str]:
    script = f"""
const server = require({json.dumps(str(MODULES / "mockttp"))}).getLocal();
const filling = {json.dumps(FILLING)};
server.forGet(/\\/vehicle\\/[^\\/]+$/).thenCallback((request) => {{
  const body = JSON.stringify({{ id: request.path.split("/").pop(), at: new Date().toISOString(), ...filling }});
  // without a length it would say none, and close the connection after each answer
  const headers = {{ "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) }};
  return {{ statusCode: 200, headers, body }};
}}).then(() => server.start({port}));
"""
    (folder / "mockttp.cjs").write_text(script)
    return ["node", str(folder / "mockttp.cjs")]


def wiremock(folder: Path, port: int) -> list[str]:
    (folder / "wiremock" / "mappings").mkdir(parents=True)
    body = json.dumps({"id": "{{request.pathSegments.[1]}}", "at": "{{now}}", **FILLING})
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    mapping = {
        "request": {"method": "GET", "urlPathPattern": "/vehicle/[^/]+"},
        "response": {**answer, "transformers": ["response-template"]},
    }
    (folder / "wiremock" / "mappings" / "vehicle.json").write_text(json.dumps(mapping))
    jars = sorted((MODULES / "wiremock" / "build").glob("*.jar"))
    command = ["java", "-jar", str(jars[-1]), "--port", str(port), "--bind-address", "127.0.0.1"]
    return [
        *command,
        "--root-dir",
        str(folder / "wiremock"),
        "--disable-banner",
        "--max-request-journal-entries",
        "10000",
    ]


def replayed(folder: Path, port: int) -> list[str]:
    """Mitmdump with a file of flows, one for each path."""
    writing = (
        "import sys; from mitmproxy import io; from mitmproxy.test import tflow; from mitmproxy import http\n"
        "with open(sys.argv[1], 'wb') as file:\n"
        "    writer = io.FlowWriter(file)\n"
        "    for path in sys.argv[2:]:\n"
        "        flow = tflow.tflow(resp=True)\n"
        "        flow.request = http.Request.make('GET', 'http://api.amps.ai' + path)\n"
        "        flow.response = http.Response.make(200, b'x' * 500, {'Content-Type': 'application/json'})\n"
        "        writer.add(flow)\n"
    )
    file = folder / "flows"
    subprocess.run([sys.executable, "-c", writing, str(file), *PATHS], check=True)
    command = [str(Path(sys.executable).with_name("mitmdump")), "-q", "-p", str(port), "-S", str(file)]
    options = ("server_replay_reuse=true", "server_replay_extra=kill", f"confdir={folder}", "connection_strategy=lazy")
    return [*command, *(word for option in options for word in ("--set", option))]


PEERS: dict[str, tuple[Callable[[Path, int], list[str]], type[Server], str]] = {
    "WireMock with response templating,": (wiremock, Direct, "wiremock"),
    "Prism, dynamic,": (prism, Direct, "@stoplight/prism-cli"),
    "mockttp, a callback,": (mockttp, Direct, "mockttp"),
    "mountebank, copy,": (mountebank, Direct, "mountebank"),
    "Mockoon, templated,": (mockoon, Direct, "@mockoon/cli"),
    "mitmdump -S, 50 flows, no template,": (replayed, Server, ""),
}


def main() -> None:
    if "--install" in sys.argv:
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE), *PACKAGES], check=True)
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3)]
        servers: list[Server] = [stack.enter_context(ours("fast", folders[0])), stack.enter_context(stock(folders[1]))]
        for number, (name, (command, kind, package)) in enumerate(PEERS.items()):
            needed = "java" if package == "wiremock" else "node" if package else sys.executable
            if (package and not (MODULES / package).is_dir()) or shutil.which(needed) is None:
                print(f"{name} is not installed; left out", file=sys.stderr)
                continue
            port = _port(2 * number)
            server = stack.enter_context(_running(name + _version(package), port, command(folders[2], port), kind))
            if server is not None:
                servers.append(server)
        _measure(servers)


def _version(package: str) -> str:
    """Say what was installed; of a jar also by which Java it runs."""
    if not package:
        return f" {importlib.metadata.version('mitmproxy')}"
    told = f" {json.loads((MODULES / package / 'package.json').read_text())['version']}"
    if package == "wiremock":
        java = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True).stderr.splitlines()
        told += f", {java[1].partition(' (')[0]} {java[0].split('"')[1]}"
    return told


def _measure(servers: list[Server]) -> None:
    rates: dict[str, list[float]] = {server.name: [] for server in servers}
    costs: dict[str, list[float]] = {server.name: [] for server in servers}
    own = servers[0].name
    for server in list(servers):
        _warm_up(servers, server)
    for _ in range(ROUNDS):
        for server in list(servers):
            before = server.processor_s
            measured = _asked(servers, server, SECONDS)
            if measured is not None:
                rates[server.name].append(measured.per_s)
                costs[server.name].append((server.processor_s - before) / max(1, len(measured.waits)) * 1e6)
    print("| server | requests/s | ours is | processor time of a request | ours is |\n|---|---|---|---|---|")
    for name, seen in rates.items():
        if not seen:
            continue
        rate, cost = statistics.median(seen), statistics.median(costs[name])
        times = statistics.median(rates[own]) / max(rate, 0.001)
        less = cost / statistics.median(costs[own])
        print(f"| {name} | {rate:,.0f} | {times:.1f} × | {cost:,.0f} µs | {less:.1f} × |")


def _warm_up(servers: list[Server], server: Server) -> None:
    """Ask until a request costs no less than it did: Java compiles what it has seen often enough."""
    end, cost, before = time.monotonic() + LONGEST_WARM_UP_S, 0.0, server.processor_s
    while time.monotonic() < end:
        measured = _asked(servers, server, WARM_UP_S)
        if measured is None:
            return
        last, cost = cost, (server.processor_s - before) / max(1, len(measured.waits))
        if last and cost > 0.95 * last:
            return
        before = server.processor_s


def _asked(servers: list[Server], server: Server, seconds: float) -> Measured | None:
    """Ask a server for some seconds; one that fails is left out from here on."""
    try:
        measured = asyncio.run(load(server.aim(), seconds))
    except (OSError, TimeoutError) as error:
        print(f"{server.name}: {error!r}; left out from here on", file=sys.stderr)
        servers.remove(server)
        return None
    if measured.errors:
        print(f"{server.name}: {measured.errors} errors", file=sys.stderr)
    return measured


if __name__ == "__main__":
    main()
