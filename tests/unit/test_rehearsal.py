from __future__ import annotations

from dataclasses import replace

import pytest

from replaysandbox.rehearsal import Flaw, rehearse
from tests.unit.exercised import INSTANTS, PACK, loaded

pytestmark = pytest.mark.slow


def flaws(name: str, old: str, new: str, **more: object) -> list[Flaw]:
    text = PACK.templates[name]
    assert old in text
    pack = replace(PACK, templates={**PACK.templates, name: text.replace(old, new, 1)}, **more)  # type: ignore[arg-type] # each test gives what it needs
    return rehearse(loaded(), pack, INSTANTS, 1)


def test_a_pack_as_it_should_be_has_no_flaw() -> None:
    assert rehearse(loaded(), PACK, INSTANTS, 1) == []


def test_a_misspelt_attribute_is_told_with_the_line_of_the_file_it_is_in() -> None:
    name = "battery.json.j2"
    text = PACK.templates[name]
    old = "device.reading.level_pct"
    line = text[: text.index(old)].count("\n") + 1
    found = flaws(name, old, "device.reading.levle_pct")
    assert [(each.template, each.line, each.reason, each.hint) for each in found] == [
        (name, line, "a battery's reading has no 'levle_pct'", "did you mean 'level_pct'?")
    ]
    assert found[0].about.startswith("GET /battery")


def test_a_missing_comma_is_found_where_it_was_written() -> None:
    found = flaws("battery.json.j2", ",\n", "\n")
    assert len(found) == 1
    assert found[0].template == "battery.json.j2"
    assert found[0].line > 0
    assert "does not make JSON" in found[0].reason
    assert "comma" in found[0].hint


def test_a_word_that_a_map_lacks_is_told_with_the_map() -> None:
    old = "device.reading.status"
    found = flaws(
        "battery.json.j2", old, 'device.reading.status | mapped("few")', maps={**PACK.maps, "few": {"nothing": 1}}
    )
    assert found
    assert "maps.few in pack.yaml" in found[0].hint


def test_error_templates_are_rendered_too() -> None:
    found = flaws(PACK.error_template, "error.message", "error.mesage")
    assert [(each.reason, each.hint) for each in found] == [("error has no 'mesage'", "did you mean 'message'?")]
