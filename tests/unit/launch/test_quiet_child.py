import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from replaysandbox.launch.quiet_child import run_quietly
from replaysandbox.shrink.fingerprint import Ending

pytestmark = pytest.mark.slow


def run(script: str, patience_s: float = 20.0) -> Ending:
    return asyncio.run(run_quietly(["sh", "-c", script], {"PATH": os.environ["PATH"]}, patience_s))


def test_status_and_output_are_kept() -> None:
    assert run("echo out; echo err >&2; exit 7") == Ending(7, "err\n", "out\n")
    assert run("true") == Ending(0)
    assert run("kill -TERM $$").status == 143
    assert not run("test -t 0 || cat").failed  # nothing to read, no terminal


def test_only_the_end_of_much_output_is_kept() -> None:
    output = run("yes | head -c 3000000; echo last").output
    assert len(output) == 200_000
    assert output.endswith("y\nlast\n")


def test_a_run_that_takes_too_long_is_ended() -> None:
    begun = time.monotonic()
    ending = run("echo begun; sleep 60", patience_s=0.3)
    assert (ending.timed_out, ending.failed, ending.output) == (True, True, "begun\n")
    assert time.monotonic() - begun < 20


def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    ending = run(f"sleep 60 & echo $! > {tmp_path}/pid; exit 3")
    assert ending.status == 3
    assert _ends(int((tmp_path / "pid").read_text()))


def test_it_ends_when_we_are_cancelled(tmp_path: Path) -> None:
    async def cancelled() -> None:
        command = ["sh", "-c", f"echo $$ > {tmp_path}/pid; sleep 60"]
        task = asyncio.create_task(run_quietly(command, {"PATH": os.environ["PATH"]}, 60.0))
        await asyncio.to_thread(_appears, tmp_path / "pid")
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert _ends(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(("mode", "status"), [(None, 127), (0o644, 126)])
def test_one_that_cannot_be_run_says_so(tmp_path: Path, mode: int | None, status: int) -> None:
    program = tmp_path / "app"
    if mode is not None:
        program.write_text("#!/bin/sh\n")
        program.chmod(mode)
    ending = asyncio.run(run_quietly([str(program)], {"PATH": os.environ["PATH"]}, 5.0))
    assert ending.status == status
    assert ending.errors.startswith(f"{program}: ")


def _appears(file: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not (file.is_file() and file.read_text()):
        time.sleep(0.02)  # noqa: TID251 - waiting for another process


def _ends(pid: int) -> bool:
    """Tell whether a process ends soon; one that nobody waits for may stay as a zombie."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)  # noqa: TID251 - waiting for the kernel
    return False
