"""Verbs that start no sandbox, typed as a user would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Person
from tests.unit.files.pack_text import PACK, write_pack


def test_ca_path_names_a_certificate_that_is_there(person: Person) -> None:
    path = Path(person.types("ca", "path").stdout.strip())
    assert path.read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_pack_list_shows_what_there_is(person: Person) -> None:
    assert "api.amps.ai" in person.types("pack", "list").stdout


def test_pack_check_tells_all_that_is_wrong_with_line_and_hint(person: Person) -> None:
    good = write_pack(person.folder / "good")
    fine = person.types("pack", "check", str(good)).stdout
    assert fine.endswith(": fine: 2 routes, 2 rendered with success, 3 templates, no contract\n")
    bad = write_pack(
        person.folder / "bad", PACK.replace("family: battery", "family: batery").replace("title:", "titel:")
    )
    done = person.types("pack", "check", str(bad))
    assert done.returncode == 2
    assert "did you mean 'title'?" in done.stderr
    assert "bad/pack.yaml:22" in done.stderr
    assert "Traceback" not in done.stderr


def test_pack_check_calls_nothing_fine_of_which_no_route_rendered_a_success(person: Person) -> None:
    text = PACK.replace("routes:\n", "credentials: [{in: header, name: X-Key}]\nkeys: [{begins: [k_]}]\nroutes:\n")
    done = person.types("pack", "check", str(write_pack(person.folder / "shut", text)))
    assert done.returncode == 0
    assert "fine" not in done.stdout
    assert done.stdout.endswith(
        ": 2 routes, none rendered with success, 3 templates, no contract; "
        "not: GET /things, GET /things/{id} (401 missing_credential)\n"
    )


def test_devices_are_shown_without_a_running_sandbox(person: Person) -> None:
    table = person.types("devices", "--homes", "2", "--at", "2026-06-01T12:00:00Z")
    assert table.returncode == 0
    assert len([line for line in table.stdout.splitlines() if line.startswith("device_")]) >= 10
    first = table.stdout.splitlines()[1].split()[0]
    day = person.types("devices", "--day", first, "--at", "2026-06-01T12:00:00Z")
    assert "level % over 2026-06-01" in day.stdout
    assert person.types("devices", "--day", "device_x").returncode == 2


def test_config_show_says_where_each_value_came_from(person: Person) -> None:
    (person.folder / "replaysandbox.yaml").write_text("seed: 7\n")
    shown = person.types("config", "show").stdout
    assert "seed" in shown
    assert "replaysandbox.yaml" in shown


@pytest.mark.parametrize("kind", ["fidelity", "laws"])
def test_check_finds_nothing_in_what_we_ship(person: Person, kind: str) -> None:
    done = person.types("check", "--only", kind, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("13 windows fine" if kind == "fidelity" else "laws: none broken") in done.stdout + done.stderr


def test_two_processes_with_one_seed_give_the_same_bytes(person: Person) -> None:
    curl = ("--", "curl", "-s", "https://api.amps.ai/vehicle", "-H", "x-api-key: sk_test_1")
    frozen = ("run", "--at", "2026-06-01T12:00:00Z", "--freeze")
    one, two = (person.types(*frozen, "--seed", "5", *curl).stdout for _ in range(2))
    other = person.types(*frozen, "--seed", "6", *curl).stdout
    assert json.loads(one)["success"] is True
    assert one == two
    assert one != other
