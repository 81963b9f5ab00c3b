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
