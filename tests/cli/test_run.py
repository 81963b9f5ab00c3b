from __future__ import annotations

import json
import shlex
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Person

CURL = ("curl", "-s", "-H", "x-api-key: sk_test_demo")
BATTERIES = "https://api.amps.ai/battery"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("sh", "-c", "exit 7"), 7),
        (("true",), 0),
        (("sh", "-c", "kill -TERM $$"), 128 + signal.SIGTERM),
        (("no-such-command-here",), 127),
        (("/",), 126),
    ],
)
def test_the_status_is_the_commands_own(person: Person, command: tuple[str, ...], status: int) -> None:
    assert person.types("run", "--", *command).returncode == status


@pytest.mark.parametrize("verb", [("run",), ("record", "new.capture"), ("compare",), ("doctor",)])
def test_of_a_run_that_never_was_only_the_error_is_told(person: Person, verb: tuple[str, ...]) -> None:
    done = person.types(*verb, "--", "no-such-command-here")
    assert done.returncode == (2 if verb == ("doctor",) else 127)
    assert done.stdout == ""
    *before, last = done.stderr.splitlines()
    assert last == "replaysandbox: no-such-command-here: command not found"
    assert all(line.startswith(f"replaysandbox {verb[0]}: calls go on to the LIVE hosts") for line in before)


@pytest.mark.parametrize("arguments", [("--seed", "x"), ("--pack", "nowhere"), ("--scenario", "nowhere"), ()])
def test_what_keeps_us_from_starting_ends_with_125(person: Person, arguments: tuple[str, ...]) -> None:
    command = ("--", "true") if arguments else ()
    done = person.types("run", *arguments, *command)
    assert done.returncode == 125
    assert "Traceback" not in done.stderr


def test_the_last_lines_tell_what_happened(person: Person) -> None:
    done = person.types("run", "--seed", "7", "--", *CURL, f"{BATTERIES}?limit=1")
    assert done.returncode == 0, done.stderr
    assert '"success":true' in done.stdout.replace(" ", "")
    lines = done.stderr.splitlines()
    assert lines[:2] == ["", "calls       1: amps 1 simulate"]
    assert "misses      none" in lines
    assert "violations  none in 1 exchange held to the contract" in lines
    assert "left        0 calls left this machine" in lines
    assert lines[-2].startswith("again: replaysandbox run --world-at ")
    assert f"--seed 7 -- curl -s -H 'x-api-key: sk_test_demo' '{BATTERIES}?limit=1'" in lines[-2]


def test_the_line_that_repeats_a_run_holds_no_secret(person: Person) -> None:
    done = person.types(
        "run", "--", "true", "-H", "x-api-key: sk_live_canary5f", "--password=canary5f", "-k=sk_test_demo"
    )
    assert "canary5f" not in done.stderr
    assert "-- true -H 'x-api-key: HIDDEN' --password=HIDDEN -k=sk_test_demo" in done.stderr


def test_the_line_that_repeats_a_run_gives_the_same_bytes(person: Person) -> None:
    options = ("--seed", "7", "--at", "2026-06-01T03:12:00Z", "--freeze")
    first = person.types("run", *options, "--", *CURL, BATTERIES)
    again = next(line for line in first.stderr.splitlines() if line.startswith("again: "))
    second = person.types(*shlex.split(again.removeprefix("again: replaysandbox ")))
    assert first.stdout == second.stdout != ""
    other = person.types("run", "--seed", "8", *options[2:], "--", *CURL, BATTERIES)
    assert other.stdout != first.stdout


@pytest.mark.parametrize(("fail_on", "status"), [((), 65), (("--fail-on", "none"), 0), (("--fail-on", "violation"), 0)])
def test_a_miss_fails_the_run_unless_told_otherwise(person: Person, fail_on: tuple[str, ...], status: int) -> None:
    done = person.types("run", *fail_on, "--", *CURL, "https://api.amps.ai/baterry")
    assert done.returncode == status
    assert "miss        GET https://api.amps.ai/baterry" in done.stderr
    assert "near: GET /battery (amps): path: segment 1 is 'baterry', the route has 'battery'" in done.stderr


def test_what_a_run_finds_is_written_where_it_is_asked_for(person: Person, tmp_path: Path) -> None:
    files = {kind: tmp_path / "out" / f"run.{kind}" for kind in ("json", "junit", "markdown", "sarif")}
    asked = [f"--report={kind}={file}" for kind, file in files.items()]
    script = f'{shlex.join(CURL)} "{BATTERIES}?limit=canary5f" ; {shlex.join(CURL)} https://api.amps.ai/baterry'
    done = person.types("run", "--fail-on", "violation", *asked, "--", "sh", "-c", script)
    assert done.returncode == 65, done.stderr
    assert "violation   request listBatteries query limit: is not as promised: type integer" in done.stderr.splitlines()
    report = json.loads(files["json"].read_text())
    found = {each["rule"]: each for each in report["findings"]}
    assert (set(found), report["verb"], report["exchanges"]) == ({"request", "miss"}, "run", 2)
    assert found["miss"]["operation"] == "GET https://api.amps.ai/baterry"
    assert "GET /battery (amps): path: " in found["miss"]["reason"]
    for file in files.values():
        text = file.read_text()
        assert "listBatteries" in text
        assert "canary5f" not in text
    assert person.types("run", "--report", "html=x", "--", "true").returncode == 125


