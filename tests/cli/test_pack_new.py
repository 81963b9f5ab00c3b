"""`pack new` as a person types it: what it says, what it writes, and that it works as it comes out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Person

pytestmark = pytest.mark.slow

SUNNY = Path(__file__).parents[1] / "data" / "specs" / "sunny" / "sunny.yaml"


def test_a_specification_becomes_a_pack_that_answers(person: Person) -> None:
    ran = person.types("pack", "new", "sunny", "--openapi", str(SUNNY))
    assert ran.returncode == 0, ran.stderr
    assert "6 routes for 6 operations, hosts api.sunny.example" in ran.stderr
    assert "battery 2, vehicle 1; " in ran.stderr
    commands = re.findall(r"(?:next +| +)replaysandbox (.*)", ran.stderr)
    assert [each.split()[0] for each in commands] == ["pack", "check", "run"]
    checked = person.types("pack", "check", "sandbox/packs/sunny")
    assert "fine: 6 routes" in checked.stdout
    held = person.types("check", "sunny", "--only", "contract")
    assert held.returncode == 0, held.stdout + held.stderr
    called = person.types(
        *("run", "--pack", "sunny", "--", "curl", "-sS", "-H", "X-Sunny-Key: sk_test_demo"),
        "https://api.sunny.example/v2/batteries?limit=2",
    )
    assert called.returncode == 0, called.stderr
    body = json.loads(called.stdout)
    assert len(body["items"]) == 2
    assert body["total"] == 3
    assert 0 < body["items"][0]["batteryLevel"] <= 100
    assert body["items"][0]["state"] in ("CHARGING", "DISCHARGING", "IDLE")


def test_nothing_is_written_over_and_mistakes_are_told(person: Person) -> None:
    (person.folder / "mine").mkdir()
    (person.folder / "mine" / "notes.txt").write_text("mine")
    for arguments, told in (
        (("sunny", "--openapi", str(SUNNY), "-o", "mine"), "mine: is there already; nothing was written"),
        (("Sunny Home", "--openapi", str(SUNNY)), "is no name for a folder"),
    ):
        ran = person.types("pack", "new", *arguments)
        assert ran.returncode == 2, ran.stderr
        assert told in ran.stderr
    (person.folder / "bad.yaml").write_text("openapi: 3.1.0\na:\n  $ref: https://evil.test/x\n")
    ran = person.types("pack", "new", "bad", "--openapi", "bad.yaml")
    assert ran.returncode == 2
    assert "bad.yaml:3" in ran.stderr
    assert "leads to another machine" in ran.stderr
    assert not (person.folder / "sandbox").exists()


def test_a_pack_may_be_put_elsewhere(person: Person) -> None:
    ran = person.types("pack", "new", "sunny", "--openapi", str(SUNNY), "-o", "elsewhere/sunny")
    assert ran.returncode == 0, ran.stderr
    assert "--pack-dir elsewhere/sunny" in ran.stderr
    assert "sunny" in person.types("pack", "list", "--pack-dir", "elsewhere/sunny").stdout


def test_a_capture_becomes_a_pack_that_answers(person: Person) -> None:
    def entry(path: str, body: object) -> dict:
        key = [{"name": "X-Api-Key", "value": "hunter2Secret99"}]
        content = {"text": json.dumps(body), "mimeType": "application/json"}
        head = [{"name": "Content-Type", "value": "application/json"}]
        return {
            "startedDateTime": "2026-06-01T12:00:00Z",
            "request": {"method": "GET", "url": f"https://api.home.example{path}", "headers": key},
            "response": {"status": 200, "headers": head, "content": content},
        }

    cars = [{"id": "car_12ab34cd9", "batteryLevel": 71, "isCharging": True, "rangeKm": 200.5}]
    entries = [entry("/v1/vehicles", {"vehicles": cars}), entry("/v1/vehicles/car_12ab34cd9", cars[0])]
    (person.folder / "a.har").write_text(json.dumps({"log": {"entries": entries}}))
    ran = person.types("pack", "new", "home", "--capture", "a.har")
    assert ran.returncode == 0, ran.stderr
    assert "vehicle 2; " in ran.stderr
    held = person.types("check", "home", "--only", "contract")
    assert held.returncode == 0, held.stdout + held.stderr
    called = person.types(
        *("run", "--pack", "home", "--", "curl", "-sS", "-H", "X-Api-Key: sk_test_demo"),
        "https://api.home.example/v1/vehicles",
    )
    assert called.returncode == 0, called.stderr
    assert len(json.loads(called.stdout)["vehicles"]) == 3
    assert "hunter2Secret99" not in "".join(
        each.read_text() for each in (person.folder / "sandbox" / "packs").rglob("*") if each.is_file()
    )


def test_one_of_the_two_has_to_be_given(person: Person) -> None:
    ran = person.types("pack", "new", "home")
    assert ran.returncode == 2
    assert "give one of --openapi FILE and --capture FILE" in ran.stderr
