"""Webhooks of a running sandbox, as an app and its tests meet them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import svix.webhooks
from standardwebhooks import Webhook

from replaysandbox import Sandbox
from replaysandbox.launch.webhooks import NotToldError
from tests.unit.deliver.receiver import receiving

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
KILLS = 50
SECRET = "REPLAYSANDBOX_WEBHOOK_SECRET_AMPS"

pytestmark = pytest.mark.slow


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return own_home


def push(sandbox: Sandbox, device: str, command: str = "idle", **action: Any) -> Any:
    body = json.dumps({"action": {"command": command, **action}})
    headers = {"x-api-key": "sk_test_demo", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(sandbox.base_url.partition("//")[2], timeout=30)) as connection:
        connection.request("POST", f"/amps/battery/{device}", body, headers)
        answer = connection.getresponse()
        assert answer.status == 202
        return json.load(answer)["data"]


def verified(headers: Mapping[str, str], body: bytes, secret: str) -> str:
    """Let both libraries verify a webhook; give its id."""
    svix.webhooks.Webhook(secret).verify(body, dict(headers))
    plain = {name.replace("svix-", "webhook-"): value for name, value in headers.items()}
    Webhook(secret).verify(body, plain)
    return headers["svix-id"]


def test_a_push_is_told_once_signed_and_by_the_sandboxes_clock(home: Path) -> None:
    with receiving() as receiver, Sandbox(pack="amps", at=NOON, freeze=True, webhook=receiver.url) as sandbox:
        device = sandbox.devices("battery")[0].id
        action = push(sandbox, device, "charge")["id"]
        assert sandbox.webhooks.list() == []
        sandbox.clock.advance(hours=1)
        ((_, headers, body),) = receiver.got
        delivery = sandbox.webhooks.wait_for("push.completed")
        assert verified(headers, body, sandbox.env[SECRET]) == delivery.message
        told = json.loads(body)
        assert (told["actionId"], told["deviceId"], told["completedAt"]) == (action, device, "2026-06-01T12:00:04.000Z")
        assert (delivery.state, delivery.body, delivery.action) == ("delivered", told, action)
        sandbox.clock.advance(hours=-1)
        sandbox.clock.advance(hours=2)
        assert len(receiver.got) == 1
        sandbox.webhooks.resend(delivery)
        assert [each[1]["svix-id"] for each in receiver.got] == [delivery.message] * 2


def test_waiting_needs_no_receiver_and_takes_each_once(home: Path) -> None:
    with Sandbox(pack="amps", at=NOON, homes=2, freeze=True) as sandbox:
        battery, other = sandbox.devices("battery")
        push(sandbox, battery.id)
        push(sandbox, other.id)
        with pytest.raises(NotToldError, match="the clock stands still"):
            sandbox.webhooks.wait_for("push.completed", timeout_s=0.1)
        sandbox.clock.advance(minutes=1)
        found = [sandbox.webhooks.wait_for("push.completed") for _ in range(2)]
        assert [each.device for each in found] == [battery.id, other.id]
        assert {each.state for each in found} == {"unsent"}
        with pytest.raises(NotToldError, match=r"no new push\.completed within 0.1 s; told so far: push\.completed"):
            sandbox.webhooks.wait_for("push.completed", timeout_s=0.1)
        battery.unlink()
        assert sandbox.webhooks.wait_for("device.disconnected", device=battery.id).body["reconnectionUrl"]
        battery.link()
        assert sandbox.webhooks.wait_for("device.reconnected").device == battery.id
        sandbox.reset()
        assert sandbox.webhooks.list() == []


def test_in_real_time_it_comes_by_itself(home: Path) -> None:
    with Sandbox(pack="amps", speed=40) as sandbox:
        push(sandbox, sandbox.devices("battery")[0].id)
        assert sandbox.webhooks.wait_for("push.completed", timeout_s=5).state == "unsent"


def test_a_failing_receiver_is_waited_for_and_named(home: Path) -> None:
    with (
        receiving([500] * 3) as receiver,
        Sandbox(pack="amps", at=NOON, freeze=True, webhook=receiver.url) as sandbox,
    ):
        push(sandbox, sandbox.devices("battery")[0].id)
        sandbox.clock.advance(minutes=1)
        with pytest.raises(NotToldError, match=r"was not taken by http.*answered 500"):
            sandbox.webhooks.wait_for("push.completed", timeout_s=0.2)
        (delivery,) = sandbox.webhooks.list(state="waiting")
        assert delivery.next_attempt is not None


def test_several_receivers_and_a_secret_of_ones_own(home: Path) -> None:
    own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    with receiving() as one, receiving([503]) as other:
        with Sandbox(
            pack="amps", at=NOON, freeze=True, webhook=[one.url, f"amps={other.url}"], webhook_secret=f"amps={own}"
        ) as sandbox:
            assert sandbox.env[SECRET] == own
            assert own not in Path(f"/proc/{sandbox.pid}/cmdline").read_text()
            push(sandbox, sandbox.devices("battery")[0].id)
            sandbox.clock.advance(minutes=1)
            assert [each.state for each in sandbox.webhooks.list()] == ["delivered", "waiting"]
        assert verified(*one.got[0][1:], own) == verified(*other.got[0][1:], own)


def test_nothing_is_lost_or_doubled_over_a_day_of_many_homes(home: Path) -> None:
    with receiving() as receiver:
        with Sandbox(pack="amps", at=NOON, homes=50, freeze=True, webhook=receiver.url) as sandbox:
            batteries = [battery.id for battery in sandbox.devices("battery")]
            pushed = []
            for _ in range(20):
                pushed += [push(sandbox, battery, "charge")["id"] for battery in batteries]
                sandbox.clock.advance(minutes=72)
        told = [json.loads(body) for _, _, body in receiver.got]
    assert [each["actionId"] for each in told] == pushed
    assert len({headers["svix-id"] for _, headers, _ in receiver.got}) == len(pushed) == 1_000
    assert [each["completedAt"] for each in told] == sorted(each["completedAt"] for each in told)


def test_a_day_at_once_comes_in_order(home: Path) -> None:
    with receiving() as receiver, Sandbox(pack="amps", at=NOON, homes=50, freeze=True, webhook=receiver.url) as sandbox:
        batteries = [battery.id for battery in sandbox.devices("battery")]
        for place, battery in enumerate(batteries):
            push(sandbox, battery, start=f"{(place * 29) % 1_400 + 1}m")
        sandbox.clock.advance(days=1)
        instants = [json.loads(body)["completedAt"] for _, _, body in receiver.got]
    assert len(instants) == 50
    assert instants == sorted(instants)


def test_what_waits_is_sent_after_a_restart_with_the_id_it_had(home: Path, tmp_path: Path) -> None:
    with receiving([500]) as receiver:
        options = {"pack": "amps", "seed": 1, "state": tmp_path / "s.db", "webhook": receiver.url, "freeze": True}
        with Sandbox(**options, at=NOON) as sandbox:  # type: ignore[arg-type]
            push(sandbox, sandbox.devices("battery")[0].id)
            sandbox.clock.advance(minutes=1)
            (delivery,) = sandbox.webhooks.list(state="waiting")
            os.kill(sandbox.pid, signal.SIGKILL)
        with Sandbox(**options) as sandbox:  # type: ignore[arg-type]
            again = sandbox.webhooks.wait_for("push.completed", timeout_s=15)
            assert (again.id, again.message, len(again.attempts)) == (delivery.id, delivery.message, 2)
            sandbox.clock.advance(hours=1)
            assert len(sandbox.webhooks.list()) == 1
        assert [headers["svix-id"] for _, headers, _ in receiver.got] == [delivery.message] * 2


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_fifty_times_in_a_burst_nothing_acknowledged_is_lost_and_ids_are_constant(
    home: Path, tmp_path: Path
) -> None:
    acknowledged: set[str] = set()

    def burst(sandbox: Sandbox, dead: threading.Event, begun: threading.Event) -> None:
        """Push and let time pass until the sandbox is gone; a push cut off in between was not acknowledged."""
        with suppress(OSError, http.client.HTTPException, ValueError):  # cut off in the middle of anything
            batteries = [battery.id for battery in sandbox.devices("battery")]
            while not dead.is_set():
                sandbox.clock.advance(minutes=1)  # first: what was cut off may still be at work
                for battery in batteries:
                    acknowledged.add(push(sandbox, battery, "idle")["id"])
                    begun.set()

    with receiving() as receiver:
        options = {"pack": "amps", "seed": 1, "homes": 5, "state": tmp_path / "s.db", "webhook": receiver.url}
        for round_ in range(KILLS):
            dead, begun = threading.Event(), threading.Event()
            sandbox = Sandbox(**options, freeze=True, **({"at": NOON} if round_ == 0 else {})).start()  # type: ignore[arg-type]
            thread = threading.Thread(target=burst, args=(sandbox, dead, begun))
            thread.start()
            if round_ % 4:  # else it is killed whatever has happened
                begun.wait(5)
            thread.join(0.05 + round_ % 7 * 0.04)
            os.kill(sandbox.pid, signal.SIGKILL)
            dead.set()
            thread.join()
            sandbox.stop()
        with Sandbox(**options, freeze=True) as sandbox:  # type: ignore[arg-type]
            sandbox.clock.advance(hours=1)
            states = {each.state for each in sandbox.webhooks.list()}
    assert states == {"delivered"}
    ids: dict[str, set[str]] = {}
    for _, headers, body in receiver.got:
        if len(body) == int(headers["Content-Length"]):  # else its sender was killed on the way
            ids.setdefault(json.loads(body)["actionId"], set()).add(headers["svix-id"])
    assert acknowledged <= set(ids)
    assert len(acknowledged) >= KILLS // 2
    assert {len(each) for each in ids.values()} == {1}


def test_a_sandbox_whose_deliveries_hang_stops_at_once(home: Path) -> None:
    with receiving(held=True) as receiver:
        sandbox = Sandbox(pack="amps", speed=40, webhook=receiver.url).start()
        push(sandbox, sandbox.devices("battery")[0].id)
        assert receiver.arrived.wait(5)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 3


def test_the_banner_says_where_webhooks_go_and_no_secret(home: Path) -> None:
    command = [sys.executable, "-m", "replaysandbox", "up", "--port=0", "--control-port=0", "--pack=amps"]
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    options = ["--webhook=http://127.0.0.1:9/hook?token=t0ken", "--webhook=https://hooks.test/a"]
    with subprocess.Popen(
        [*command, *options, f"--webhook-secret={secret}", "--with-parent"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                child.stdin.close()
        text = "".join(lines)
    assert "webhooks   http://127.0.0.1:9/hook  (secret: replaysandbox env)" in text
    assert "leaving    only webhooks to hooks.test" in text
    assert secret not in text
    assert "t0ken" not in text
    assert child.returncode == 0


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--webhook=ftp://127.0.0.1/x", "is not a URL such as"),
        ("--webhook=http://user:pass@127.0.0.1/", "holds no user name"),
        ("--webhook=apms=http://127.0.0.1:1", "did you mean 'amps'"),
        ("--webhook-secret=whsec_short", "is not whsec_"),
    ],
)
def test_a_wrong_receiver_is_told_before_anything_starts(home: Path, option: str, reason: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "replaysandbox", "up", "--port=0", option], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert reason in ran.stderr


ENODE = """\
H=https://enode-api.sandbox.enode.io
T=$(curl -s -u c:s -d grant_type=client_credentials https://oauth.sandbox.enode.io/oauth2/token |
  sed -E 's/.*"access_token":"([^"]*)".*/\\1/')
ID=$(curl -s -H "Authorization: Bearer $T" -H 'Content-Type: application/json' $H/webhooks \
  -d "{\\"url\\":\\"$1\\",\\"secret\\":\\"0123456789012345678901234567890123456789\\",\\"events\\":[\\"*\\"]}" |
  sed -E 's/.*"id":"([^"]*)".*/\\1/')
curl -s -X POST -H "Authorization: Bearer $T" $H/webhooks/$ID/test > /dev/null
sleep 1
exit 7
"""


@pytest.mark.parametrize(
    ("url", "why"), [("http://[bad", "no http(s) URL"), ("https://hooks.test/x", "is not this machine")]
)
def test_what_an_app_registers_and_is_sent_nothing_has_not_left_and_ends_nothing(
    home: Path, url: str, why: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "replaysandbox", "run", "--pack=enode", "--", "sh", "-c", ENODE, "app", url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 7, ran.stderr
    assert why in ran.stderr
    assert "0 calls left this machine" in ran.stderr
