"""Signals and the terminal belong to the child, as if we were not there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.terminal import on_a_terminal

RUNNER = """
import asyncio, os, sys
from replaysandbox.launch.child import run_child
sys.exit(asyncio.run(run_child(sys.argv[1:], os.environ)))
"""
RUN = (sys.executable, "-c", RUNNER)
COUNT = (sys.executable, str(Path(__file__).parent / "programs" / "count_signals.py"))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_without_a_terminal_a_signal_to_us_is_passed_on(name: str) -> None:
    with subprocess.Popen([*RUN, *COUNT, "1"], stdout=subprocess.PIPE, text=True, start_new_session=True) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n"
        runner.send_signal(getattr(signal, name))
        assert runner.stdout.read() == f"{name}\n"
    assert runner.returncode == 7


def test_what_was_ignored_before_us_stays_ignored_for_the_child() -> None:
    ask = "import signal; print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
    command = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *RUN, sys.executable, "-c", ask]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"


def test_ctrl_c_on_the_terminal_reaches_the_child_once() -> None:
    with on_a_terminal(*RUN, *COUNT, "1") as terminal:
        terminal.read_until(b"ready")
        terminal.press(b"\x03")
        assert terminal.read_all().count(b"SIGINT") == 1
        assert terminal.status() == 7


def test_the_child_may_outlive_many_keys() -> None:
    with on_a_terminal(*RUN, *COUNT, "3") as terminal:
        terminal.read_until(b"ready")
        for _ in range(3):
            terminal.press(b"\x03")
            assert b"SIGINT" in terminal.read_until(b"SIGINT")
        assert terminal.status() == 7


def test_the_child_keeps_the_terminal_in_the_foreground() -> None:
    ask = "import os; print('mine', os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp())"
    with on_a_terminal(*RUN, sys.executable, "-c", ask) as terminal:
        assert b"mine True" in terminal.read_all()
