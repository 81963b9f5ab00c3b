from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.files.folders import runtime_folder
from replaysandbox.files.places import PROFILES
from tests.banner import banner_lines
from tests.cli.conftest import Person

FREE = ("--port", "0", "--control-port", "0")
KEYS = ["proxy_url", "base_url", "ca_file", "control_url", "control_token", "dashboard_url", "mode", "pid"]


def first_line(running: subprocess.Popen[str]) -> dict[str, Any]:
    assert running.stdout is not None
    line = running.stdout.readline()
    assert line, running.communicate()[1]
    ready: dict[str, Any] = json.loads(line)
    return ready


def listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) == 0


def batteries(base_url: str) -> Any:
    request = urllib.request.Request(f"{base_url}/amps/battery", headers={"x-api-key": "sk_test_demo"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_and_stops_cleanly(person: Person, number: signal.Signals) -> None:
    running = person.starts("up", *FREE, "--format", "json")
    ready = first_line(running)
    assert list(ready) == KEYS
    assert (ready["mode"], ready["dashboard_url"], ready["pid"]) == ("simulate", None, running.pid)
    assert Path(ready["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert batteries(ready["base_url"])["success"] is True
    running.send_signal(number)
    out, said = running.communicate(timeout=20)
    assert running.returncode == 0, said
    assert out == ""
    assert said == "replaysandbox stopped; 1 call answered\n"
    assert not listens(ready["proxy_url"])
    assert not listens(ready["control_url"])


def test_the_banner_holds_a_curl_that_works(person: Person) -> None:
    running = person.starts("up", *FREE, "--pack", "amps")
    assert running.stdout is not None
    lines = banner_lines(running)
    text = "".join(lines)
    curl = next(line for line in lines if line.startswith("  try")).removeprefix("  try").strip()
    answer = subprocess.run([*shlex.split(curl), "-s"], capture_output=True, text=True, check=True)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert json.loads(answer.stdout)["success"] is True
    assert "proxy      http://127.0.0.1:" in text
    assert "(for https://api.amps.ai)" in text
    assert "nothing leaves this machine" in text


def test_realism_is_said_where_it_holds(person: Person) -> None:
    running = person.starts("up", *FREE, "--pack", "amps", "--realism", "vendor")
    assert banner_lines(running)[0].endswith(", scenario default, seed 1, realism vendor\n")
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)


def test_what_may_leave_is_said(person: Person) -> None:
    running = person.starts("up", *FREE, "--pack", "amps", "--pass", "*.example.com")
    assert running.stdout is not None
    text = "".join(banner_lines(running))
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert "only calls to *.example.com, untouched" in text


def test_it_goes_into_the_background_and_is_found_and_ended(person: Person) -> None:
    assert person.types("env").returncode == 2
    started = person.types("up", *FREE, "--detach", "--format", "json", "--homes", "2")
    assert started.returncode == 0, started.stderr
    ready = json.loads(started.stdout)
    told = json.loads(person.types("env", "--format", "json").stdout)
    assert told["HTTPS_PROXY"] == ready["proxy_url"]
    assert told["REPLAYSANDBOX_CONTROL_TOKEN"] == ready["control_token"]
    answer = subprocess.run(
        ["curl", "-s", "-H", "x-api-key: sk_test_demo", "https://api.amps.ai/battery"],
        env=os.environ | told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(answer.stdout)["data"]["pagination"]["total"] == 2
    ended = person.types("down")
    assert ended.returncode == 0, ended.stderr
    assert not listens(ready["proxy_url"])
    assert list(runtime_folder().iterdir()) == [], "its log has gone with it"
    assert person.types("down").returncode == 2


def test_env_leads_a_shell_into_the_sandbox(person: Person) -> None:
    person.types("up", *FREE, "--detach")
    written = person.types("env").stdout
    script = (
        f'{written}\ncurl -s -o /dev/null -w "%{{http_code}}" -H "x-api-key: sk_test_demo" https://api.amps.ai/hvac'
    )
    answer = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "200"


def test_a_detached_start_that_fails_says_why(person: Person) -> None:
    done = person.types("up", "--detach", "--scenario", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_taken_port_is_told_with_its_owner(person: Person, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        other = "--control-port" if option == "--port" else "--port"
        done = person.types("up", option, port, other, "0")
    assert done.returncode == 2
    assert f"{option}: port {port} is taken by pid {os.getpid()}" in done.stderr


def test_it_ends_with_whoever_started_it_when_asked_to(person: Person) -> None:
    running = person.starts("up", *FREE, "--format", "json", "--with-parent", stdin=subprocess.PIPE)
    ready = first_line(running)
    assert listens(ready["proxy_url"])
    running.communicate(timeout=20)  # closes its standard input
    assert running.returncode == 0
    assert not listens(ready["proxy_url"])


def test_a_broken_pack_keeps_the_old_one_and_a_mended_one_is_loaded(person: Person) -> None:
    own = person.folder / "sandbox" / "packs" / "amps"
    shutil.copytree(PROFILES / "amps", own)
    pack = own / "pack.yaml"
    good = pack.read_text("utf-8")
    running = person.starts("up", *FREE, "--format", "json")
    ready = first_line(running)
    assert running.stderr is not None
    pack.write_text(good.replace("routes:", "ruotes:"), "utf-8")
    assert running.stderr.readline() == "packs changed, but are broken; the old ones stay:\n"
    assert batteries(ready["base_url"])["success"] is True
    pack.write_text(good, "utf-8")
    said = running.stderr.readline()
    while said and "loaded again" not in said:
        said = running.stderr.readline()
    assert said == "packs changed and were loaded again\n"
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)


def test_a_port_that_a_sandbox_of_ours_has_is_told_with_what_to_do(person: Person) -> None:
    first = json.loads(person.types("up", "--detach", "--format", "json", "--port", "0", "--control-port", "0").stdout)
    port = first["proxy_url"].rpartition(":")[2]
    done = person.types("up", "--port", port, "--control-port", "0")
    assert done.returncode == 2
    assert "a sandbox runs there: use it (replaysandbox env) or end it (replaysandbox down)" in done.stderr
    assert person.types("down").returncode == 0


def test_no_secret_is_on_a_command_line_of_ours(person: Person) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    started = person.types(
        "up", *FREE, "--detach", "--format", "json", "--webhook-secret", secret, "--proxy-password", "pa,ss"
    )
    ready = json.loads(started.stdout)
    told = json.loads(person.types("env", "--format", "json").stdout)
    assert told["REPLAYSANDBOX_WEBHOOK_SECRET_AMPS"] == secret
    assert told["HTTPS_PROXY"].startswith("http://default:pa%2Css@127.0.0.1:")
    line = Path(f"/proc/{ready['pid']}/cmdline").read_text()
    assert "up" in line.split("\0")
    assert secret not in line
    assert "pa,ss" not in line
