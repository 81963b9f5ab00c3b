from datetime import UTC, datetime

import pytest

from replaysandbox.render.filters import FILTERS, to_json

AT = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "arguments", "expected"),
    [
        ("kw", 1234.6, (), 1.235),
        ("kw", -0.2, (), 0.0),
        ("kwh", 51635123, (1,), 51635.1),
        ("miles", 1.609344, (), 1.0),
        ("fahrenheit", -40, (), -40.0),
        ("iso_ms", AT, (), "2026-06-01T12:30:15.123Z"),
        ("iso_s", AT, (), "2026-06-01T12:30:15Z"),
        ("epoch_s", AT, (), 1780317015),
        ("epoch_ms", AT, (), 1780317015123),
        ("epoch_ms", datetime(1971, 1, 26, 11, 49, 35, 374000, tzinfo=UTC), (), 33738575374),
        ("round", 2.5, (), 2.0),
        ("round", 2.345, (1,), 2.3),
        ("slug", "Tesla Model 3 (LR)", (), "tesla-model-3-lr"),
        ("upper", "FoxESS", (), "FOXESS"),
    ],
)
def test_filters(name: str, value: object, arguments: tuple[object, ...], expected: object) -> None:
    assert FILTERS[name](value, *arguments) == expected


def test_whole_floats_are_written_as_javascript_does() -> None:
    assert to_json({"a": 2.0, "b": [0.5, -0.0], "c": 1e300}) == b'{"a":2,"b":[0.5,0],"c":1e+300}'
