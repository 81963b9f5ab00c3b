from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.files.scenarios import read_scenario
from replaysandbox.verify import MOST_FINDINGS, laws_over
from replaysandbox.world.world import World, build_world
from tests.unit.world.made import profiles, world

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER_MS = 900_000


def test_a_day_of_some_homes_breaks_no_law() -> None:
    report = laws_over(world(), (0, 1, 2), JANUARY, JANUARY + timedelta(days=1), QUARTER_MS)
    assert (report.findings, report.found) == ((), 0)
    assert report.readings == 3 * 6 * 1441


@pytest.mark.slow
def test_a_broken_catalogue_is_found_and_the_rest_only_counted() -> None:
    shipped = profiles()
    weak = tuple(replace(model, max_discharge_w=300.0) for model in shipped.battery.models)
    broken = replace(shipped, battery=replace(shipped.battery, models=weak))
    made: World = build_world(broken, read_scenario("default"), start=JANUARY, homes=30)
    report = laws_over(made, range(30), JANUARY, JANUARY + timedelta(days=1), QUARTER_MS)
    assert {(each.family, each.law) for each in report.findings} == {("battery", "power within the rating")}
    assert len(report.findings) == MOST_FINDINGS < report.found
    first = report.findings[0]
    assert first.at.tzinfo is UTC or first.at.utcoffset() == timedelta(0)
    assert JANUARY <= first.at <= JANUARY + timedelta(days=1)


def test_homes_are_named_by_their_position() -> None:
    shipped = profiles()
    weak = tuple(replace(model, rated_w=1.0) for model in shipped.ev_charger.models)
    broken = replace(shipped, ev_charger=replace(shipped.ev_charger, models=weak))
    made = build_world(broken, read_scenario("full-house"), start=JANUARY)
    report = laws_over(made, (4,), JANUARY + timedelta(hours=1), JANUARY + timedelta(hours=2), QUARTER_MS)
    assert {each.home for each in report.findings} <= {4}
