from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from replaysandbox.files import options
from replaysandbox.files.options import LIMITS, OPTIONS
from replaysandbox.files.places import SCHEMAS
from replaysandbox.files.settings import Settings


def test_table_schema_and_settings_agree() -> None:
    names = [option.name for option in OPTIONS]
    schema = json.loads((SCHEMAS / "formats" / "settings.schema.json").read_text("utf-8"))
    own = {field.name.removesuffix("_") for field in fields(Settings)} - {"project", "origins"}
    assert [*names, "limits"] == list(schema["properties"])
    assert {*names, "limits"} == own


def test_table_and_schema_agree_on_limits() -> None:
    schema = json.loads((SCHEMAS / "formats" / "settings.schema.json").read_text("utf-8"))["properties"]["limits"]
    assert [option.name.removeprefix("limit_") for option in LIMITS] == list(schema["properties"])
    for option in LIMITS:
        told = schema["properties"][option.name.removeprefix("limit_")]
        for bound in (told["minimum"], told["maximum"]):
            assert option.parse(str(bound)) == bound
        for beyond in (told["minimum"] - 1, told["maximum"] + 1):
            with pytest.raises(ValueError, match="is not within"):
                option.parse(str(beyond))
        assert str(option.default) in told["description"]
        assert Settings().value(option) == option.default


def test_table_and_settings_have_the_same_defaults() -> None:
    defaults = Settings()
    assert {option.name: defaults.value(option) for option in OPTIONS} == {
        option.name: option.default for option in OPTIONS
    }


def test_an_option_knows_its_three_names() -> None:
    option = options.BY_NAME["world_at"]
    assert (option.flag, option.variable) == ("--world-at", "REPLAYSANDBOX_WORLD_AT")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-06-01T12:00:00Z", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01T14:00:00+02:00", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01 12:00", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2024-02-29T23:59:59.5Z", datetime(2024, 2, 29, 23, 59, 59, 500_000, tzinfo=UTC)),
    ],
)
def test_instants_become_utc(text: str, at: datetime) -> None:
    assert options.instant(text) == at
    assert options.instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (options.instant, "noon"),
        (options.instant, "2026-02-30"),
        (options.instant, "0001-01-01T00:00:00+10:00"),
        (options.hour, "24:00"),
        (options.hour, "3pm"),
        (options.zone, "Europe/Berlon"),
        (options.zone, "Europe"),
        (options.zone, "../etc/passwd"),
        (options.zone, ""),
        (options.factor, "0"),
        (options.factor, "-2"),
        (options.factor, "nan"),
        (options.factor, "fast"),
        (options.switch, "maybe"),
        (options.word, "  "),
        (options.host_glob, "https://example.com"),
        (options.host_glob, "example.com/path"),
        (options.host_glob, "*.*"),
        (options.host_glob, "a b"),
        (options.one_of("a", "b"), "warning"),
        (options.whole(1, 10), "11"),
        (options.whole(1, 10), "1.5"),
        (options.whole(1, 10), ""),
    ],
)
def test_nonsense_is_refused_with_a_reason(parse: options.Parse, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        parse(text)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (options.hour, "3:12", "03:12"),
        (options.zone, "America/Los_Angeles", "America/Los_Angeles"),
        (options.factor, "x60", 60.0),
        (options.switch, "Yes", True),
        (options.switch, "0", False),
        (options.host_glob, "*.Example.com", "*.example.com"),
        (options.host_glob, "*", "*"),
        (options.one_of("miss", "none"), "Miss", "miss"),
        (options.whole(1, 10**12), "1_000_000", 1_000_000),
    ],
)
def test_values_as_people_write_them(parse: options.Parse, text: str, value: object) -> None:
    assert parse(text) == value
