"""An app's tests, of which each relies on what the others must not disturb. Run by test_suites.py."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from datetime import datetime, timezone

import aiohttp
import httpx
import pytest
import requests

URL = "https://api.amps.ai"
KEY = {"x-api-key": "sk_test_demo"}
MADE_AT_IMPORT = httpx.Client(headers=KEY)
CHILD = f"import urllib.request as u; r = u.Request('{URL}/battery', headers={KEY}); print(u.urlopen(r).status)"


def levels():
    return [each["state"]["level"] for each in MADE_AT_IMPORT.get(f"{URL}/battery").json()["data"]["items"]]


def test_a_client_made_at_import_is_caught(sandbox):
    assert MADE_AT_IMPORT.get(f"{URL}/battery").json()["success"]
    assert [each.route for each in sandbox.journal.calls()] == ["GET /battery"]


def test_its_calls_are_another_tests_no_more(sandbox):
    assert sandbox.journal.calls() == []
    assert requests.get(f"{URL}/battery", headers=KEY).status_code == 200
    assert len(sandbox.journal.calls("GET /battery")) == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_device_is_told_ends_with_the_test(sandbox, turn):
    assert len(sandbox.journal.calls()) == 0
    assert 1 < levels()[0] < 99.5
    sandbox.devices("battery")[0].pin(level_pct=100)
    assert levels()[0] == 100


@pytest.mark.sandbox(at="2026-01-12T18:00:00Z", scenario="winter")
class TestOneWinter:
    def test_evening(self, sandbox):
        assert (sandbox.clock.at.month, sandbox.clock.at.hour) == (1, 18)

    @pytest.mark.sandbox(at=datetime(2026, 1, 12, 3, tzinfo=timezone.utc))
    def test_night(self, sandbox):
        assert (sandbox.clock.at.month, sandbox.clock.at.hour) == (1, 3)


def test_summer_comes_back_by_itself(sandbox):
    assert abs(sandbox.clock.at - datetime.now(timezone.utc)).total_seconds() < 60


@pytest.mark.sandbox(faults=[{"route": "GET /battery", "status": 503, "times": 1}])
def test_faults_hold_from_the_start(sandbox):
    assert [MADE_AT_IMPORT.get(f"{URL}/battery").status_code for _ in range(2)] == [503, 200]
    sandbox.faults.add("GET /battery", status=429)
    assert MADE_AT_IMPORT.get(f"{URL}/battery").status_code == 429


@pytest.mark.sandbox(at="2026-06-01T12:00:00Z")
def test_time_travel_and_webhooks(sandbox):
    device = sandbox.devices("battery")[0]
    pushed = MADE_AT_IMPORT.post(f"{URL}/battery/{device.ids['amps']}", json={"action": {"command": "charge"}})
    assert pushed.status_code == 202, pushed.text
    sandbox.clock.advance(hours=12)
    assert sandbox.webhooks.wait_for("push.completed").body


def test_another_process_is_caught(sandbox):
    ran = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert ran.stdout == "200\n"
    assert len(sandbox.journal.calls("GET /battery")) == 1


@pytest.fixture(scope="session")
def server():
    code = f"import sys\nfor line in sys.stdin:\n    {CHILD.replace('; ', chr(10) + '    ')}\n    sys.stdout.flush()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        yield it
        it.stdin.close()


@pytest.mark.parametrize("turn", [1, 2])
def test_an_app_that_runs_for_all_tests_is_in_each_tests_journal(sandbox, server, turn):
    server.stdin.write("\n")
    server.stdin.flush()
    assert server.stdout.readline() == "200\n"
    assert len(sandbox.journal.calls()) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_async_clients_are_caught(sandbox, anyio_backend):
    async with httpx.AsyncClient(headers=KEY) as client, aiohttp.ClientSession(headers=KEY) as session:
        answers = await asyncio.gather(*(client.get(f"{URL}/battery") for _ in range(3)))
        async with session.get(f"{URL}/vehicle") as answer:
            assert answer.status == 200
    assert {each.status_code for each in answers} == {200}
    assert len(sandbox.journal.calls()) == 4


def test_the_addresses_are_those_of_one_sandbox(sandbox):
    answer = httpx.get(f"{sandbox.base_url}/amps/battery", headers=KEY, trust_env=False)
    assert answer.status_code == 200
    assert os.environ["HTTPS_PROXY"] == sandbox.proxy_url == sandbox.env["HTTPS_PROXY"]
    assert sandbox.ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    sandbox.reset()
    assert sandbox.journal.calls() == []


def test_other_machines_are_out_of_reach():
    with pytest.raises(OSError, match="--sandbox-allow-network"):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(OSError, match=r"'api\.amps\.ai'"):
        socket.getaddrinfo("api.amps.ai", 443)
    with pytest.raises(httpx.ConnectError, match="another machine"):
        httpx.get(f"{URL}/battery", trust_env=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
