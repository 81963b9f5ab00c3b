from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.redact.json_text import LONGEST, JsonText, cover_json
from replaysandbox.redact.place import moved, moved_together
from replaysandbox.redact.rules import Rules
from tests.unit.redact.made import cover

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["token", "vin", "a", "name", "value", "lat", "address"]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def covered(value: Any, rules: Rules | None = None) -> Any:
    return json.loads(cover_json(json.dumps(value), cover(rules or Rules())))


@given(json_values)
def test_it_stays_json_of_the_same_build(value: Any) -> None:
    assert _build(covered(value)) == _build(value)


def _build(value: Any) -> Any:
    if isinstance(value, dict):
        return [_build(each) for each in value.values()]
    if isinstance(value, list):
        return [_build(each) for each in value]
    return type(value).__name__


@given(json_values, st.integers(1, 7))
def test_in_pieces_it_comes_to_the_same(value: Any, size: int) -> None:
    text = json.dumps(value, indent=1)
    whole = cover_json(text, cover())
    reader = JsonText(cover())
    pieces = [reader.feed(text[start : start + size], last=False) for start in range(0, len(text), size)]
    assert "".join(pieces) + reader.feed("", last=True) == whole


def test_bytes_that_are_not_covered_stay_as_they_are() -> None:
    text = '{ "a" : 1.50,\n\t"t\\u006fken": "abcdefgh1", "b":[ ] , "\\u00e9" : "\\/" }'
    made = cover_json(text, cover())
    assert made.replace(json.loads(made)["token"], "abcdefgh1") == text
    assert json.loads(made)["token"] != "abcdefgh1"


def test_what_lies_in_something_personal_is_personal() -> None:
    made = covered({"address": {"street": "Main St 5", "country": "DE", "lines": ["Second Floor"]}})["address"]
    assert made["country"] == "DE"
    assert "Main" not in made["street"]
    assert made["lines"] != ["Second Floor"]


def test_labels_say_what_their_values_are() -> None:
    made = covered(
        {"headers": [{"name": "Authorization", "value": "Bearer abc12345"}, {"name": "Accept", "value": "x"}]}
    )
    assert [each["name"] for each in made["headers"]] == ["Authorization", "Accept"]
    assert made["headers"][0]["value"] != "Bearer abc12345"
    assert made["headers"][1]["value"] == "x"


def test_json_in_json_and_urls_in_json() -> None:
    made = covered({"inner": json.dumps({"password": "hunter2x"}), "next": "https://x.example/?api_key=hunter2x"})
    assert "hunter2x" not in json.dumps(made)
    assert json.loads(made["inner"])["password"]
    assert made["next"].startswith("https://x.example/?api_key=")


def test_a_pack_names_paths() -> None:
    rules = Rules(json=(("data", "items", "*", "nick"),))
    made = covered({"data": {"items": [{"nick": "Alice"}], "nick": "Bob"}}, rules)
    assert made["data"]["items"][0]["nick"] != "Alice"
    assert made["data"]["nick"] == "Bob"


def test_a_pack_keeps_names() -> None:
    assert covered({"serial": "TG1"}, Rules(keep=frozenset({"serial"}))) == {"serial": "TG1"}


def test_coordinates_move() -> None:
    made = covered({"location": {"latitude": 52.520008, "longitude": 13.404954}, "coordinates": [13.404954, 52.520008]})
    assert made["location"]["latitude"] != 52.520008
    assert made["coordinates"] == [made["location"]["longitude"], made["location"]["latitude"]]


LATITUDE, LONGITUDE = "32.333000", "-85.020000"
"""A home in Alabama, of which each coordinate moved by itself makes one in Georgia: another time zone."""


@pytest.mark.slow  # the map of time zones takes its time to load
@pytest.mark.parametrize(
    "text",
    [
        '{"lat": N, "lng": E}',
        '{"longitude": "E", "more": {"latitude": 1}, "latitude": "N"}',
        '{"startLat": N, "endLat": 1.25, "startLng": E}',
        '{"type": "Point", "coordinates": [E, N]}',
        '{"latlng": [N, E], "x": [{"latlng": "N,E"}]}',
    ],
)
@pytest.mark.parametrize("size", [3, 1000])
def test_both_coordinates_of_a_place_move_together(text: str, size: int) -> None:
    def filled(north: str, east: str) -> str:
        return text.replace("N", north).replace("E", east)

    reader = JsonText(cover())
    whole = filled(LATITUDE, LONGITUDE)
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    made = "".join(reader.feed(piece, last=number == len(pieces) - 1) for number, piece in enumerate(pieces))
    assert moved_together(LATITUDE, LONGITUDE) != (moved(LATITUDE), moved(LONGITUDE))
    assert made.replace(moved("1.25"), "1.25") == filled(*moved_together(LATITUDE, LONGITUDE))


def test_a_coordinate_without_the_other_moves_by_itself() -> None:
    assert covered({"lat": 52.520008, "name": "x"})["lat"] == float(moved("52.520008"))


def test_flags_and_counts_stay() -> None:
    value = {"token": None, "password": True, "expires_in": 3600, "tokenType": "Bearer", "name": "safety_reserve"}
    assert covered(value) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"token": "abcdefgh1',
        '{"a": {"token": "abcdefgh1"}',
        '{"token":"abcdefgh1"}{"token":"abcdefgh1"}\n',
        '}}{"token": "abcdefgh1"}',
        "[" * 2000 + '{"token": "abcdefgh1"}',
    ],
)
def test_what_is_no_whole_json_is_covered_too(text: str) -> None:
    assert "abcdefgh1" not in cover_json(text, cover())


@pytest.mark.slow
def test_a_string_too_long_to_hold_passes_and_what_follows_is_covered() -> None:
    text = json.dumps({"image": "A\\" * LONGEST, "token": "abcdefgh1"})
    reader = JsonText(cover())
    made = "".join(reader.feed(text[start : start + 65536], last=False) for start in range(0, len(text), 65536))
    made += reader.feed("", last=True)
    assert json.loads(made)["image"] == "A\\" * LONGEST
    assert json.loads(made)["token"] != "abcdefgh1"
