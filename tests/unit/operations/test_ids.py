from replaysandbox.core.command_log import CommandLog, with_action
from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.ids import action_id, device_id, find_action, find_device, find_home, user_id
from tests.unit.core.actions import AT, after, make_action
from tests.unit.worlds import amps

PACK, WORLD = amps().packs["amps"], amps().world


def test_devices_and_people_are_found_by_the_ids_they_are_given() -> None:
    device = DeviceRef("battery", 2)
    text = device_id(PACK, WORLD, device)
    assert text.startswith("device_")
    assert find_device(PACK, WORLD, "battery", text) == device
    assert find_device(PACK, WORLD, "vehicle", text) is None
    assert find_device(PACK, WORLD, "battery", text + "0") is None
    assert find_home(PACK, WORLD, user_id(PACK, WORLD, 1)) == 1
    assert find_home(PACK, WORLD, "user_nobody") is None


def test_an_action_is_found_by_its_own_api_from_its_acceptance_on() -> None:
    action = make_action(7)
    log = with_action(CommandLog(), action)
    text = action_id(PACK, action)
    assert text.startswith("act_")
    assert find_action(PACK, log, text, AT) == action
    assert find_action(PACK, log, text, after(seconds=-1)) is None
    assert find_action(PACK, CommandLog(), text, AT) is None
    other = with_action(CommandLog(), make_action(7, pack="other"))
    assert find_action(PACK, other, text, AT) is None


def test_an_action_is_not_found_among_those_of_another_family() -> None:
    pack = amps().packs["amps"]
    log = with_action(CommandLog(), make_action(1))
    text = action_id(pack, log.actions[1])
    assert find_action(pack, log, text, after(hours=1), "battery") is log.actions[1]
    assert find_action(pack, log, text, after(hours=1), "vehicle") is None
