from replaysandbox.captured_laws import Readings
from replaysandbox.core.quantities import Quantities, Quantity

SOLAR = {
    "power_w": Quantity("/kw", "kw"),
    "energy_wh": Quantity("/kwh", "kwh", step=0.1),
    "rated_w": Quantity(value=9000),
}
BATTERY = {
    "level_pct": Quantity("/level", "percent"),
    "floor_pct": Quantity(value=0),
    "ceiling_pct": Quantity(value=100),
}
ALL = Quantities(("",), "/id", "/at", {"solar_inverter": SOLAR, "battery": BATTERY})


def solar(readings: Readings, minute: int, kw: float, kwh: float, source: str = "") -> list[str]:
    body = {"id": "a", "at": f"2026-06-01T12:{minute:02}:00Z", "kw": kw, "kwh": kwh}
    return [law for law, _, _ in readings.take("solar_inverter", body, source)]


def test_a_counter_that_follows_power_breaks_nothing_and_one_that_falls_does() -> None:
    readings = Readings(ALL)
    assert solar(readings, 0, 4.0, 100.0) == []
    assert solar(readings, 15, 4.0, 101.0) == []
    assert solar(readings, 30, 4.0, 101.9) == [], "a digit of 0.1 kWh hides so much"
    assert solar(readings, 45, 4.0, 90.0) == ["counter never falls", "counter follows power"]
    assert solar(readings, 50, -4.0, 90.0, "other") == ["power within the rating, never negative"]
    assert readings.held == 5


def test_a_law_that_the_api_tells_too_little_for_is_named_and_says_nothing() -> None:
    readings = Readings(ALL)
    body = {"id": "b", "at": "2026-06-01T12:00:00Z", "level": 101}
    assert [law for law, _, _ in readings.take("battery", body)] == ["level within 0 and 100 %"]
    assert ("battery", "power within the rating") in readings.silent
