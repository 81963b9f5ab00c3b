"""A live API that plays Amps behind a real socket, recorded by `record`, held to contract and sandbox by `drift`.

A simulated week cannot be a week on the wall: the capture's instants are then set to those of the live server's clock.
"""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from replaysandbox.cli.drift import command
from replaysandbox.core.capture import CaptureHeader
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from tests.banner import banner_lines
from tests.live.planted import PLANTED
from tests.live.playing import KEY, START, Playing
from tests.record.conftest import COMMAND
from tests.record.live_api import LiveApi, live_api

FAMILIES = ("battery", "vehicle", "solar-inverter", "ev-charger")
PUSH = json.dumps({"action": {"command": "idle"}, "onConflict": "cancel_and_replace"}).encode()


class Poller:
    """An app that asks for its devices all day, through the recording proxy's base URL."""

    def __init__(self, base: str, api: LiveApi) -> None:
        address = urlsplit(base)
        assert address.hostname
        self._connection = HTTPConnection(address.hostname, address.port, timeout=30)
        self._api = api
        self.asked: list[tuple[str, str, datetime]] = []

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def polls(self, name: str, playing: Playing, families: tuple[str, ...], days: int, minutes: int) -> None:
        """Poll for some simulated days; `name` becomes the session, by which the exchanges are told apart."""
        self._api.otherwise = playing
        ids: dict[str, str] = {}
        for step in range(days * 24 * 60 // minutes):
            playing.at = START + timedelta(minutes=step * minutes)
            for family in families:
                listed = self._call(name, playing.at, "GET", f"/{family}")
                if family in ids:
                    self._call(name, playing.at, "GET", f"/{family}/{ids[family]}")
                    if family == "battery" and (playing.at.hour, playing.at.minute) in ((10, 0), (20, 0)):
                        self._call(name, playing.at, "POST", f"/{family}/{ids[family]}")
                ids[family] = listed["data"]["items"][0]["id"]

    def _call(self, name: str, at: datetime, method: str, path: str) -> Any:
        headers = {"x-api-key": KEY, "X-Sandbox-Session": name, "Content-Type": "application/json"}
        self._connection.request(method, f"/amps{path}", PUSH if method == "POST" else None, headers)
        answer = self._connection.getresponse()
        self.asked.append((name, path, at))
        return json.loads(answer.read())


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Record the unchanged week and each planted change; one capture each."""
    folder = tmp_path_factory.mktemp("drift")
    with live_api(folder) as api:
        whole = folder / "all.capture"
        options = [str(whole), *api.options, "--pack", "amps", "--port", "0", "--control-port", "0"]
        options += ["--allow-writes", "POST /battery/{id}"]
        with subprocess.Popen(
            [*COMMAND, "record", *options], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as recording:
            try:
                base = next(word for word in "".join(banner_lines(recording)).split() if word.endswith("/amps"))
                with closing(Poller(base, api)) as poller:
                    poller.polls("week", Playing(), FAMILIES, days=7, minutes=60)
                    for number, planted in enumerate(PLANTED.values()):
                        playing = Playing(change=planted.change)
                        poller.polls(f"planted-{number}", playing, (planted.family,), days=1, minutes=planted.minutes)
            finally:
                recording.send_signal(signal.SIGINT)
                recording.communicate(timeout=30)
        assert len(api.heard) == len(poller.asked)  # each went over the socket to the live server
        yield _parted(folder, whole, poller.asked)


def _parted(folder: Path, whole: Path, asked: list[tuple[str, str, datetime]]) -> dict[str, Path]:
    """Part a capture by session, each exchange at the instant of the live server's clock."""
    names = ["week", *(f"planted-{number}" for number in range(len(PLANTED)))]
    with open_capture(whole) as capture:
        recorded = list(capture)
    assert [(each.session, each.request.path) for each in recorded] == [(name, path) for name, path, _ in asked]
    for name in names:
        with open_writer(folder / name, CaptureHeader(START, packs=("amps",), redaction="1")) as writer:
            for each, (_, _, at) in zip(recorded, asked, strict=True):
                if each.session == name:
                    writer.append(replace(each, at=at))
    return {name: folder / name for name in names}


def drifted(capture: Path) -> tuple[int, dict[str, Any]]:
    report = capture.with_suffix(".json")
    options = ["--pack", "amps", "--seed", "7", "--homes", "2", "--report", f"json={report}"]
    done = CliRunner().invoke(command, [str(capture), *options], standalone_mode=False, catch_exceptions=False)
    return done.return_value, json.loads(report.read_text())


def test_there_are_seventeen() -> None:
    assert len(PLANTED) == 17


@pytest.mark.timeout(240)
def test_the_unchanged_api_gives_no_finding_over_a_week(captures: dict[str, Path]) -> None:
    status, report = drifted(captures["week"])
    assert (status, report["findings"]) == (0, [])
    assert {each["verdict"] for each in report["operations"]} == {"agree", "not exercised"}
    assert report["exchanges"] > 1_300


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_change_is_found_graded_and_named_in_one_line(name: str, captures: dict[str, Path]) -> None:
    planted = PLANTED[name]
    status, report = drifted(captures[f"planted-{list(PLANTED).index(name)}"])
    told = [(each["grade"], f"{each['pointer']}: {each['reason']}") for each in report["findings"]]
    assert any(grade == planted.grade and planted.says in line for grade, line in told), told
    assert status == (1 if planted.grade == "breaking" else 0)
    if planted.grade != "breaking":
        assert all(grade != "breaking" for grade, _ in told), told
