"""Recordings that end badly: killed, no room, no rights. What was complete stays, and the app goes on being served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.record.conftest import Person, calls
from tests.record.live_api import LiveApi, wait_until


def started(person: Person) -> tuple[subprocess.Popen[str], str]:
    recording = person.starts()
    assert recording.stdout is not None
    for line in recording.stdout:
        words = line.split()
        if words[:1] == ["base"]:
            return recording, words[2]
    raise AssertionError(recording.stderr.read() if recording.stderr else "")


@pytest.mark.parametrize("after", range(int(os.environ.get("KILLS", "3"))))
def test_killed_in_the_middle(person: Person, api: LiveApi, after: int) -> None:
    """How often is set by KILLS; three are done each time."""
    recording, base = started(person)
    stop = threading.Event()

    def call() -> None:
        while not stop.is_set():
            subprocess.run(["curl", "-s", f"{base}/battery?x=1"], capture_output=True, check=False)

    caller = threading.Thread(target=call)
    caller.start()
    wait_until(lambda: len(api.heard) > after % 7, within_s=60)
    recording.send_signal(signal.SIGKILL)
    recording.communicate(timeout=20)
    stop.set()
    caller.join(20)
    complete = len(person.recorded())
    assert complete >= min(after % 7, 1)
    # and it can be gone on with
    done = person.records(program=calls("call('GET', '/battery')"))
    assert done.returncode == 0, done.stderr
    assert len(person.recorded()) == complete + 1


def test_a_folder_that_is_read_only(person: Person, api: LiveApi) -> None:
    if os.geteuid() == 0:
        where = Path("/proc/nobody-may-write-here/it.capture")
    else:
        person.folder.chmod(0o500)
        where = person.file
    done = person.types("record", str(where), *api.options, "--", "true")
    assert done.returncode == 125
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_dev_full_is_no_capture(person: Person, api: LiveApi) -> None:
    done = person.types("record", "/dev/full", *api.options, "--", "true")
    assert done.returncode == 125
    assert "Traceback" not in done.stderr


def test_two_recordings_of_one_file(person: Person, api: LiveApi) -> None:
    recording, _ = started(person)
    try:
        done = person.types("record", str(person.file), *api.options, "--", "true")
        assert done.returncode == 125
        assert "another process" in done.stderr
    finally:
        recording.send_signal(signal.SIGTERM)
        recording.communicate(timeout=20)


@pytest.mark.parametrize("room", [4_000, 20_000])
def test_a_disk_that_gets_full(person: Person, api: LiveApi, room: int) -> None:
    """The n-th write fails for real: the size of files is limited, as a full disk limits it."""
    program = calls("for _ in range(30): call('GET', '/battery')")
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "from replaysandbox.cli import main\n"
        "main()\n"
    )
    person.types("env")  # so that what an installation writes once is there
    warm = person.types("record", "warm.capture", *api.options, "--", "true")
    assert warm.returncode == 0, warm.stderr
    arguments = ["record", str(person.file), *api.options, "--", sys.executable, "-B", "-c", program]
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *arguments],
        cwd=person.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 65, done.stderr
    answers = [json.loads(line)[0] for line in done.stdout.splitlines()]
    assert answers == [200] * 30, "the app is served to the end"
    assert done.stderr.count("RECORDING STOPPED") == 1
    kept = person.recorded()
    assert f"{len(kept)} exchanges" in done.stderr
    assert 0 < len(kept) < 30
