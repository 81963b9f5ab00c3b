import pytest

from replaysandbox.render.environment import Environment
from replaysandbox.scaffold.meanings import meaning_of
from replaysandbox.scaffold.quantity_words import MEANINGS, UNITS, UNITS_IN_NAMES

NUMBER = {"type": "number"}


@pytest.mark.parametrize(
    ("family", "name", "schema", "expression"),
    [
        ("battery", "batteryLevel", {**NUMBER, "minimum": 0, "maximum": 100}, "device.reading.level_pct"),
        ("battery", "soc", {**NUMBER, "minimum": 0, "maximum": 1}, "device.reading.level_pct / 100"),
        ("battery", "level_pct", {"type": "integer"}, "device.reading.level_pct | round"),
        ("battery", "powerKw", NUMBER, "(0 - device.reading.power_w) | kw"),
        ("battery", "power", {**NUMBER, "description": "in W", "minimum": 0}, "(0 - device.reading.power_w) | abs"),
        ("battery", "capacity_kwh", {"type": ["number", "null"]}, "device.model.capacity_wh | kwh"),
        ("vehicle", "rangeMiles", {"type": "integer"}, "device.reading.range_km | miles | round"),
        ("vehicle", "isPluggedIn", {"type": "boolean"}, "device.reading.plugged"),
        ("hvac", "temperature", {**NUMBER, "description": "Room, °F"}, "device.reading.room_c | fahrenheit"),
        ("ev_charger", "maxCurrent", {**NUMBER, "x-unit": "A"}, "device.reading.max_current_a"),
    ],
)
def test_name_unit_and_range_together_say_it(family: str, name: str, schema: dict, expression: str) -> None:
    hole = meaning_of(family, name, schema)
    assert hole is not None
    assert hole.expression == expression
    assert hole.confidence in ("high", "medium")


@pytest.mark.parametrize(
    ("family", "name", "schema"),
    [
        ("battery", "power", NUMBER),  # of what unit?
        ("battery", "batteryLevel", {**NUMBER, "maximum": 5}),
        ("battery", "batteryLevel", {"type": "string"}),
        ("battery", "batteryLevel", {**NUMBER, "enum": [1, 2]}),
        ("battery", "powerKw", {**NUMBER, "maximum": 3}),
        ("battery", "moonPhasePct", NUMBER),
        ("tree", "level", NUMBER),
    ],
)
def test_what_speaks_against_it_counts(family: str, name: str, schema: dict) -> None:
    assert meaning_of(family, name, schema) is None


def test_values_that_were_seen_count_too() -> None:
    seen = {**NUMBER, "x-observed": {"minimum": 12, "maximum": 93}}
    level = meaning_of("battery", "soc", seen)
    assert level is not None
    assert (level.expression, level.confidence) == ("device.reading.level_pct", "high")
    power = meaning_of("battery", "power", {**NUMBER, "x-observed": {"minimum": -3, "maximum": 4}})
    assert power is not None
    assert power.confidence == "low"
    assert meaning_of("battery", "soc", {**NUMBER, "x-observed": {"minimum": 0, "maximum": 700}}) is None


def test_every_expression_is_one_that_templates_take() -> None:
    environment = Environment({})
    for family, meanings in MEANINGS.items():
        for meaning in meanings:
            for suffix, _ in UNITS[meaning.kind].values() or [("", 1.0)]:
                environment.from_string(f"{{{{ {meaning.expression}{suffix} }}}}")
            assert meaning.low < meaning.high, (family, meaning)
    assert set(UNITS_IN_NAMES.values()) <= {unit for units in UNITS.values() for unit in units}
