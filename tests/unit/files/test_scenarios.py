from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.scenario import NamedHome, OutageRule, Place
from replaysandbox.files.scenarios import read_scenario, scenario_files
from replaysandbox.world.world import build_world
from tests.unit.world.made import START, profiles

HEAD = "format: 1\ntitle: T\nfamilies: {battery: 1}\n"


def told(tmp_path: Path, text: str) -> str:
    (tmp_path / "mine.yaml").write_text(HEAD + text, "utf-8")
    with pytest.raises(SandboxError) as caught:
        read_scenario("mine", [tmp_path])
    return str(caught.value)


def test_what_issue_2_names_is_shipped() -> None:
    assert {"default", "winter", "full-house", "offline-devices", "people"} <= {*scenario_files()}


@pytest.mark.parametrize("name", scenario_files())
def test_each_shipped_scenario_makes_a_world(name: str) -> None:
    scenario = read_scenario(name)
    assert (scenario.name, scenario.homes) == (name, max(scenario.homes, 1))
    assert scenario.title
    assert scenario.description
    assert build_world(profiles(), scenario, start=START).homes == scenario.homes


def test_default_is_one_of_each_a_home() -> None:
    assert read_scenario("default").families == {
        "battery": 1,
        "ev_charger": 1,
        "hvac": 1,
        "solar_inverter": 1,
        "vehicle": 1,
    }


def test_a_scenario_of_ones_own_wins_and_says_all_it_can(tmp_path: Path) -> None:
    text = """homes:
  - name: ann
    battery: {level_pct: 12}
    vehicle: {level_pct: 80.5}
  - name: ben
seed: 7
clock: {at: "2026-01-15T07:00:00+01:00", world_at: "12:00", zone: Europe/Berlin}
place: {name: Oslo, latitude_deg: 59.9, longitude_deg: 10.7}
outages:
  - {kind: offline, vendor: Tesla, share: 0.5, from: "2026-01-15T08:00:00Z", until: "2026-01-16T00:00:00Z"}
  - {kind: fallback, home: ann, region: 3, daily: [22, 4]}
"""
    (tmp_path / "default.yaml").write_text(HEAD + text, "utf-8")
    scenario = read_scenario("default", [tmp_path])
    assert scenario.named == (NamedHome("ann", {"battery": 12, "vehicle": 80.5}), NamedHome("ben", {}))
    assert (scenario.homes, scenario.seed) == (2, 7)
    assert scenario.clock.at == datetime(2026, 1, 15, 6, tzinfo=UTC)
    assert scenario.place == Place("Oslo", 59.9, 10.7)
    first, second = scenario.outages
    assert first == OutageRule(
        "offline",
        vendor="Tesla",
        share=0.5,
        start=datetime(2026, 1, 15, 8, tzinfo=UTC),
        until=datetime(2026, 1, 16, tzinfo=UTC),
    )
    assert second == OutageRule("fallback", home="ann", region=3, daily=(22, 4))
    assert read_scenario(str(tmp_path / "default.yaml")) == scenario


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("home: 3\n", "did you mean 'homes'"),
        ("homes: 0\n", "mine.yaml:4"),
        ("homes: [{name: ann}, {name: ann}]\n", "two homes are named 'ann'"),
        ("homes: [{name: ann, battery: {level: 3}}]\n", "level"),
        ('clock: {at: "yesterday"}\n', "clock.at"),
        ('clock: {at: "2026-02-30T00:00:00Z"}\n', "clock.at"),
        ("clock: {zone: Mars/Olympus}\n", "clock.zone"),
        ("place: {name: x, latitude_deg: 91, longitude_deg: 0}\n", "place.latitude_deg"),
        ("outages: [{kind: gone}]\n", "outages.0.kind"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, words: str) -> None:
    problem = told(tmp_path, text)
    assert words in problem
    assert "mine.yaml:" in problem


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SandboxError, match="did you mean 'winter'"):
        read_scenario("wintr")
