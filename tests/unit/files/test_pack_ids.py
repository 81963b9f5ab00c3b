from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.device import SLOTS, DeviceRef
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.ids import NUMBER_BITS, IdStyle
from replaysandbox.files.pack_ids import ID_BITS, fleet_problems, read_id
from replaysandbox.files.packs import read_pack
from replaysandbox.world.world import HOMES_LIMIT, home_key, number_of_device
from tests.unit.files.pack_text import PACK, write_pack
from tests.unit.worlds import amps

IDS = "ids: {device: {kind: digits, length: 16}}"


def problems(tmp_path: Path, text: str) -> list[Problem]:
    assert IDS in PACK
    with pytest.raises(SandboxError) as raised:
        read_pack(write_pack(tmp_path / "mine", PACK.replace(IDS, text)))
    return list(raised.value.problems)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('ids: {device: {pattern: "EH[0-9]+"}}', "ids.device.pattern", "'+' at character 8 is no character"),
        ("ids: {device: {kind: digits, length: 1}}", "ids.device.length", "are 9 ids, too few for the devices of one"),
        (f'{IDS[:-1]}, action: {{pattern: "a[0-9]{{3}}"}}}}', "ids.action.pattern", "are 1000 ids, which is too few"),
        (
            f'{IDS}\nother_ids: {{battery: {{serial: {{pattern: "S[01]"}}}}}}',
            "other_ids.battery.serial.pattern",
            "are 2 ids, too few",
        ),
        (
            f"{IDS}\ncollections: {{notes: {{id: {{kind: digits, length: 2}}}}}}",
            "collections.notes.id.length",
            "are 90 ids, which is too few",
        ),
        ("ids: {device: {kind: hex, prefix: a/b, length: 8}}", "ids.device.length", "'/' cannot be in an id"),
        ("ids: {device: {}}", "ids.device", "the key 'kind' is missing"),
        ('ids: {device: {pattern: "[0-9]{9}", prefix: a}}', "ids.device", "has too many properties"),
    ],
)
def test_what_is_no_id_or_tells_nothing_apart_is_told_at_its_line(
    tmp_path: Path, text: str, key: str, reason: str
) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.key == key
    assert reason in problem.reason
    assert problem.line in (5, 6)


def test_any_length_will_do(tmp_path: Path) -> None:
    text = (
        'ids: {device: {pattern: "EH[0-9]{6}"}, home: {kind: digits, length: 7}, user: {kind: uuid},'
        " request: {kind: hex, length: 4}, action: {kind: digits, length: 5}, cursor: {kind: base62, length: 3}}"
        "\nother_ids: {vehicle: {vin: {kind: vin, prefix: WVW}}}\ncollections: {notes: {}}"
    )
    pack = read_pack(write_pack(tmp_path / "mine", PACK.replace(IDS, text)))
    assert pack.ids["home"] == IdStyle("pattern", pattern="[1-9][0-9]{6}")
    assert pack.other_ids["vehicle"]["vin"] == IdStyle("vin", "WVW")
    assert pack.collections["notes"] == IdStyle()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({"kind": "digits", "length": 16}, "device"),
        ({"kind": "hex", "length": 12}, "home"),
        ({"kind": "base62", "prefix": "req_", "length": 8}, "request"),
        ({"kind": "base62", "length": 19}, "action"),
        ({"kind": "uuid"}, "device"),
    ],
)
def test_what_holds_every_number_is_taken_as_it_is(words: dict[str, Any], names: str) -> None:
    assert read_id(words, names) == IdStyle(**words)


def test_more_homes_than_the_ids_tell_apart_are_refused(tmp_path: Path) -> None:
    text = 'ids: {device: {pattern: "EH[0-9]{6}"}, home: {kind: digits, length: 4}, cursor: {kind: digits, length: 4}}'
    pack = read_pack(write_pack(tmp_path / "mine", PACK.replace(IDS, text)))
    assert fleet_problems([pack], 1125) == []
    found = {problem.key: problem for problem in fleet_problems([pack], 15626)}
    assert {key: problem.line for key, problem in found.items()} == dict.fromkeys(
        ("ids.device", "ids.home", "ids.cursor"), 5
    )
    assert found["ids.device"].reason == "these ids tell 15625 homes apart, and 15626 are asked for"
    assert found["ids.device"].hint == (
        "ask for fewer (--homes 15625), leave the pack 'mine' out (--pack), or make the ids longer"
    )


def test_the_bits_are_those_of_the_largest_world() -> None:
    world = amps("people").world
    assert world.scenario.named
    assert {home_key(world, home).bit_length() for home in range(len(world.scenario.named))} == {ID_BITS["home"]}
    last = DeviceRef("vehicle", 0, SLOTS - 1)
    assert number_of_device(world, last).bit_length() == ID_BITS["device"] == NUMBER_BITS
    assert ID_BITS["user"] == ID_BITS["home"] > HOMES_LIMIT.bit_length()
    assert ID_BITS["cursor"] == (HOMES_LIMIT * SLOTS).bit_length()
