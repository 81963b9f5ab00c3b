"""`--app-clock` with the real libfaketime: the app's clock follows the sandbox's, and its waits stay as they are."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.clients.island import RUN, Island
from tests.needs import need

PROGRAMS = Path(__file__).parent / "programs"
HOUR_S = 3600.0


@pytest.fixture(autouse=True)
def _library() -> None:
    need("/usr/lib/*/faketime/libfaketimeMT.so.1")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def clocked(offline: Island, *options: str) -> dict[str, float]:
    done = offline.run(*RUN, "--app-clock", *options, "--", sys.executable, str(PROGRAMS / "clock_app.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("start", ["2026-06-01T12:00:00", "2031-02-28T23:59:00", "2009-01-01T00:00:00"])
def test_the_apps_clock_begins_where_the_sandboxs_does_and_moves_with_it(offline: Island, start: str) -> None:
    told = clocked(offline, "--at", f"{start}Z")
    assert told["status"] == 200, "TLS by the app's own clock"
    assert told["at"] == pytest.approx(at(start), abs=20)
    assert told["off"] == pytest.approx(0, abs=1)
    assert 0.6 <= told["waited"] < 5
    assert told["later"] - told["at"] == pytest.approx(6 * HOUR_S, abs=30)
    assert told["off later"] == pytest.approx(0, abs=1)


def test_a_clock_that_stands_stands_for_the_app_and_its_waits_end(offline: Island) -> None:
    told = clocked(offline, "--at", "2026-06-01T12:00:00Z", "--freeze")
    assert (told["at"], told["off"]) == (at("2026-06-01T12:00:00"), 0)
    assert 0.6 <= told["waited"] < 5
    assert (told["later"], told["off later"]) == (at("2026-06-01T18:00:00"), 0)


def test_a_clock_that_runs_faster_runs_faster_for_the_app(offline: Island) -> None:
    told = clocked(offline, "--at", "2026-06-01T12:00:00Z", "--speed", "60")
    assert told["off later"] == pytest.approx(0, abs=60 * 2), "a step of 0.5 s, read once a second"
    assert told["later"] - told["at"] > 6 * HOUR_S + 60
    assert 0.6 <= told["waited"] < 5


@pytest.mark.parametrize(
    "command",
    [("date", "-u", "+%Y"), ("node", "-p", "new Date().getUTCFullYear()"), ("sh", "-c", "TZ=Asia/Tokyo date +%Y")],
)
def test_other_programs_and_zones_follow(offline: Island, command: tuple[str, ...]) -> None:
    done = offline.run(*RUN, "--app-clock", "--at", "2031-06-01T12:00:00Z", "--freeze", "--", *command)
    assert done.stdout == "2031\n", done.stderr


def test_who_cannot_follow_is_told_why(offline: Island, tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.write_bytes(b"\x7fELF\x02\x01" + bytes(26) + (64).to_bytes(8, "little") + bytes(100))
    static.chmod(0o755)
    done = offline.run(*RUN, "--app-clock", "--", str(static))
    assert done.returncode == 125
    assert "its clock cannot be set: it is a static program" in done.stderr
    done = offline.run(*RUN, "--app-clock", "--at", "2150-01-01", "--", "true")
    assert done.returncode == 125
    assert "apps would refuse our CA" in done.stderr
    done = offline.run(RUN[0], "up", "--app-clock")
    assert done.returncode == 2
    assert "no command is run here" in done.stderr


def test_webhooks_are_signed_with_the_time_that_their_receiver_lives_in(offline: Island) -> None:
    start = "2031-06-01T12:00:00"
    options = ("--app-clock", "--at", f"{start}Z", "--webhook", "http://127.0.0.1:9017/hook")
    done = offline.run(*RUN, *options, "--", sys.executable, str(PROGRAMS / "webhook_app.py"))
    assert done.stdout.startswith("verified "), done.stdout + done.stderr
    assert int(done.stdout.split()[1]) == pytest.approx(at(start), abs=60)
