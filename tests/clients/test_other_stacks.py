"""Java, Go, Ruby, PHP and Node 24, unmodified, as tests/clients/test_clients.py has Python and Node.

A stack whose tool is not here is left out on a person's machine. In CI it is not: .ci/run installs all of them.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.clients.island import RUN, Island
from tests.clients.live_host import SECOND_ADDRESS
from tests.clients.test_clients import CLIENTS, PROGRAMS, answered, canary_sees, sandbox_answers
from tests.needs import need

STACKS = {
    "java.net.http": ("javac", "java", "Main.java"),
    "HttpURLConnection": ("javac", "java", "UrlConnection.java"),
    "ruby": ("ruby", "ruby", "app.rb"),
    "php curl": ("php", "php", "app.php"),
}
"""Stack → the program that must be there, the one that runs, and what it runs."""


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_answered_and_nothing_leaves(offline: Island, stack: str) -> None:
    needed, program, file = STACKS[stack]
    need(needed)
    canary_sees(offline, program, str(PROGRAMS / file))
    sandbox_answers(offline, program, str(PROGRAMS / file))


def test_go_is_answered_and_nothing_leaves(offline: Island, tmp_path: Path) -> None:
    need("go")
    built = tmp_path / "app"
    subprocess.run(
        ["go", "build", "-o", str(built), str(PROGRAMS / "main.go")],
        check=True,
        timeout=100,
        env=os.environ | {"GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod"},
    )
    canary_sees(offline, str(built))
    sandbox_answers(offline, str(built))


def test_another_machine_comes_by_address_and_password(offline: Island) -> None:
    """The island's second address is no loopback one: to the client it is another machine's."""
    before = offline.accepts
    bound = ("--bind", SECOND_ADDRESS, "--proxy-password", "let-me-in")
    done = offline.run(*RUN, *bound, "--", *CLIENTS["curl"])
    assert done.returncode == 0, done.stdout + done.stderr
    answered(done.stdout)
    bare = 'curl -sS --noproxy "" --proxy "http://${HTTPS_PROXY#*@}" https://api.amps.ai/battery'
    done = offline.run(*RUN, *bound, "--", "sh", "-c", bare)
    assert "407" in done.stderr
    assert offline.accepts == before


@pytest.fixture
def node24(npm_packages: Path) -> str:
    (found,) = npm_packages.glob("node_modules/node-*/bin/node")
    version = subprocess.run([str(found), "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("v24.")
    return str(found)


@pytest.mark.parametrize("program", ["fetch.mjs", "https.cjs", "agent.cjs"])
def test_node_24_is_answered_and_nothing_leaves(offline: Island, node24: str, program: str) -> None:
    canary_sees(offline, node24, str(PROGRAMS / program))
    sandbox_answers(offline, node24, str(PROGRAMS / program))


def test_node_24_comes_by_its_own_proxy_support_too(offline: Island, node24: str) -> None:
    """Without our preload: an app that sets NODE_OPTIONS itself."""
    before = offline.accepts
    script = f'NODE_OPTIONS= "{node24}" "{PROGRAMS / "fetch.mjs"}"'
    done = offline.run(*RUN, "--", "sh", "-c", script)
    assert done.returncode == 0, done.stdout + done.stderr
    answered(done.stdout)
    assert offline.accepts == before
