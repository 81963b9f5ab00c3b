"""Verbs that look at a sandbox that runs, or start one to be looked at."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import shutil
import struct
import termios

from replaysandbox.files.places import PROFILES
from tests.cli.conftest import Person


def test_the_demo_shows_real_answers_and_a_day(person: Person) -> None:
    done = person.types("demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"success": true') == sum(shutil.which(name) is not None for name in ("curl", "node")) + 1
    assert "near: GET /battery (amps)" in done.stdout
    assert "--pass example.com" in done.stdout
    assert "as 360 calls of the API tell it" in done.stdout
    assert "0 calls left this machine" in done.stdout
    assert done.stdout.splitlines()[-1].split()[:2] == ["replaysandbox", "devices"]


def test_devices_of_the_running_sandbox(person: Person) -> None:
    person.types("up", "--port", "0", "--control-port", "0", "--detach", "--homes", "5")
    running = person.types("devices", "--family", "hvac", "--format", "json")
    assert json.loads(running.stdout)["total"] == 5
    assert "devices of the sandbox at http://127.0.0.1:" in running.stderr
    own = person.types("devices", "--family", "hvac", "--homes", "2", "--format", "json")
    assert json.loads(own.stdout)["total"] == 2


def test_a_broken_pack_is_listed_as_broken(person: Person) -> None:
    own = person.folder / "sandbox" / "packs" / "mine"
    shutil.copytree(PROFILES / "amps", own)
    pack = own / "pack.yaml"
    pack.write_text(pack.read_text("utf-8").replace("title: Amps", "titel: Amps"), "utf-8")
    listed = person.types("pack", "list")
    assert listed.returncode == 2
    assert listed.stdout.splitlines()[1].startswith("mine")
    assert "broken: mine" in listed.stderr


def test_a_fleet_is_exported(person: Person) -> None:
    asked = ("devices", "--export", "fleet.csv", "--homes", "2", "--family", "battery", "--at", "2026-06-01T12:00:00Z")
    ran = person.types(*asked, "--until", "2026-06-01T14:00:00Z", "--step", "1h")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == "fleet.csv holds 4 readings of 2 homes, seed 1\n"
    assert len((person.folder / "fleet.csv").read_text().splitlines()) == 5
    for wrong in (("--until", "2026-06-01T11:00:00Z"), ("--step", "0s"), ("--step", "soon"), ("--until", "noon")):
        ran = person.types(*asked, *wrong)
        assert ran.returncode == 2
        assert wrong[0] in ran.stderr or "--until" in ran.stderr


def test_packs_fit_a_terminal_and_stay_whole_in_a_pipe(person: Person) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
        with person.starts("pack", "list", stdout=theirs) as process:
            os.close(theirs)
            shown = b""
            with contextlib.suppress(OSError):  # how a terminal whose other end has gone tells the end on Linux
                while piece := screen.read(4096):
                    shown += piece
        assert process.returncode == 0
    assert max(map(len, shown.decode().splitlines())) <= 120
    piped = person.types("pack", "list").stdout
    assert "api.smartcar.com, vehicle.api.smartcar.com, auth.smartcar.com, connect.smartcar.com" in piped