@pytest.mark.parametrize(("verb", "status"), [(("run",), 125), (("replay", "x.capture"), 125), (("up",), 2)])
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    person: Person, verb: tuple[str, ...], status: int
) -> None:
    (person.folder / "file").touch()
    command = () if verb == ("up",) else ("--", "touch", "ran")
    done = person.types(*verb, "--report", "json=file/run.json", *command)
    assert (done.returncode, done.stdout) == (status, "")
    assert "--report: [file/run.json] cannot be written: its folder is a file" in done.stderr
    assert not (person.folder / "ran").exists()


def test_a_commands_own_failure_wins_over_a_miss(person: Person) -> None:
    done = person.types("run", "--", "sh", "-c", "curl -s https://api.amps.ai/nowhere; exit 7")
    assert done.returncode == 7
    assert "miss        GET https://api.amps.ai/nowhere" in done.stderr


def test_a_refused_host_is_told_with_the_option_that_lets_it_through(person: Person) -> None:
    done = person.types("run", "--", "sh", "-c", "curl -s https://example.com/; true")
    assert done.returncode == 0
    assert "refused     example.com; to let it through: --pass example.com" in done.stderr
    assert "0 calls left this machine" in done.stderr


def test_a_host_that_a_pack_owns_cannot_be_passed(person: Person) -> None:
    done = person.types("run", "--pass", "*.amps.ai", "--", "true")
    assert done.returncode == 125
    assert "--pass" in done.stderr
    assert "api.amps.ai" in done.stderr


def test_ctrl_c_reaches_the_command_and_nothing_is_left(person: Person, tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys, time\n"
        "def caught(*_):\n"
        f"    pathlib.Path({str(tmp_path / 'caught')!r}).write_text('yes')\n"
        "    sys.exit(42)\n"
        "signal.signal(signal.SIGINT, caught)\n"
        "print(os.environ['REPLAYSANDBOX_PROXY'], flush=True)\n"
        "time.sleep(60)\n"
    )
    running = person.starts("run", "--", sys.executable, "-c", program)
    assert running.stdout is not None
    port = int(running.stdout.readline().rsplit(":", 1)[1])
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert running.returncode == 42, said
    assert (tmp_path / "caught").read_text() == "yes"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_run_is_found_by_other_verbs_while_it_lasts(person: Person) -> None:
    inner = f"{sys.executable} -m replaysandbox devices --family battery --format json"
    done = person.types("run", "--homes", "4", "--", "sh", "-c", inner)
    assert done.returncode == 0, done.stderr
    assert '"total": 4' in done.stdout
    assert person.types("down").returncode == 2


PYTHON = (
    "import sys, urllib.request as u\n"
    "request = u.Request(sys.argv[1], headers={'x-api-key': 'sk_test_demo'})\n"
    "print(u.urlopen(request).read().decode())\n"
)


@pytest.mark.parametrize("client", [CURL, (sys.executable, "-c", PYTHON)], ids=["curl", "urllib"])
def test_a_proxy_password_is_given_to_the_command_and_told_to_nobody(person: Person, client: tuple[str, ...]) -> None:
    done = person.types("run", "--proxy-password", "geh:eim/@x", "--", *client, BATTERIES)
    assert done.returncode == 0, done.stderr
    assert '"success":true' in done.stdout.replace(" ", "")
    assert "calls       1: amps 1 simulate" in done.stderr
    assert "geh" not in done.stderr


def test_a_run_is_reported_for_ci(person: Person) -> None:
    kinds = {"markdown": "summary.md", "junit": "junit.xml", "json": "run.json", "sarif": "run.sarif"}
    reports = [word for kind, file in kinds.items() for word in ("--report", f"{kind}={file}")]
    done = person.types("run", *reports, "--", *CURL, "https://api.amps.ai/baterry")
    assert done.returncode == 65
    said = {kind: (person.folder / file).read_text("utf-8") for kind, file in kinds.items()}
    assert said["markdown"].startswith("### replaysandbox run: 1 breaking")
    assert 'failures="1"' in said["junit"]
    assert all("baterry" in text for text in said.values())
    assert person.types("run", "--report", "html=x", "--", "true").returncode == 125
