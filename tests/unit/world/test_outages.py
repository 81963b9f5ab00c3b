from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.scenario import Outage, OutageRule
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.world.outages import outage_at
from replaysandbox.world.world import World, build_world, model_of, nth, region_of, total
from tests.unit.world.made import START, profiles, world

DEVICE = DeviceRef("battery", 1)


def ruled(*rules: OutageRule, scenario: str = "default") -> World:
    return build_world(profiles(), replace(read_scenario(scenario), outages=rules), start=START)


def test_without_rules_nobody_is_cut_off() -> None:
    assert outage_at(world(), DEVICE, START) is None


@pytest.mark.parametrize(
    ("at", "since"),
    [
        ("2026-06-01T01:59:59Z", None),
        ("2026-06-01T02:00:00Z", "2026-06-01T02:00:00Z"),
        ("2026-06-01T03:59:59.999Z", "2026-06-01T02:00:00Z"),
        ("2026-06-01T04:00:00Z", None),
    ],
)
def test_daily_windows(at: str, since: str | None) -> None:
    found = outage_at(ruled(OutageRule("fallback", daily=(2, 4))), DEVICE, datetime.fromisoformat(at))
    assert found == (Outage("fallback", datetime.fromisoformat(since)) if since else None)


@pytest.mark.parametrize(("hour", "day"), [(23, 1), (0, 1), (2, 1), (4, None)])
def test_windows_over_midnight(hour: int, day: int | None) -> None:
    at = datetime(2026, 6, 1 if hour == 23 else 2, hour, 30, tzinfo=UTC)
    found = outage_at(ruled(OutageRule("offline", daily=(22, 4))), DEVICE, at)
    assert found == (Outage("offline", datetime(2026, 6, day, 22, tzinfo=UTC)) if day else None)


@pytest.mark.parametrize("hour", [0, 11, 23])
def test_a_window_may_be_the_whole_day(hour: int) -> None:
    at = datetime(2026, 6, 1, hour, 30, tzinfo=UTC)
    found = outage_at(ruled(OutageRule("offline", daily=(0, 24))), DEVICE, at)
    assert found == Outage("offline", datetime(2026, 6, 1, tzinfo=UTC))
    assert outage_at(ruled(OutageRule("offline", daily=(6, 6))), DEVICE, at) is None


def test_a_home_that_is_no_number_is_none() -> None:
    assert outage_at(ruled(OutageRule("offline", home="²")), DEVICE, START) is None


def test_from_and_until() -> None:
    start, until = START, START + timedelta(hours=2)
    rule = OutageRule("offline", start=start, until=until)
    assert outage_at(ruled(rule), DEVICE, start - timedelta(milliseconds=1)) is None
    assert outage_at(ruled(rule), DEVICE, until - timedelta(milliseconds=1)) == Outage("offline", start)
    assert outage_at(ruled(rule), DEVICE, until) is None


def test_what_has_no_beginning_does_not_move_along() -> None:
    made = ruled(OutageRule("offline"))
    found = {outage_at(made, DEVICE, START + timedelta(hours=hours)) for hours in range(48)}
    assert found == {Outage("offline", datetime(2026, 6, 1, tzinfo=UTC))}


@pytest.mark.parametrize("field", ["vendor", "family", "home", "region"])
def test_rules_narrow(field: str) -> None:
    made = world()
    value = {
        "vendor": model_of(made, DEVICE).make.upper(),
        "family": "battery",
        "home": "1",
        "region": region_of(made, 1),
    }[field]
    ruled_world = ruled(OutageRule("offline", **{field: value}))  # type: ignore[arg-type]
    assert outage_at(ruled_world, DEVICE, START)
    others = [DeviceRef("vehicle", home) for home in range(3)] + [DeviceRef("battery", 0)]
    assert any(outage_at(ruled_world, other, START) is None for other in others)


def test_a_home_may_be_named() -> None:
    made = ruled(OutageRule("offline", home="bob"), scenario="people")
    assert [outage_at(made, DeviceRef("hvac", home), START) is not None for home in range(3)] == [False, True, False]


def test_a_share_is_always_the_same_devices() -> None:
    made = build_world(
        profiles(),
        replace(read_scenario("default"), outages=(OutageRule("offline", share=0.1),)),
        start=START,
        homes=500,
    )
    hit = [
        [outage_at(made, nth(made, "battery", k), at) is not None for k in range(total(made, "battery"))]
        for at in (START, START + timedelta(days=40))
    ]
    assert hit[0] == hit[1]
    assert 25 < sum(hit[0]) < 75


def test_being_gone_outweighs_a_hiccup() -> None:
    made = ruled(OutageRule("fallback"), OutageRule("offline", daily=(11, 13)))
    assert outage_at(made, DEVICE, START) == Outage("offline", START - timedelta(hours=1))


def test_the_shipped_scenario_has_devices_in_both_states() -> None:
    made = world("offline-devices")
    kinds = {
        found.kind
        if (found := outage_at(made, DeviceRef(family, home), datetime(2026, 6, 1, hour, tzinfo=UTC)))
        else ""
        for family in ("battery", "vehicle", "hvac")
        for home in range(12)
        for hour in (3, 12, 18)
    }
    assert kinds == {"", "fallback", "offline"}
