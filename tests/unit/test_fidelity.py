from __future__ import annotations

from dataclasses import replace

import pytest

from replaysandbox.core.profile import Profiles
from replaysandbox.fidelity import fidelity_of
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.world.world import World, build_world
from tests.unit.world.made import START, profiles, world


def off(made: World) -> set[tuple[str, str]]:
    return {(row.family, row.window) for row in fidelity_of(made, 2026, every_days=200) if not row.fine}


def changed(**families: object) -> World:
    shaped: Profiles = replace(profiles(), **families)  # type: ignore[arg-type]
    return build_world(shaped, read_scenario("default"), start=START, homes=300)


@pytest.mark.slow
def test_the_fleet_lives_the_published_day() -> None:
    rows = fidelity_of(world(homes=800), 2026, every_days=200)
    assert [(row.family, row.window) for row in rows] == [
        ("battery", "06-09"),
        ("battery", "09-15"),
        ("battery", "15-21"),
        ("battery", "21-06"),
        ("vehicle", "06-09"),
        ("vehicle", "09-17"),
        ("vehicle", "17-21"),
        ("vehicle", "21-06"),
        ("solar_inverter", "18-06"),
        ("solar_inverter", "06-09"),
        ("solar_inverter", "09-15"),
        ("solar_inverter", "15-18"),
        ("solar_inverter", "months"),
    ]
    assert [row.why for row in rows if not row.fine] == []


@pytest.mark.slow
def test_a_curve_elsewhere_is_told() -> None:
    battery = replace(profiles().battery, curve=((6, 70), (9, 60), (15, 92), (21, 30)))
    assert {("battery", "06-09"), ("battery", "09-15")} <= off(changed(battery=battery))


@pytest.mark.slow
def test_cars_that_stay_away_are_told() -> None:
    shipped = profiles().vehicle
    vehicle = replace(
        shipped, habits=replace(shipped.habits, home_early_mean=0.9, home_early_spread=0.1, day_plug_share=0.5)
    )
    assert {("vehicle", "09-17"), ("vehicle", "17-21")} <= off(changed(vehicle=vehicle))


@pytest.mark.slow
def test_nights_out_are_told() -> None:
    shipped = profiles().vehicle
    vehicle = replace(shipped, habits=replace(shipped.habits, night_out_share=0.3))
    assert ("vehicle", "21-06") in off(changed(vehicle=vehicle))


@pytest.mark.slow
def test_a_sun_that_knows_no_winter_is_told() -> None:
    sun = replace(profiles().solar_inverter, months=(1.0,) * 12)
    assert ("solar_inverter", "months") in off(changed(solar_inverter=sun))


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "scenario"), [("Australia/Lord_Howe", "default"), (None, "los-angeles")])
def test_windows_are_read_at_the_hours_devices_live_by(zone: str | None, scenario: str) -> None:
    rows = fidelity_of(world(scenario, homes=300, zone=zone), 2026, every_days=150)
    assert [row.why for row in rows if not row.fine] == []
