from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.files.folders import runtime_folder
from replaysandbox.files.running import KEPT_LOGS, Running, all_running, drop_old_logs, log_of, registered

RUNNING = Running(
    pid=4711,
    verb="up",
    mode="simulate",
    project="/p",
    proxy_url="http://127.0.0.1:4480",
    base_url="http://127.0.0.1:4480",
    ca_file="/ca.pem",
    control_url="http://127.0.0.1:4481",
    control_token="t",
    hosts=("api.amps.ai",),
    passes=("*.example.com",),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return runtime_folder()


def test_a_sandbox_is_known_as_long_as_it_runs(folder: Path) -> None:
    assert all_running(folder) == []
    with registered(RUNNING, folder):
        assert all_running(folder) == [RUNNING]
        assert all_running(folder)[0].port == 4480
    assert list(folder.iterdir()) == []


def test_clients_are_given_the_password_and_nobody_else_sees_it() -> None:
    assert RUNNING.client_proxy_url == RUNNING.proxy_url
    locked = replace(RUNNING, proxy_password="a:b/c@d")
    assert locked.client_proxy_url == "http://default:a%3Ab%2Fc%40d@127.0.0.1:4480"
    assert locked.port == 4480
    assert "a:b" not in repr(locked)


def test_several_are_listed_oldest_first(folder: Path) -> None:
    second = replace(RUNNING, pid=12)
    with registered(RUNNING, folder), registered(second, folder):
        os.utime(folder / "4711.json", (1, 1))
        assert [running.pid for running in all_running(folder)] == [4711, 12]


@pytest.mark.slow
def test_files_of_the_dead_are_swept(folder: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from tests.unit.files.test_running import RUNNING\n"
        "from replaysandbox.files.running import registered\n"
        "with registered(RUNNING, pathlib.Path(sys.argv[1])):\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=False, cwd=Path(__file__).parents[3])
    assert (folder / "4711.json").exists()
    assert all_running(folder) == []
    assert not (folder / "4711.json").exists()


def test_of_the_dead_the_last_logs_are_kept_and_of_the_living_all(folder: Path) -> None:
    logs = [log_of(folder, port) for port in range(4480, 4480 + KEPT_LOGS + 3)]
    for age, log in enumerate(logs):
        log.touch()
        os.utime(log, (age, age))
    with registered(RUNNING, folder):
        drop_old_logs(folder)
    assert [log for log in logs if log.exists()] == [logs[0], *logs[-KEPT_LOGS:]]


def test_nobody_else_can_read_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        with registered(RUNNING, folder):
            assert stat.S_IMODE((folder / "4711.json").stat().st_mode) == 0o600
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_a_file_of_another_version_is_left_alone(folder: Path) -> None:
    with registered(RUNNING, folder):
        path = folder / "4711.json"
        path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")
        assert all_running(folder) == []
        assert path.exists()


@pytest.mark.parametrize("text", ['{"version": 1}', '{"version": 1, "hosts": 7}', "[]", "7", "null", "", "{"])
def test_a_file_that_says_too_little_is_left_alone(folder: Path, text: str) -> None:
    with registered(RUNNING, folder):
        (folder / "4711.json").write_text(text, "utf-8")
        assert all_running(folder) == []
