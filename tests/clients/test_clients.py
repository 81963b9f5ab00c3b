"""Real, unmodified clients over real TLS, by environment alone, on a machine with no network.

Each client is first run as it is: its call must reach the live host's canary, or the test would prove nothing. Then
it is run in the sandbox: it must be answered, and the canary must count no further connection.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.island import RUN, Island

PROGRAMS = Path(__file__).parent / "programs"
URL = "https://api.amps.ai/battery"
KEY = "Authorization: Bearer sk_test_demo"


def python(program: str) -> tuple[str, ...]:
    return sys.executable, str(PROGRAMS / program)


def node(program: str) -> tuple[str, ...]:
    return "node", str(PROGRAMS / program)


CLIENTS = {
    "curl": ("curl", "-sS", "-w", "\n%{http_code} %header{x-sandbox}\n", "-H", KEY, URL),
    "requests": python("requests_app.py"),
    "httpx": python("httpx_sync.py"),
    "httpx async": python("httpx_async.py"),
    "httpx http2": python("httpx_http2.py"),
    "aiohttp without trust_env": python("aiohttp_app.py"),
    "urllib": python("urllib_app.py"),
    "node fetch": node("fetch.cjs"),
    "node fetch, ES module": node("fetch.mjs"),
    "node https": node("https.cjs"),
    "node https, ES module": node("https.mjs"),
    "node https, own Agent": node("agent.cjs"),
}

LESSER_WAYS = ("http2.mjs", "tls.mjs", "worker.cjs", "plain.cjs")
"""Node's other roads to a host: HTTP/2, bare TLS with no server name, a worker's fetch, plain HTTP."""

AXIOS = {
    "axios": node("axios_app.mjs"),
    "axios, own Agent, no proxy": node("axios_agent.cjs"),
}


def answered(output: str) -> None:
    """Hold what a program printed to what a list of simulated batteries looks like."""
    status, sandbox, body = _parsed(output)
    assert (status, sandbox) == (200, "simulate"), output
    assert body["success"] is True
    assert body["data"]["items"], "no battery in the list"


def _parsed(output: str) -> tuple[int, str, Any]:
    last = output.strip().splitlines()[-1]
    if last.startswith("["):
        status, sandbox, body = json.loads(last)
        return status, sandbox, body
    body_text, _, facts = output.strip().rpartition("\n")
    status, sandbox = facts.split()
    return int(status), sandbox, json.loads(body_text)


def canary_sees(offline: Island, *command: str, **environ: str) -> None:
    before = offline.accepts
    bare = offline.run(*command, **environ)
    assert offline.accepts > before, f"the canary cannot see this client: {bare.stdout}{bare.stderr}"


def sandbox_answers(offline: Island, *command: str, **environ: str) -> None:
    before = offline.accepts
    done = offline.run(*RUN, "--", *command, **environ)
    assert done.returncode == 0, done.stdout + done.stderr
    answered(done.stdout)
    assert "0 calls left this machine" in done.stderr
    assert offline.accepts == before


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_answered_and_nothing_leaves(offline: Island, client: str) -> None:
    canary_sees(offline, *CLIENTS[client])
    sandbox_answers(offline, *CLIENTS[client])


@pytest.mark.parametrize("client", AXIOS)
def test_so_is_axios(offline: Island, npm_packages: Path, client: str) -> None:
    canary_sees(offline, *AXIOS[client], CLIENT_PACKAGES=str(npm_packages))
    sandbox_answers(offline, *AXIOS[client], CLIENT_PACKAGES=str(npm_packages))


def test_so_are_nodes_lesser_ways(offline: Island) -> None:
    for program in LESSER_WAYS:
        canary_sees(offline, *node(program))
    before = offline.accepts
    script = " && ".join(" ".join(node(program)) for program in LESSER_WAYS)
    done = offline.run(*RUN, "--", "sh", "-c", script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(LESSER_WAYS)
    for line in done.stdout.splitlines():
        answered(line)
    assert offline.accepts == before


def test_settings_of_the_users_that_lead_past_us_do_not(offline: Island) -> None:
    environ = {
        "NO_PROXY": "*",
        "no_proxy": ".ai,corp.example",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "SSL_CERT_FILE": "/no/such/file.pem",
        "REQUESTS_CA_BUNDLE": str(offline.folder / "second.pem"),
        "NODE_EXTRA_CA_CERTS": str(offline.folder / "second.pem"),
        "NODE_OPTIONS": "--no-warnings",
        "PYTHONPATH": "/no/such/folder",
    }
    before = offline.accepts
    programs = [python("requests_app.py"), python("httpx_sync.py"), python("aiohttp_app.py"), node("fetch.mjs")]
    script = " && ".join(" ".join(program) for program in programs)
    done = offline.run(*RUN, "--", "sh", "-c", script, **environ)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(programs)
    for line in lines:
        answered(line)
    assert offline.accepts == before
