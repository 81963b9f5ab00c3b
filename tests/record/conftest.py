"""What the recording tests share: a live API on loopback, and somebody who records it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from replaysandbox.core.capture import Recorded
from replaysandbox.files.captures import open_capture
from tests.record.live_api import LiveApi, live_api

COMMAND = (sys.executable, "-m", "replaysandbox")


@pytest.fixture
def api(tmp_path: Path) -> Iterator[LiveApi]:
    folder = tmp_path / "live"
    folder.mkdir()
    with live_api(folder) as running:
        yield running


class Person:
    """Somebody who records.

    Attributes:
        folder: Where they stand.
        home: Their home.
        file: The capture they write.
    """

    def __init__(self, folder: Path, home: Path, api: LiveApi) -> None:
        self.folder, self.home, self.api = folder, home, api
        self.file = folder / "it.capture"

    def environ(self) -> dict[str, str]:
        return dict(os.environ)

    def types(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=timeout, check=False
        )

    def records(self, *options: str, program: str) -> subprocess.CompletedProcess[str]:
        """Record a Python program's calls."""
        return self.types("record", str(self.file), *self.api.options, *options, "--", sys.executable, "-c", program)

    def starts(self, *options: str) -> subprocess.Popen[str]:
        """Record until somebody stops it."""
        return subprocess.Popen(
            [*COMMAND, "record", str(self.file), *self.api.options, "--port", "0", "--control-port", "0", *options],
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def recorded(self) -> list[Recorded]:
        """Read what was recorded."""
        with open_capture(self.file) as capture:
            assert not capture.damaged
            return list(capture)

    def all_bytes(self) -> bytes:
        """Read every file of theirs: capture, bodies, keys, logs, what is left in the home."""
        files = [file for place in (self.folder, self.home) for file in place.rglob("*") if file.is_file()]
        return b"\n".join(str(file).encode() + b"\n" + file.read_bytes() for file in files)


@pytest.fixture
def person(own_home: Path, tmp_path: Path, api: LiveApi) -> Person:
    folder = tmp_path / "project"
    folder.mkdir()
    return Person(folder, own_home, api)


def calls(*lines: str) -> str:
    """Write a program that makes calls with requests and prints what came back."""
    return "\n".join(
        [
            "import json, requests",
            "session = requests.Session()",
            "def call(method, path, host='https://api.amps.ai', **more):",
            "    try:",
            "        answer = session.request(method, host + path, timeout=20, **more)",
            "        said = [answer.status_code, dict(answer.headers), answer.text]",
            "    except requests.RequestException as error:",
            "        said = [type(error).__name__, {}, str(error)]",
            "    print(json.dumps(said))",
            *lines,
        ]
    )
