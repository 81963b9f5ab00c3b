from __future__ import annotations

import re
from pathlib import Path

import pytest

from replaysandbox.core.device import SLOTS, DeviceRef
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.ids import NUMBER_BITS, Kind, least_length
from replaysandbox.files.pack_ids import ID_NEEDS
from replaysandbox.files.packs import read_pack
from replaysandbox.world.world import HOMES_LIMIT, home_key, number_of_device
from tests.unit.files.pack_text import PACK, write_pack
from tests.unit.worlds import amps

IDS = "ids: {device: {kind: digits, length: 16}}"
PAGE = Path(__file__).parents[3] / "docs" / "packs.md"


def problems(tmp_path: Path, text: str) -> list[Problem]:
    assert IDS in PACK
    with pytest.raises(SandboxError) as raised:
        read_pack(write_pack(tmp_path / "mine", PACK.replace(IDS, text)))
    return list(raised.value.problems)


def test_a_length_that_does_not_hold_all_homes_is_told_at_its_line_with_the_least(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{IDS[:-1]}, home: {{kind: digits, length: 8}}}}")
    assert (problem.line, problem.key) == (5, "ids.home.length")
    assert problem.reason == "8 digits after the prefix are too few"
    assert problem.hint == (
        "`length` must be at least 14, the prefix not counted: every home of a world of 10^12 has one"
    )


@pytest.mark.parametrize(
    ("text", "key", "least"),
    [
        ("ids: {device: {kind: digits, length: 15}}", "ids.device.length", 16),
        ("ids: {device: {kind: hex}}", "ids.device", 13),
        (f"{IDS[:-1]}, user: {{kind: base62, prefix: user_, length: 7}}}}", "ids.user.length", 8),
        (f"{IDS[:-1]}, request: {{kind: hex, length: 10}}}}", "ids.request.length", 11),
        (f"{IDS[:-1]}, action: {{kind: digits, length: 8}}}}", "ids.action.length", 9),
        (f"{IDS[:-1]}, cursor: {{kind: base62, length: 8}}}}", "ids.cursor.length", 9),
        (
            f"{IDS}\nother_ids: {{battery: {{serial: {{kind: hex, length: 12}}}}}}",
            "other_ids.battery.serial.length",
            13,
        ),
        (f"{IDS}\ncollections: {{notes: {{id: {{kind: base62, length: 4}}}}}}", "collections.notes.id.length", 5),
    ],
)
def test_each_that_is_named_has_a_least_length(tmp_path: Path, text: str, key: str, least: int) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.key == key
    assert problem.hint.startswith(f"`length` must be at least {least}, ")


def test_what_is_long_enough_or_has_no_length_is_fine(tmp_path: Path) -> None:
    text = (
        f"{IDS[:-1]}, home: {{kind: digits, length: 14}}, user: {{kind: uuid}}, request: {{kind: hex, length: 11}}}}"
        "\nother_ids: {vehicle: {vin: {kind: vin, prefix: WVW}}}\ncollections: {notes: {}}"
    )
    assert read_pack(write_pack(tmp_path / "mine", PACK.replace(IDS, text))).ids["home"].length == 14


def test_the_needs_are_those_of_the_largest_world() -> None:
    world = amps("people").world
    assert world.scenario.named
    assert {home_key(world, home).bit_length() for home in range(len(world.scenario.named))} == {ID_NEEDS["home"][0]}
    last = DeviceRef("vehicle", 0, SLOTS - 1)
    assert number_of_device(world, last).bit_length() == ID_NEEDS["device"][0] == NUMBER_BITS
    assert ID_NEEDS["user"][0] == ID_NEEDS["home"][0] > HOMES_LIMIT.bit_length()
    assert ID_NEEDS["cursor"][0] == (HOMES_LIMIT * SLOTS).bit_length()


def test_the_page_has_the_least_lengths() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    told = {name.strip("`"): lengths for names, *lengths in rows for name in names.split(", ")}
    kinds: tuple[Kind, ...] = ("base62", "digits", "hex")
    assert {name: told[name] for name in ID_NEEDS} == {
        name: [str(least_length(kind, bits)) for kind in kinds] for name, (bits, _) in ID_NEEDS.items()
    }
    assert (told["other_ids"], told["collections"]) == (told["device"], told["action"])
