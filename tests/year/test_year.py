"""Whole fleets over whole years: seconds each, so not in the unit suite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.fidelity import fidelity_of
from replaysandbox.verify import laws_over
from tests.unit.world.made import world

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER_MS = 900_000


@pytest.mark.parametrize(
    ("scenario", "homes", "zone", "days"),
    [
        ("default", 200, None, 365),
        ("full-house", 5, "Europe/Berlin", 120),
        ("los-angeles", 15, None, 120),
        ("people", 8, "Antarctica/Troll", 120),
    ],
)
def test_a_year_breaks_no_law(scenario: str, homes: int, zone: str | None, days: int) -> None:
    made = world(scenario, homes=homes, zone=zone, start=JANUARY)
    report = laws_over(made, range(homes), JANUARY, JANUARY + timedelta(days=days), QUARTER_MS)
    assert report.findings == ()


@pytest.mark.parametrize("seed", [1, 2, 12345])
def test_ten_thousand_homes_over_a_year(seed: int) -> None:
    assert [row.why for row in fidelity_of(world(seed=seed, homes=10_000), 2026) if not row.fine] == []
