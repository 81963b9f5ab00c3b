from replaysandbox.core.device import DeviceRef
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.session import Session
from replaysandbox.operations.call import Call
from replaysandbox.operations.view import bounds, outage_of, view_action, view_device
from tests.unit.core.actions import after, make_action
from tests.unit.worlds import AT, amps

PACK, WORLD = amps().packs["amps"], amps().world
BATTERY = DeviceRef("battery", 0)


def call(*rules: FaultRule) -> Call:
    return Call(PACK, PACK.routes[0], {}, {}, None, WORLD, Session(rules=rules), AT)


def test_a_device_shows_its_commands_with_its_own_bounds() -> None:
    view, outage, hits = view_device(call(), BATTERY)
    assert (view.online, view.pulled_at, outage, hits) == (True, AT, None, ())
    power = view.commands["charge"]["parameters"]["power"]
    assert power == {"unit": "kw", "min": 0, "max": view.model.max_charge_w / 1000}
    assert view.settings["discharge_floor"] == {"value": 10, "unit": "percent", "min": 0, "max": 100}
    assert "export_limit" not in view.settings
    assert view.last_action is None


def test_a_fault_takes_a_device_offline_and_its_values_stay() -> None:
    rule = FaultRule("r", "offline", family="battery", start=after(hours=-2), arguments={"kind": "fallback"})
    view, outage, hits = view_device(call(rule), BATTERY)
    assert (view.online, view.pulled_at, hits) == (False, after(hours=-2), (rule,))
    assert outage_of(call(rule), BATTERY)[0] == outage
    assert outage_of(call(rule), DeviceRef("vehicle", 0)) == (None, ())


def test_a_parameter_is_bounded_by_a_number_or_a_rating() -> None:
    command = PACK.controls["battery"].commands["charge"]
    model = view_device(call(), BATTERY)[0].model
    assert bounds(command.parameters["target"], model) == (10, 100)
    assert bounds(command.parameters["power"], model) == (0, model.max_charge_w / 1000)


def test_an_action_shows_only_what_has_happened() -> None:
    action = make_action(start=after(hours=1))
    early, late = (view_action(PACK, WORLD, action, at) for at in (AT, after(hours=1, seconds=4)))
    assert (early.stage, early.acknowledged, early.ended) == ("scheduled", None, None)
    assert (late.stage, late.acknowledged, late.ended) == (
        "completed",
        after(hours=1, seconds=1),
        after(hours=1, seconds=4),
    )
