"""Verbs that look: devices, packs, the CA, the demo."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

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


def test_devices_of_a_world_of_its_own(person: Person) -> None:
    options = ("--seed", "7", "--homes", "2", "--at", "2026-06-01T12:00:00Z")
    listed = json.loads(person.types("devices", *options, "--family", "battery", "--format", "json").stdout)
    assert listed["total"] == 2
    day = person.types("devices", *options, "--day", listed["devices"][0]["id"])
    assert day.returncode == 0, day.stderr
    assert day.stdout.splitlines()[1].startswith("level % over 2026-06-01 UTC: ")
    assert "scenario default, seed 7" in day.stderr
    unknown = person.types("devices", *options, "--day", "device_nowhere")
    assert unknown.returncode == 2
    assert "replaysandbox devices" in unknown.stderr


def test_devices_of_the_running_sandbox(person: Person) -> None:
    person.types("up", "--port", "0", "--control-port", "0", "--detach", "--homes", "5")
    running = person.types("devices", "--family", "hvac", "--format", "json")
    assert json.loads(running.stdout)["total"] == 5
    assert "devices of the sandbox at http://127.0.0.1:" in running.stderr
    own = person.types("devices", "--family", "hvac", "--homes", "2", "--format", "json")
    assert json.loads(own.stdout)["total"] == 2


def test_packs_are_listed_and_a_broken_one_is_told_with_every_problem(person: Person) -> None:
    assert person.types("pack", "list").stdout.splitlines()[1].split()[:3] == ["amps", "Amps", "api.amps.ai"]
    own = person.folder / "sandbox" / "packs" / "mine"
    shutil.copytree(PROFILES / "amps", own)
    assert person.types("pack", "check", str(own)).returncode == 0
    pack = own / "pack.yaml"
    broken = pack.read_text("utf-8").replace("title: Amps", "titel: Amps").replace("example_key:", "exampel_key:")
    pack.write_text(broken, "utf-8")
    checked = person.types("pack", "check", str(own))
    assert checked.returncode == 2
    assert "did you mean 'title'?" in checked.stderr
    assert "did you mean 'example_key'?" in checked.stderr
    assert "sandbox/packs/mine/pack.yaml:" in checked.stderr
    assert "Traceback" not in checked.stderr
    listed = person.types("pack", "list")
    assert listed.returncode == 2
    assert "broken: mine" in listed.stderr


def test_the_ca_is_made_where_it_is_said_to_be(person: Person, own_home: Path) -> None:
    path = Path(person.types("ca", "path").stdout.strip())
    assert own_home in path.parents
    assert path.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert Path(person.types("ca", "path").stdout.strip()) == path
