import pytest

from replaysandbox.scaffold.device_words import StateHole, said_of


@pytest.mark.parametrize(
    ("name", "schema", "expression"),
    [
        ("manufacturer", {"type": "string"}, "device.model.make"),
        ("model_year", {"type": "integer"}, "device.model.year"),
        ("latitude", {"type": "number"}, "device.place.latitude_deg"),
        ("isOnline", {"type": "boolean"}, "device.online"),
        ("lastSeenAt", {"type": "string", "format": "date-time"}, "device.pulled_at | iso_ms"),
    ],
)
def test_what_every_device_has(name: str, schema: dict, expression: str) -> None:
    hole = said_of("vehicle", name, schema)
    assert hole is not None
    assert hole.expression == expression


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("make", {"type": "string", "enum": ["A"]}),
        ("make", {"type": "string", "maxLength": 3}),
        ("createdAt", {"type": "string", "format": "date-time"}),
        ("updatedAt", {"type": "string"}),
        ("state", {"type": "string"}),
        ("online", {"type": "boolean", "const": True}),
    ],
)
def test_what_is_bound_is_left_alone(name: str, schema: dict) -> None:
    assert said_of("battery", name, schema) is None


def test_states_are_told_by_the_words_of_their_enumeration() -> None:
    full = said_of("battery", "chargingState", {"type": "string", "enum": ["CHARGE", "DISCHARGE", "STANDBY", "FAULT"]})
    assert isinstance(full, StateHole)
    assert full.words == {"charging": "CHARGE", "discharging": "DISCHARGE", "idle": "STANDBY"}
    most = said_of("battery", "state", {"type": "string", "enum": ["charging", "idle"]})
    assert isinstance(most, StateHole)
    assert (most.words, most.confidence) == ({"charging": "charging", "idle": "idle", "*": "charging"}, "medium")
    assert said_of("battery", "state", {"type": "string", "enum": ["new", "old"]}) is None
