"""`mitmdump -s`: the same gate in a mitmproxy that is not ours, also when the file is saved broken, or taken away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proxy.canary import Canary, singing
from tests.proxy.talking import HOST, PASSED, STRANGER, Answer, get, hear

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from tests.proxy.talking import SmallEngine
from replaysandbox.proxy.own_mitmproxy import OwnMitmproxy

addons = [OwnMitmproxy(SmallEngine())]
"""

LEADING = """
import os, sys
sys.path.insert(0, {root!r})
import pytest
from tests.proxy.canary import Canary, lead_everything_to

class Told(list):
    def append(self, name):
        with open(os.environ["LOOKUPS"], "a") as file:
            file.write(name + "\\n")

bird = Canary(int(os.environ["CANARY"]))
bird.lookups = Told()
lead_everything_to(bird, pytest.MonkeyPatch())
"""


@dataclass
class Theirs:
    """Somebody's own mitmdump.

    Attributes:
        port: Where it listens.
        script: The addon file it watches.
        canary: Where everything leads that leaves it.
        said: Its log.
        process: It.
    """

    port: int
    script: Path
    canary: Canary
    said: Path
    lookups: Path
    process: subprocess.Popen[bytes]

    def ask(self, said: bytes) -> Answer:
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(said)
            return hear(client, tunnel=said.startswith(b"CONNECT"))

    def wait_for(self, reached: Callable[[], bool], within_s: float = 20.0) -> None:
        end = time.monotonic() + within_s
        while not reached():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.05)  # noqa: TID251 - polls another process

    @property
    def answers(self) -> bool:
        try:
            return self.ask(absolute(HOST)).status == 200
        except OSError:
            return False

    @property
    def is_silent(self) -> bool:
        return not self.canary.accepts and not self.lookups.exists()


def absolute(host: str) -> bytes:
    return f"GET http://{host}/x HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer secret\r\n\r\n".encode()


@contextmanager
def mitmdump(folder: Path, *options: str, script: str = "") -> Iterator[Theirs]:
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(LEADING.format(root=str(ROOT)))
    file = folder / "sandbox.py"
    file.write_text(script or SCRIPT.format(root=str(ROOT)))
    with singing() as canary, socket.create_server(("127.0.0.1", 0)) as taken, (folder / "log").open("wb") as log:
        port = taken.getsockname()[1]
        taken.close()
        command = [
            str(Path(sys.executable).with_name("mitmdump")),
            *("-s", str(file), "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={folder / 'conf'}"),
            *options,
        ]
        lookups = folder / "lookups"
        environ = {**os.environ, "PYTHONPATH": str(folder), "CANARY": str(canary.port), "LOOKUPS": str(lookups)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=folder)
        try:
            yield Theirs(port, file, canary, folder / "log", lookups, process)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theirs]:
    with mitmdump(tmp_path_factory.mktemp("own")) as running:
        running.wait_for(lambda: running.answers)
        yield running


def test_it_answers_and_refuses(theirs: Theirs) -> None:
    assert theirs.ask(absolute(HOST)).json["way"] == "absolute"
    assert theirs.ask(get(f"127.0.0.1:{theirs.port}")).json["way"] == "base"
    assert theirs.ask(absolute(STRANGER)).told["error"] == "refused_host"
    refused = theirs.ask(f"CONNECT {STRANGER}:443 HTTP/1.1\r\n\r\n".encode())
    assert refused.told["allow"] == f"--pass {STRANGER}"
    assert theirs.ask(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode()).status == 200
    assert theirs.is_silent


def test_it_speaks_tls(theirs: Theirs) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl")
    command = [curl, "-sS", "-k", "-x", f"http://127.0.0.1:{theirs.port}", f"https://{HOST}/battery"]
    assert b'"way": "connect"' in subprocess.run(command, check=True, capture_output=True).stdout
    assert theirs.is_silent


def test_saved_broken_then_mended(tmp_path: Path) -> None:
    with mitmdump(tmp_path / "own") as theirs:
        theirs.wait_for(lambda: theirs.answers)
        good = theirs.script.read_text()
        _save(theirs.script, "this is no Python")
        theirs.wait_for(lambda: b"SyntaxError" in theirs.said.read_bytes())
        _nothing_leaves(theirs)
        _save(theirs.script, good)
        theirs.wait_for(lambda: theirs.answers)
        assert theirs.is_silent
        theirs.script.unlink()
        theirs.wait_for(lambda: b"Un-loading script" in theirs.said.read_bytes())
        _nothing_leaves(theirs)
        assert theirs.is_silent


def _save(file: Path, text: str) -> None:
    file.write_text(text)
    later = file.stat().st_mtime + 5 + time.monotonic() % 1  # mitmproxy looks at the time alone
    os.utime(file, (later, later))


def _nothing_leaves(theirs: Theirs) -> None:
    for host in (HOST, STRANGER):
        assert theirs.ask(absolute(host)).status == 502
        client = socket.create_connection(("127.0.0.1", theirs.port), 10)
        with client:
            client.sendall(f"CONNECT {host}:80 HTTP/1.1\r\n\r\n".encode())
            if hear(client, tunnel=True).status == 200:
                client.sendall(get(host))
                assert hear(client).status in (0, 502)
    assert theirs.is_silent


def test_pass_is_the_positive_control(tmp_path: Path) -> None:
    with mitmdump(tmp_path / "own") as theirs:
        theirs.wait_for(lambda: theirs.answers)
        assert theirs.ask(absolute(PASSED)).body == b"tweet\n"
        assert (theirs.canary.accepts, theirs.lookups.read_text()) == (1, f"{PASSED}\n")


def test_a_file_that_is_broken_from_the_start_stops_it(tmp_path: Path) -> None:
    with mitmdump(tmp_path / "own", script="import nothing_of_this_name") as theirs:
        assert theirs.process.wait(20) == 1


@pytest.mark.parametrize("mode", ["reverse:https://api.amps.ai", "socks5"])
def test_other_modes_are_refused(tmp_path: Path, mode: str) -> None:
    with mitmdump(tmp_path / "own", "--mode", mode) as theirs:
        theirs.process.wait(20)
        assert "regular mode only" in theirs.said.read_text()
        assert theirs.is_silent


def test_their_settings_do_not_open_it(tmp_path: Path) -> None:
    options = ["--set", "connection_strategy=eager", "--set", "stream_large_bodies=1", "--ignore-hosts", ".*"]
    with mitmdump(tmp_path / "own", *options) as theirs:
        theirs.wait_for(lambda: theirs.answers)
        body = b"POST http://" + STRANGER.encode() + b"/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        assert theirs.ask(body).is_clear
        assert theirs.ask(absolute(STRANGER)).is_clear
        assert theirs.is_silent


def test_the_file_we_ship_with_the_packs_we_ship(tmp_path: Path) -> None:
    with mitmdump(tmp_path / "own", script=(ROOT / "addons" / "sandbox.py").read_text()) as theirs:
        request = f"GET http://{HOST}/battery HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer sk_test_demo\r\n\r\n"

        def is_answered() -> bool:
            try:
                return theirs.ask(request.encode()).headers.get("x-sandbox") == "simulate"
            except OSError:
                return False

        theirs.wait_for(is_answered)
        assert theirs.ask(absolute(STRANGER)).told["error"] == "refused_host"
        assert theirs.is_silent
