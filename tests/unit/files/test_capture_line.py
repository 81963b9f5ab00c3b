import json
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings

from replaysandbox.core.capture import BodyFile, CaptureHeader, Failure, Recorded
from replaysandbox.files.capture_line import exchange_line, header_line, parse_exchange, parse_header
from tests.unit.files.recorded import HEADER, STARTED, any_recorded, recorded


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(any_recorded())
def test_what_is_written_is_read(exchange: Recorded) -> None:
    line = exchange_line(exchange)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert parse_exchange(line) == exchange


def test_a_line_is_a_har_entry() -> None:
    line = json.loads(exchange_line(recorded(query="limit=2")))
    required = {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert line.keys() == required | {"_sandbox"}
    assert line["time"] == 24.5
    assert line["request"]["url"] == "https://api.amps.ai/battery?limit=2"
    assert line["request"]["bodySize"] == 0
    assert line["response"]["content"] == {"size": 2, "mimeType": "application/json", "text": "{}"}


def test_bytes_that_are_no_text_are_base64() -> None:
    compressed = b"\x1f\x8b\x08\x00\xff"
    line = json.loads(exchange_line(recorded(body=compressed)))
    assert line["response"]["content"]["encoding"] == "base64"
    read = parse_exchange(exchange_line(recorded(body=compressed))).response
    assert read is not None
    assert read.body == compressed


def test_a_failure_has_no_answer() -> None:
    lost = replace(recorded(), response=None, failure=Failure("timeout", "silent for 60 s"))
    line = json.loads(exchange_line(lost))
    assert line["response"]["status"] == 0
    assert line["_sandbox"]["failure"] == {"kind": "timeout", "message": "silent for 60 s"}
    assert parse_exchange(exchange_line(lost)) == lost


def test_an_answer_that_was_cut_keeps_what_came() -> None:
    cut = replace(recorded(body=b'{"a'), failure=Failure("truncated"))
    assert parse_exchange(exchange_line(cut)) == cut


def test_header_is_read_as_written() -> None:
    assert parse_header(header_line(HEADER)) == HEADER
    assert parse_header(header_line(CaptureHeader(STARTED))) == CaptureHeader(STARTED)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "empty"),
        (b"[]", "does not say"),
        (b'{"log": {}}', "does not say"),
        (b'{"format": "replaysandbox-capture", "version": 2}', "version 2; this replaysandbox reads 1"),
        (b'{"format": "replaysandbox-capture", "version": 1, "mode": "dream"}', "mode is 'dream'"),
    ],
)
def test_other_first_lines_are_refused(line: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_header(line)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"request": None}, "not of the type"),
        ({"startedDateTime": "2026-06-01T12:00:00"}, "no time zone"),
        ({"startedDateTime": "soon"}, "Invalid isoformat"),
        ({"startedDateTime": "0001-01-01T00:00:00+14:00"}, "is no instant there ever is"),
        ({"request": {"method": "GET", "url": "ftp://x/", "headers": []}}, "no http or https URL"),
        ({"request": {"method": "GET", "url": "https://x/"}}, "lacks 'headers'"),
        ({"response": {"status": "200", "headers": []}}, "no whole number"),
        ({"response": {"status": 200, "headers": [{"name": "a", "value": 1}]}}, "is no text"),
        ({"response": {"status": 200, "headers": [], "content": {"_file": "../x", "_size": 1}}}, "no SHA-256"),
        ({"response": {"status": 200, "headers": [], "content": {"text": "!", "encoding": "base64"}}}, "base64"),
        ({"response": {"status": 200, "headers": [], "content": {"text": "", "encoding": "zip"}}}, "not base64"),
        ({"response": {"status": 0, "headers": []}}, "a response, a failure, or both"),
        ({"_sandbox": {"failure": {"kind": "boredom"}}}, "boredom"),
        ({"_sandbox": []}, "not of the type"),
    ],
)
def test_what_is_no_exchange_says_why(change: dict, reason: str) -> None:
    line = json.loads(exchange_line(recorded()))
    with pytest.raises(ValueError, match=reason):
        parse_exchange(orjson.dumps(line | change))


@pytest.mark.slow
def test_no_cut_line_is_taken_for_a_whole_one() -> None:
    line = exchange_line(replace(recorded(body=b"\xff\x00"), redacted=("query:key",)))
    for end in range(len(line) - 1):  # without its line end only, it is whole
        with pytest.raises(ValueError, match="it is cut or no JSON"):
            parse_exchange(line[:end])


def test_a_body_in_a_file_is_named() -> None:
    kept = replace(recorded(), request=replace(recorded().request, body=BodyFile("ab" * 32, 10)))
    line = json.loads(exchange_line(kept))
    assert line["request"]["postData"] == {"mimeType": "", "_file": "ab" * 32, "_size": 10}
    assert parse_exchange(exchange_line(kept)) == kept


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"2026-06-01T12:00:00.000000Z", b"9999-12-31T23:59:59-23:59", "no instant there ever is"),
        (b"2026-06-01T12:00:00.000000Z", b"0001-01-01T00:00:00+23:59", "no instant there ever is"),
        (b"api.amps.ai/", b"api.amps.ai:65536/", "no http or https URL"),
        (b'"status":200', b'"status":-1', "no status of HTTP"),
        (b'"status":200', b'"status":1000', "no status of HTTP"),
    ],
)
def test_what_no_exchange_can_say_is_refused(old: bytes, new: bytes, reason: str) -> None:
    line = exchange_line(recorded())
    assert old in line
    with pytest.raises(ValueError, match=reason):
        parse_exchange(line.replace(old, new))
