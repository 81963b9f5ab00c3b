from typing import Any

from replaysandbox.core.ids import IdStyle
from replaysandbox.scaffold.bodies import promise_of
from replaysandbox.scaffold.devices import DeviceFiller, about_of, id_style
from tests.unit.scaffold.contracts import contract, get, sunny


def style_for(schema: dict[str, Any]) -> IdStyle:
    parameters = [{"in": "path", "name": "x", "required": True, "schema": schema}]
    made = contract({"/cars/{x}": get({}, parameters=parameters)})
    return id_style(promise_of(made), made)


def pattern(text: str) -> IdStyle:
    return IdStyle("pattern", pattern=text)


def test_ids_look_as_the_path_takes_them() -> None:
    assert style_for({"type": "string", "format": "uuid"}).kind == "uuid"
    assert style_for({"type": "integer", "format": "int64"}) == IdStyle("digits", "", 16)
    assert style_for({"type": "integer", "maximum": 2147483647}) == pattern("[1-9][0-9]{8}")
    assert style_for({"type": "string", "pattern": "^[A-Za-z0-9]{17}$"}) == pattern("[A-Za-z0-9]{17}")
    assert style_for({"type": "string", "pattern": "^EH[0-9]{6}$"}) == pattern("EH[0-9]{6}")
    assert style_for({"type": "string", "pattern": "^[A-Z]$"}).kind == "base62"
    assert style_for({"type": "string"}).kind == "base62"
    assert style_for({"enum": ["only this"]}).kind == "base62"


def test_ids_look_as_an_example_does() -> None:
    assert style_for({"type": "string", "pattern": "^[0-9]+$", "example": "12345678"}) == pattern("[1-9][0-9]{7}")
    assert style_for({"type": "string", "example": "0012345678"}) == pattern("[0-9]{10}")
    assert style_for({"type": "string", "example": "EH123456"}) == pattern("EH[1-9][0-9]{5}")
    assert style_for({"type": "string", "example": "a1b2c3d4"}) == pattern("[0-9a-f]{8}")
    assert style_for({"type": "string", "example": "car_Ab3dEf8h"}) == pattern("car_[0-9A-Za-z]{8}")
    assert style_for({"type": "string", "example": "car_Ab3dEf8hK"}) == IdStyle("base62", "car_", 9)


def test_properties_of_a_device_are_filled_by_what_they_say() -> None:
    filler = DeviceFiller("battery", IdStyle("uuid"), {})
    state = {"type": "string", "enum": ["CHARGING", "DISCHARGING", "IDLE"]}
    text = {"type": "string"}
    assert filler("batteryId", text, "device") is not None
    assert filler("carId", text, "device") is None
    assert filler("id", {"type": "integer"}, "device") is None  # a uuid is no number
    assert filler("id", text, "part") is None
    hole = filler("state", state, "part")
    assert hole is not None
    assert hole.expression == 'device.reading.status | mapped("battery_state")'
    other = filler("state", {"type": "string", "enum": ["charge", "discharge", "idle"]}, "part")
    assert other is not None
    assert "battery_state_2" in other.expression
    assert filler.tables.keys() == {"battery_state", "battery_state_2"}
    total = filler("totalCount", {"type": "integer"}, "page")
    assert total is not None
    assert total.expression == "page.total"
    assert filler("level", {"type": "integer"}, "page") is None


def test_what_is_doubtful_is_named_and_not_filled() -> None:
    filler = DeviceFiller("battery", IdStyle("uuid"), {})
    assert filler("power", {"type": "number", "x-observed": {"minimum": 0, "maximum": 3}}, "device") is None
    assert filler.doubts[0].startswith("power may be (0 - device.reading.power_w)")


def test_operations_say_which_devices_they_are_about() -> None:
    found = {each.name: about_of(each) for each in sunny().calls}
    assert found["listBatteries"] is not None
    assert found["listBatteries"].position == -1
    assert found["report"] is None
