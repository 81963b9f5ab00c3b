import pytest

from replaysandbox.core.match_rules import Place, parse_place, place_text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("path:2", ("path", "2")),
        ("query:limit", ("query", "limit")),
        ("header:sc-unit-system", ("header", "sc-unit-system")),
        ("cookie:sid", ("cookie", "sid")),
        ("json:/a/*/b", ("body", "json", "a", "*", "b")),
        ("json:/a~1b/c~0d", ("body", "json", "a/b", "c~d")),
        ("json:", ("body", "json")),
        ("form:client_id", ("body", "form", "client_id")),
        ("part:file", ("body", "part", "file")),
        ("body", ("body",)),
    ],
)
def test_a_place_is_read_and_written(text: str, place: Place) -> None:
    assert parse_place(text) == place
    assert place_text(place) == text


@pytest.mark.parametrize("text", ["", "limit", "query:", "path:x", "json:a", "trailer:x"])
def test_what_is_no_place_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="query:NAME"):
        parse_place(text)
