import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.json_body import BadBody, read_json


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is not JSON: Expecting value"),
        (b"{", "is not JSON"),
        (b" " * 1_000_001, "is larger than 1000000 bytes"),
        (b'{"a": 1,}', "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b'{"a": NaN}', "holds NaN"),
        (b"[Infinity]", "holds Infinity"),
        (b"[-Infinity]", "holds -Infinity"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', 'repeats the key "c"'),
        (b'["\\ud800"]', "holds half of a surrogate pair"),
        (b'{"\\udc00": 1}', "holds half of a surrogate pair"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 (byte 0)"),
        (b"9" * 5000, "holds a number of more than 100 digits"),
        (b"1e999", "holds a number that is too large"),
        (b"1." + b"1" * 5000, "holds a number that is too large"),
        (b"[" * 100_000, "is nested deeper than 64 levels"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "is nested deeper than 64 levels"),
    ],
)
def test_what_is_refused_says_why(body: bytes, reason: str) -> None:
    bad = read_json(body)
    assert isinstance(bad, BadBody)
    assert reason in bad.reason


def test_brackets_in_strings_are_no_nesting() -> None:
    text = '["' + "[" * 500 + '\\"' + "[" * 500 + '\\\\"]'
    assert read_json(text.encode()) == json.loads(text)


def test_a_key_that_repeats_is_found_at_once_among_many() -> None:
    names = [f"key{number:05}" for number in range(10_000)]  # compared each with each they took three seconds
    body = json.dumps(dict.fromkeys(names, 0)).replace('"key09999"', '"key09998"')
    assert read_json(body.encode()) == BadBody('repeats the key "key09998"')


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_all_other_json_is_read_as_it_is(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_whole_numbers_of_more_than_64_bits_are_read_as_javascript_does() -> None:
    for text, value in (("18446744073709551615", 2**64 - 1), ("-9223372036854775808", -(2**63))):
        assert type(read_json(text.encode())) is int
        assert read_json(text.encode()) == value
    for text, number in (
        ("18446744073709551616", 2.0**64),
        ("-123456789012345678901234567890", -1.2345678901234568e29),
    ):
        assert type(read_json(text.encode())) is float
        assert read_json(text.encode()) == number


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    read_json(body)
