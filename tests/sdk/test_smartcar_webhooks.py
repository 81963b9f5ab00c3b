"""Smartcar's webhooks, taken by the vendor's own verifiers (PyPI and npm `smartcar`) over a real receiver."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import smartcar

from replaysandbox import Sandbox
from tests.unit.deliver.receiver import Answer, receiving

TOKEN = "application-management-token"
NIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
VERIFY = """
const [token, signature, body] = process.argv.slice(1);
console.log(require("smartcar").verifyPayload(token, signature, JSON.parse(body)));
"""

pytestmark = pytest.mark.slow


def knows(token: str) -> Callable[[bytes], Answer]:
    """Answer as an app does: a challenge with its hash, by the package; all else with 200."""

    def answer(body: bytes) -> Answer:
        event = json.loads(body)
        if event["eventType"] != "VERIFY":
            return 200, {}, b"{}"
        hashed = smartcar.hash_challenge(token, event["data"]["challenge"])
        return 200, {"Content-Type": "application/json"}, json.dumps({"challenge": hashed}).encode()

    return answer


def sandbox(url: str) -> Sandbox:
    return Sandbox(pack="smartcar", at=NIGHT, freeze=True, webhook=url, webhook_secret=f"smartcar={TOKEN}")


def call(running: Sandbox, method: str, path: str, body: object = None) -> int:
    with closing(http.client.HTTPConnection(running.base_url.partition("//")[2], timeout=30)) as connection:
        headers = {"Authorization": "Bearer sk_test_demo", "Content-Type": "application/json"}
        connection.request(method, f"/smartcar{path}", None if body is None else json.dumps(body), headers)
        return connection.getresponse().status


def test_a_receiver_that_passes_the_challenge_gets_events_both_packages_verify(
    own_home: Path, npm_packages: Path
) -> None:
    with receiving(answer=knows(TOKEN)) as receiver, sandbox(receiver.url) as running:
        car = running.devices("vehicle")[0].id
        assert call(running, "POST", f"/v2.0/vehicles/{car}/charge", {"action": "STOP"}) == 200
        told = running.webhooks.wait_for("VEHICLE_STATE")
        assert call(running, "POST", f"/v2.0/vehicles/{car}/webhooks/my-webhook") == 200
        first = running.webhooks.wait_for("VEHICLE_STATE")
    kinds = [json.loads(body)["eventType"] for _, _, body in receiver.got]
    assert kinds == ["VERIFY", "VEHICLE_STATE", "VEHICLE_STATE"]
    for _, headers, body in receiver.got:
        signature = headers["SC-Signature"]
        assert smartcar.verify_payload(TOKEN, signature, body.decode())
        assert not smartcar.verify_payload("another", signature, body.decode())
        ran = subprocess.run(
            ["node", "-e", VERIFY, TOKEN, signature, body.decode()],
            env={"NODE_PATH": str(npm_packages / "node_modules"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.stdout.strip() == "true", ran.stderr
    assert told.body["data"]["vehicle"]["id"] == told.body["vehicleId"] == car
    charging = {each["code"]: each["body"] for each in told.body["data"]["signals"]}["charge-ischarging"]
    assert charging == {"value": False}
    assert first.body["data"]["triggers"] == [{"code": "FIRST_DELIVERY"}]
    assert (first.body["meta"]["webhookId"], first.body["eventId"] != told.body["eventId"]) == ("my-webhook", True)


def test_a_receiver_that_fails_the_challenge_gets_nothing_and_that_is_said(own_home: Path) -> None:
    with receiving(answer=knows("another token")) as receiver, sandbox(receiver.url) as running:
        running.devices("vehicle")[0].set(level_pct=40)
        (delivery,) = running.webhooks.list(event="VEHICLE_STATE")
        assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
        assert "the challenge was answered with 200, without its HMAC at 'challenge'" in delivery.attempts[0]["error"]
        assert "nothing is sent to a receiver that does not pass it" in delivery.attempts[0]["error"]
    assert {json.loads(body)["eventType"] for _, _, body in receiver.got} == {"VERIFY"}


APP = """
import threading
import smartcar
car = smartcar.get_vehicles("sk_test_demo").vehicles[0]
smartcar.Vehicle(car, "sk_test_demo").stop_charge()
threading.Event().wait(2)
"""


def test_the_terminal_says_who_fails_the_challenge(own_home: Path) -> None:
    with receiving(answer=knows("another token")) as receiver:
        command = [sys.executable, "-m", "replaysandbox", "run", "--pack=smartcar", "--at=2026-06-01T23:30:00Z"]
        options = [f"--webhook={receiver.url}", f"--webhook-secret={TOKEN}", "--", sys.executable, "-c", APP]
        ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = f"webhooks    not taken by {receiver.url}: the challenge was answered with 200, without its HMAC"
    assert said in ran.stderr, ran.stderr
