import pytest

from replaysandbox.scaffold.names import phrase, singular, slug, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("batteryLevelPct", "battery level pct"),
        ("battery_level_pct", "battery level pct"),
        ("Battery-Level", "battery level"),
        ("powerKW", "power kw"),
        ("power_kWh", "power kwh"),
        ("SOC", "soc"),
        ("isPluggedIn", "is plugged in"),
        ("HVACMode", "hvac mode"),
        ("", ""),
    ],
)
def test_names_are_taken_apart_whatever_their_style(name: str, words: str) -> None:
    assert phrase(name) == words
    assert words_of(name) == tuple(words.split())


def test_names_of_files_tell_and_are_free() -> None:
    assert slug("GET /battery/{batteryId}") == "get-battery-battery-id"
    assert slug("a", {"a", "a-2"}) == "a-3"
    assert slug("¿?") == "it"
    assert len(slug("word " * 100)) <= 60


def test_one_of_many() -> None:
    assert [singular(word) for word in ("batteries", "vehicles", "bus", "glass", "switches")] == [
        "battery",
        "vehicle",
        "bus",
        "glass",
        "switch",
    ]
