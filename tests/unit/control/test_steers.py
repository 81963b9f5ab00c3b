import pytest

from replaysandbox.control.steers import steers_from_json


def test_what_a_hand_may_do() -> None:
    assert steers_from_json("battery", {"set": {"level_pct": 12}}) == [("set", {"level_pct": 12.0})]
    assert steers_from_json("vehicle", {"pin": {"level_pct": 12}}) == [("pin", {"level_pct": 12.0})]
    assert steers_from_json("hvac", {"set": {"room_c": -5}}) == [("set", {"room_c": -5.0})]
    for nothing in (None, {"level_pct": None}):
        assert steers_from_json("battery", {"pin": nothing}) == [("unpin", {})]
    both = {"online": False, "set": {"level_pct": 0}}
    assert steers_from_json("battery", both) == [("offline", {}), ("set", {"level_pct": 0.0})]
    assert steers_from_json("solar_inverter", {"online": True}) == [("online", {})]


@pytest.mark.parametrize(
    ("family", "body", "told"),
    [
        ("battery", {}, "nothing to do; this path takes: set, pin, online"),
        ("battery", {"level": 1}, "unknown member 'level'"),
        ("battery", {"online": 1}, "online takes true or false"),
        ("battery", {"set": None}, "set takes an object of: level_pct"),
        ("battery", {"set": {}}, "set takes an object"),
        ("battery", {"set": {"room_c": 20}}, "a battery has no room_c to set; it has: level_pct"),
        ("battery", {"set": {"level_pct": None}}, "set.level_pct takes a number from 0 to 100"),
        ("battery", {"set": {"level_pct": True}}, "set.level_pct takes a number"),
        ("battery", {"pin": {"level_pct": 101}}, "pin.level_pct takes a number from 0 to 100"),
        ("hvac", {"pin": {"room_c": 51}}, "pin.room_c takes a number from -10 to 50"),
        ("solar_inverter", {"set": {"level_pct": 1}}, "nothing of a device of the family solar_inverter"),
        ("ev_charger", {"set": {"level_pct": 1}}, "set or pin the vehicle of the same home and slot"),
    ],
)
def test_what_it_may_not_is_said(family: str, body: dict[str, object], told: str) -> None:
    found = steers_from_json(family, body)
    assert isinstance(found, str)
    assert told in found
