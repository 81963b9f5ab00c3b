from datetime import UTC, datetime

from replaysandbox.core.quantities import Quantities, Quantity, devices_in, instant_of, measured, name_of

BATTERY = {
    "level_pct": Quantity("/state/level", "percent"),
    "power_w": Quantity("/state/rate", "kw", flip=True),
    "floor_pct": Quantity(value=5.0),
    "plugged": Quantity("/state/plugged"),
}
ALL = Quantities(("/data", "/data/items/*"), "/id", "/at", {"battery": BATTERY})
ONE = {"id": "a", "at": "2026-06-01T02:00:00+02:00", "state": {"level": 50, "rate": 2.5, "plugged": True}}


def test_devices_are_found_alone_and_in_lists() -> None:
    assert list(devices_in(ALL, {"data": ONE})) == [ONE]
    assert list(devices_in(ALL, {"data": {"items": [ONE, {"no": "id"}, ONE]}})) == [ONE, ONE]
    assert list(devices_in(ALL, {"data": None})) == list(devices_in(ALL, [])) == []


def test_values_come_by_our_names_units_and_signs() -> None:
    assert measured(ALL, "battery", ONE) == {"level_pct": 50, "power_w": -2500, "floor_pct": 5.0, "plugged": True}
    assert measured(ALL, "battery", {"state": {"level": "50"}}) == {"floor_pct": 5.0}
    assert measured(ALL, "meter", ONE) == {}


def test_an_instant_has_a_zone() -> None:
    assert name_of(ALL, ONE) == "a"
    assert instant_of(ALL, ONE) == datetime(2026, 6, 1, tzinfo=UTC)
    for bad in ("2026-06-01T00:00:00", "yesterday", 7):
        assert instant_of(ALL, {"at": bad}) is None
