"""`run` around a command: its status, its end, and a second server that the app also calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.island import RUN, Island
from tests.clients.live_host import PARENT_ADDRESS, PARENT_PORT
from tests.clients.terminal import on_a_terminal

PROGRAMS = Path(__file__).parent / "programs"


def test_status_input_and_output_are_the_commands_own_and_nothing_is_left_behind(offline: Island) -> None:
    before = offline.listening()
    command = offline.enter(*RUN, "--", "sh", "-c", "cat; exit 7")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as run:
        shown, told = run.communicate(b"\x00in\xff", timeout=60)
    assert run.returncode == 7
    assert shown == b"\x00in\xff"
    assert b"0 calls left this machine" in told
    assert offline.listening() == before
    with pytest.raises(ProcessLookupError):  # nobody of its group
        os.killpg(run.pid, 0)


def test_a_command_that_is_not_there(offline: Island) -> None:
    done = offline.run(*RUN, "--", "no-such-program")
    assert done.returncode == 127
    assert "no-such-program: command not found" in done.stderr


def test_ctrl_c_reaches_the_command_and_nothing_is_left_behind(offline: Island) -> None:
    before = offline.listening()
    command = offline.enter(*RUN, "--", sys.executable, str(PROGRAMS / "count_signals.py"), "1")
    with on_a_terminal(*command) as terminal:
        terminal.read_until(b"ready")
        assert offline.listening() > before
        terminal.press(b"\x03")
        shown = terminal.read_all()
        assert terminal.status() == 7
    assert shown.count(b"SIGINT") == 1
    assert b"Traceback" not in shown
    assert b"0 calls left this machine" in shown
    assert offline.listening() == before


def two_servers(offline: Island, *options: str, **environ: str) -> tuple[list[object], str]:
    program = (sys.executable, str(PROGRAMS / "two_servers.py"), str(offline.folder / "second.pem"))
    done = offline.run(*RUN, *options, "--", *program, **environ)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done.stderr


def test_a_second_server_is_reached_with_pass_and_with_its_own_certificate(offline: Island) -> None:
    before = offline.accepts
    said, told = two_servers(offline, "--pass", "metering.example")
    assert said == [200, {"second": True}]
    assert "metering.example" in told
    assert offline.accepts == before


def test_what_passes_goes_through_the_proxy_the_user_had(offline: Island) -> None:
    parent = f"http://{PARENT_ADDRESS}:{PARENT_PORT}"
    said, _ = two_servers(offline, "--pass", "metering.example", HTTPS_PROXY=parent)
    assert said == [200, {"second": True}]
    assert (offline.folder / "tunnels").read_text().startswith("CONNECT metering.example:8443 ")


def test_without_pass_it_is_refused_and_the_user_told_what_would_let_it_through(offline: Island) -> None:
    said, told = two_servers(offline)
    assert said[0] == 200
    assert "error" in str(said[1])
    assert "--pass metering.example" in told


def test_a_server_on_this_machine_needs_nothing(offline: Island) -> None:
    done = offline.run(*RUN, "--", sys.executable, str(PROGRAMS / "local_server.py"))
    assert (done.returncode, done.stdout) == (0, "200 hello\n200 hello\n"), done.stderr
