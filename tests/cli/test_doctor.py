"""`doctor` alone: it looks at the shell it is typed in, the running sandbox, ports and files."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from replaysandbox.cli.doctor import came, lines
from replaysandbox.launch.diagnosis import Observed
from replaysandbox.launch.obstacle import Obstacle
from tests.cli.conftest import Person

UP = ("up", "--detach", "--format", "json", "--port", "0", "--control-port", "0")
FREE = ("--port", "0", "--control-port", "0")


@pytest.fixture
def ready(person: Person) -> dict:
    return dict(json.loads(person.types(*UP).stdout))


def variables(person: Person) -> dict[str, str]:
    return dict(json.loads(person.types("env", "--format", "json").stdout))


def test_nothing_is_in_the_way_where_no_sandbox_runs(person: Person) -> None:
    done = person.types("doctor", *FREE)
    assert done.returncode == 0, done.stdout
    assert "no sandbox runs" in done.stderr
    assert done.stderr.splitlines()[-1] == "doctor: nothing keeps an app from the sandbox"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_that_somebody_has_is_told_with_whose_it_is(person: Person, taken: int) -> None:
    done = person.types("doctor", "--port", str(taken), "--control-port", "0")
    assert done.returncode == 1
    assert f"`up` cannot have port {taken}" in done.stdout
    assert f"pid {os.getpid()} " in done.stdout
    assert "--port 0 picks a free one" in done.stdout


def test_a_shell_that_does_not_lead_to_the_running_sandbox(person: Person, ready: dict) -> None:
    done = person.types("doctor")
    assert done.returncode == 1
    assert f"HTTPS_PROXY is not set; the sandbox is {ready['proxy_url']}" in done.stdout
    assert 'eval "$(replaysandbox env)"' in done.stdout


def test_a_shell_that_does_and_one_where_something_wins_over_it(
    person: Person, ready: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(person).items():
        monkeypatch.setenv(name, value)
    done = person.types("doctor")
    assert done.returncode == 0, done.stdout
    assert f"a sandbox runs at {ready['proxy_url']}" in done.stderr
    monkeypatch.setenv("NO_PROXY", "localhost,.ai")
    monkeypatch.setenv("CURL_CA_BUNDLE", "/no/such.pem")
    monkeypatch.setenv("_JAVA_OPTIONS", "-Dhttps.proxyHost=corp.example")
    done = person.types("doctor")
    assert done.returncode == 1
    assert "NO_PROXY has '.ai', which covers api.amps.ai" in done.stdout
    assert "CURL_CA_BUNDLE is /no/such.pem" in done.stdout
    assert "_JAVA_OPTIONS holds -Dhttps.proxyHost" in done.stdout


def test_variables_that_outlived_their_sandbox(person: Person, ready: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables(person).items():
        monkeypatch.setenv(name, value)
    person.types("down")
    done = person.types("doctor", *FREE)
    assert done.returncode == 1
    assert "the variables of this shell have outlived their sandbox" in done.stdout
    assert f"replaysandbox up --port {ready['proxy_url'].rpartition(':')[2]}" in done.stdout


def test_a_sandbox_that_does_not_answer(person: Person, ready: dict) -> None:
    os.kill(ready["pid"], signal.SIGSTOP)
    try:
        done = person.types("doctor")
    finally:
        os.kill(ready["pid"], signal.SIGCONT)
    assert done.returncode == 1
    assert f"the sandbox at {ready['proxy_url']} does not answer" in done.stdout
    assert "timed out" in done.stdout


def test_files_that_win_over_the_environment(person: Person, own_home: Path) -> None:
    (own_home / ".curlrc").write_text("# mine\nproxy = http://corp.example:3128\n")
    (person.folder / ".env").write_text("API=x\nHTTPS_PROXY=http://corp.example:3128\n")
    done = person.types("doctor", *FREE)
    assert done.returncode == 1
    assert "curl follows its own file before the environment" in done.stdout
    assert ".env sets HTTPS_PROXY" in done.stdout


def test_a_broken_setting_is_told_and_no_obstacle(person: Person) -> None:
    assert person.types("doctor", "--pack", "nowhere", "--", "true").returncode == 2
    assert person.types("doctor", "--no-such-option").returncode == 2


def test_an_obstacle_takes_three_lines() -> None:
    assert lines([Obstacle("a", "b", "c"), Obstacle("d", "e", "f", blocks=False)]) == [
        "✗ a", "    seen  b", "    mend  c", "· d", "    seen  e", "    mend  f",
    ]  # fmt: skip


def test_nothing_that_came_is_said_too() -> None:
    assert came(Observed(0)) == ["came    nothing"]
