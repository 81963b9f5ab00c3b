import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.replay.shift import shift_body, shift_headers, shift_request, shift_text, shift_to, shift_value
from tests.unit.replay.make import JSON, ask

BEGUN = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHIFT = shift_to(BEGUN, BEGUN + timedelta(days=1, hours=1))


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2026-06-01T12:00:00Z", "2026-06-02T13:00:00Z"),
        ("2026-06-01T12:00:00.123456789Z", "2026-06-02T13:00:00.123456789Z"),
        ("2026-06-01T23:30:00+02:00", "2026-06-03T00:30:00+02:00"),
        ("2026-06-01 12:00", "2026-06-02 13:00"),
        ("2026-06-01T12%3A00%3A00%2B02%3A00", "2026-06-02T13%3A00%3A00%2B02%3A00"),
        ("from 2026-06-01T12:00:00Z to 2026-06-01T13:00:00Z", "from 2026-06-02T13:00:00Z to 2026-06-02T14:00:00Z"),
        ("Mon, 01 Jun 2026 12:00:00 GMT", "Tue, 02 Jun 2026 13:00:00 GMT"),
        ("a=b; Expires=Mon, 01-Jun-2026 12:00:00 GMT; Path=/", "a=b; Expires=Tue, 02-Jun-2026 13:00:00 GMT; Path=/"),
        ("1780315200", "1780405200"),
        ("1780315200123", "1780405200123"),
        ("1780315200.5", "1780405200.5"),
    ],
)
def test_instants_move_and_keep_their_form(text: str, moved: str) -> None:
    assert shift_value(text, SHIFT) == moved
    assert shift_value(moved, SHIFT.back()) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2026-13-01T12:00:00Z",
        "1234567890",
        "12026-06-01T12:00:00",
        "17803152001",
        "VIN17803152",
    ],
)
def test_what_is_no_instant_of_the_capture_stays(text: str) -> None:
    assert shift_value(text, SHIFT) == text


def test_json_is_changed_in_place() -> None:
    text = '{"at" : "%s",\n "n": %s, "serial": "A 1780315200", "e": 1780315200e1, "s": "%s"}'
    body = text % ("2026-06-01T12:00:00Z", "1780315200", "1780315200")
    moved = text % ("2026-06-02T13:00:00Z", "1780405200", "1780405200")
    assert shift_body(body.encode(), JSON, SHIFT) == moved.encode()


def test_a_compressed_body_stays_compressed() -> None:
    headers = (*JSON, ("Content-Encoding", "gzip"))
    moved = shift_body(gzip.compress(b'["2026-06-01T12:00:00Z"]'), headers, SHIFT)
    assert json.loads(gzip.decompress(moved)) == ["2026-06-02T13:00:00Z"]
    untouched = gzip.compress(b"[1]")
    assert shift_body(untouched, headers, SHIFT) is untouched
    assert shift_body(b"no gzip", headers, SHIFT) == b"no gzip"


def test_what_is_no_text_stays() -> None:
    body = b"2026-06-01T12:00:00Z"
    assert shift_body(body, (("Content-Type", "image/png"),), SHIFT) == body


def test_header_fields_move_but_the_length() -> None:
    headers = (("Date", "Mon, 01 Jun 2026 12:00:00 GMT"), ("Content-Length", "1780315200"))
    assert shift_headers(headers, SHIFT) == (("Date", "Tue, 02 Jun 2026 13:00:00 GMT"), headers[1])


def test_a_request_moves_back_to_what_was_recorded() -> None:
    recorded = ask(
        "/day/2026-06-01T12:00:00Z", "since=1780315200&limit=5", method="POST", headers=JSON, body=b'{"x": 1780315200}'
    )
    assert shift_request(shift_request(recorded, SHIFT), SHIFT.back()) == recorded
    assert shift_request(recorded, SHIFT).query == "since=1780405200&limit=5"


@given(st.text(max_size=60), st.integers(-10_000_000, 10_000_000))
def test_no_text_breaks_it(text: str, by_s: int) -> None:
    shift = replace(SHIFT, by=timedelta(seconds=by_s))
    assert isinstance(shift_text(text, shift), str)


@given(
    st.datetimes(BEGUN.replace(year=2020, tzinfo=None), BEGUN.replace(year=2032, tzinfo=None)),
    st.integers(-100_000_000, 100_000_000),
)
def test_there_and_back_is_the_same(at: datetime, by_s: int) -> None:
    text = at.isoformat() + "Z"
    shift = replace(SHIFT, by=timedelta(seconds=by_s))
    assert shift_text(shift_text(text, shift), shift.back()) == text
