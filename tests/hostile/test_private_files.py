"""Whatever the umask, what a sandbox writes is its user's alone: files 0600, folders 0700."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.sandbox import environment, started
from tests.hostile.test_many_connections import _dial
from tests.proxy.talking import get, hear

SECRET = "sk_test_cnry7f3a91c0d2"
GIVEN = frozenset({"log", "project"})
"""What the test itself makes."""


def _written(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.name not in GIVEN and not path.is_symlink():
            yield path


def _open_to_others(folder: Path) -> list[str]:
    wrong = []
    for path in _written(folder):
        mode = path.stat().st_mode
        wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
        if stat.S_IMODE(mode) & ~wanted:
            wrong.append(f"{path.relative_to(folder)}: {stat.filemode(mode)}")
    return wrong


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_up_with_state_and_its_clients(tmp_path: Path, umask: int) -> None:
    with started(tmp_path, "--state=state.sqlite", umask=umask) as sandbox:
        with _dial(sandbox) as client:
            client.sendall(get(path="/battery?limit=1", extra=f"x-api-key: {SECRET}\r\n"))
            battery = hear(client).json["data"]["items"][0]["id"]
            body = b'{"action": {"command": "charge", "parameters": {"power": {"value": 1, "unit": "kw"}}}}'
            extra = f"x-api-key: {SECRET}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            client.sendall(get(path=f"/battery/{battery}", method="POST", extra=extra) + body)
            assert hear(client).status < 300
        assert (tmp_path / "state.sqlite").exists()
        assert _open_to_others(tmp_path) == []
    assert _open_to_others(tmp_path) == []


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_run_with_its_child_and_reports(tmp_path: Path, umask: int) -> None:
    request = f"u.Request('http://api.amps.ai/battery', headers={{'x-api-key': '{SECRET}'}})"
    ask = f"import urllib.request as u; u.urlopen({request})"
    reports = ["--report=json=out/deep/a.json", "--report=junit=out/a.xml"]
    command = [sys.executable, "-m", "replaysandbox", "run", *reports, "--", sys.executable, "-c", ask]
    old = os.umask(umask)
    try:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, timeout=60, check=False
        )
    finally:
        os.umask(old)
    assert done.returncode == 0, done.stderr[-2000:]
    assert _open_to_others(tmp_path) == []


@pytest.mark.parametrize("lane", ["fast", "flow"])
def test_logs_hold_no_secrets(tmp_path: Path, lane: str) -> None:
    """At the loudest level there is, with all that goes wrong."""
    with started(tmp_path, f"--lane={lane}", environ={"PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}) as sandbox:
        for said in (
            get(extra=f"x-api-key: {SECRET}\r\n"),
            get(path=f"/nothing?key={SECRET}", extra=f"Authorization: Bearer {SECRET}\r\n"),
            get("stranger.example", f"/x?key={SECRET}"),
            get(extra=f"x-api-key: {SECRET}\r\nX-Sandbox-Fault: nonsense\r\n"),
            get(method="POST", extra=f"x-api-key: {SECRET}\r\nContent-Length: 3\r\n") + b"{{{",
            f"GET / HTTP/9.9\r\nx-api-key: {SECRET}\r\n\r\n".encode(),
            f"x-api-key: {SECRET}\r\n\r\n".encode(),
        ):
            with _dial(sandbox) as client:
                client.sendall(said)
                hear(client)
    told = [
        path
        for path in (tmp_path / "log", *_written(tmp_path))
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert told == []
