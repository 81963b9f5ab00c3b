"""The child's status is its own. Its signals and its terminal: tests/clients/test_signals.py."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from replaysandbox.core.errors import NotRunError
from replaysandbox.launch.child import run_child


def status(*command: str, **environ: str) -> int:
    return asyncio.run(run_child(command, {"PATH": os.environ["PATH"], **environ}))


@pytest.mark.parametrize(
    ("script", "expected"),
    [("true", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -9 $$", 137)],
)
def test_the_status_is_the_childs_own(script: str, expected: int) -> None:
    assert status("sh", "-c", script) == expected


def test_the_environment_is_the_one_given_and_no_other() -> None:
    assert status("sh", "-c", 'test "$GIVEN" = yes && test -z "$HOME"', GIVEN="yes") == 0


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(NotRunError, match=r"^no-such-program: command not found$") as raised:
        status("no-such-program")
    assert raised.value.status == 127


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        ("#!/bin/sh\n", 0o644, "Permission denied"),
        ("#!/no/such/interpreter\n", 0o755, "interpreter"),
        ("echo no first line\n", 0o755, "-- sh FILE"),
    ],
)
def test_a_command_that_cannot_be_run(tmp_path: Path, content: str, mode: int, reason: str) -> None:
    program = tmp_path / "program"
    program.write_text(content)
    program.chmod(mode)
    with pytest.raises(NotRunError, match=reason) as raised:
        status(str(program))
    assert raised.value.status == 126


def test_the_program_is_searched_on_the_childs_path(tmp_path: Path) -> None:
    program = tmp_path / "only-there"
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(0o755)
    assert asyncio.run(run_child(["only-there"], {"PATH": f"{tmp_path}:/usr/bin:/bin"})) == 9


def test_when_we_are_cancelled_the_child_is_ended_and_reaped(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    os.mkfifo(pid_file)

    async def scenario() -> int:
        task = asyncio.create_task(run_child(["sh", "-c", f"echo $$ > {pid_file}; exec sleep 60"], os.environ))
        pid = int(await asyncio.to_thread(pid_file.read_text))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return pid

    pid = asyncio.run(scenario())
    with pytest.raises(ProcessLookupError):  # not even a zombie
        os.kill(pid, 0)


def test_no_handler_of_ours_stays() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    status("true")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
