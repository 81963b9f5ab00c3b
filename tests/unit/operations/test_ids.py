from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.command_log import CommandLog, with_action
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.ids import IdStyle, numbers
from replaysandbox.files.pack_ids import read_id
from replaysandbox.operations.ids import (
    action_id,
    device_id,
    find_action,
    find_device,
    find_home,
    find_home_by_id,
    home_id,
    homes_apart,
    homes_of_devices,
    user_id,
)
from replaysandbox.world.world import NUMBERS_PER_HOME, World, home_devices
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


SHORT = (
    {"pattern": "EH[0-9]{6}"},
    {"pattern": "[0-9a-f]{5}"},
    {"kind": "digits", "length": 5},
    {"kind": "hex", "prefix": "S.", "length": 4},
)


def fleet(style: IdStyle) -> World:
    """Make a world of as many homes as ids of a style tell apart."""
    return replace(amps("people").world, homes=homes_of_devices(style) or 10**12)


@pytest.mark.parametrize("words", SHORT)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_short_ids_tell_each_device_of_as_many_homes_as_they_have_room_for(
    words: dict[str, object], data: st.DataObject
) -> None:
    style = read_id(words)
    pack, world = replace(PACK, ids={**PACK.ids, "device": style}), fleet(style)
    home = data.draw(st.integers(0, world.homes - 1))
    for family in ("battery", "vehicle"):
        for device in home_devices(world, home, family):
            assert find_device(pack, world, family, device_id(pack, world, device)) == device


@pytest.mark.parametrize("words", SHORT)
def test_a_short_id_of_no_home_is_no_device(words: dict[str, object]) -> None:
    style = read_id(words)
    pack, all_homes = replace(PACK, ids={**PACK.ids, "device": style}), fleet(style)
    few = replace(all_homes, homes=40)
    last = all_homes.homes - len(all_homes.scenario.named) - 1
    (battery, *_) = home_devices(all_homes, last, "battery")
    assert find_device(pack, few, "battery", device_id(pack, all_homes, battery)) is None
    assert find_device(pack, few, "battery", device_id(pack, few, home_devices(few, 39, "battery")[0])) is not None


def test_homes_without_a_name_keep_their_short_ids_in_every_scenario() -> None:
    pack = replace(PACK, ids={**PACK.ids, "home": read_id({"kind": "digits", "length": 7}, "home")})
    people = replace(amps("people").world, homes=100)
    named = len(people.scenario.named)
    assert named
    assert [home_id(pack, WORLD, home) for home in range(3)] == [
        home_id(pack, people, named + home) for home in range(3)
    ]
    ids = [home_id(pack, people, home) for home in range(people.homes)]
    assert len({*ids}) == people.homes
    assert [find_home_by_id(pack, people, text) for text in ids] == [*range(people.homes)]


def test_a_style_says_how_many_homes_it_tells_apart() -> None:
    short = IdStyle("pattern", pattern="EH[0-9]{6}")
    assert (homes_of_devices(short), homes_apart(short)) == (10**6 // NUMBERS_PER_HOME, 10**6)
    assert homes_of_devices(IdStyle("uuid")) is homes_apart(IdStyle("base62", "", 8)) is None
    assert numbers(IdStyle("pattern", pattern="[0-9a-f]{32}")) > 10**12
    assert homes_of_devices(IdStyle("pattern", pattern="[0-9a-f]{32}")) is None
