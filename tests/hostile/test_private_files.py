"""Whatever the umask, what a sandbox writes is its user's alone: files 0600, folders 0700."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.sandbox import environment, started
from tests.hostile.test_many_connections import _dial
from tests.proxy.talking import get, hear
from tests.record.conftest import COMMAND
from tests.record.live_api import live_api, wait_until

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


@pytest.mark.parametrize("umask", [0o000])  # which hides nothing
def test_record_with_large_bodies_and_what_is_made_of_it(tmp_path: Path, umask: int) -> None:
    """Also what is there for a while alone: the part of a body that is still on its way."""
    half, looked = threading.Event(), threading.Event()

    def slowly(_heard: object, handler: Any) -> None:
        body = b"x" * 3_000_000
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:2_900_000])
        half.set()
        looked.wait(20)
        handler.wfile.write(body[2_900_000:])

    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "live").mkdir()
    with live_api(tmp_path / "live") as api:
        api.answers["/battery"] = slowly
        asked = f"requests.get('https://api.amps.ai/battery', headers={{'x-api-key': '{SECRET}'}})"
        ask = f"import requests; print(len({asked}.text))"
        command = [*COMMAND, "record", "deep/it.capture", *api.options, "--", sys.executable, "-c", ask]
        child = subprocess.Popen(
            command, cwd=folder, env=environment(tmp_path), umask=umask, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            assert half.wait(60)
            wait_until(lambda: list(folder.rglob(".draft-*")))
            assert _open_to_others(folder) == []
        finally:
            looked.set()
            out, said = child.communicate(timeout=60)
    assert (child.returncode, out.strip()) == (0, b"3000000"), said[-2000:]
    old = os.umask(umask)
    try:
        for arguments in (
            ["redact", "deep/it.capture"],
            ["convert", "deep/it.capture", "made/it.har"],
            ["convert", "deep/it.capture", "it.flows"],
        ):
            (folder / "made").mkdir(mode=0o700, exist_ok=True)
            done = subprocess.run(
                [*COMMAND, *arguments],
                cwd=folder,
                env=environment(tmp_path),
                capture_output=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-2000:]
    finally:
        os.umask(old)
    assert {"it.capture", "it.capture.redacted", "it.har", "it.flows"} <= {path.name for path in folder.rglob("*")}
    assert _open_to_others(folder) == []
    assert [wrong for wrong in _open_to_others(tmp_path) if not wrong.startswith("live")] == []


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
