from replaysandbox.render.said_words import Said, said_words

SOURCES = {
    "list": "[{% for device in devices %}{% include item %}{% endfor %}]",
    "one": '{% include "part" %}\n{{ device.reading.level_pct | mapped("levels") }}',
    "part": '{\n"s": {{ device.reading.status | mapped("states") }}}',
}


def test_words_are_listed_by_family_with_the_line_that_translates_them() -> None:
    states = ("charging", "discharging", "idle")
    found = list(said_words(SOURCES, ("list", "one"), "battery"))
    assert {each for each in found if each.table == "states"} == {Said("part", 2, "states", word) for word in states}
    assert not [each for each in found if each.table == "levels"]
    assert list(said_words(SOURCES, ("one",), "vehicle")) == []
    assert list(said_words(SOURCES, ("gone", ""), "battery")) == []
