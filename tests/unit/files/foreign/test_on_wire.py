from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from replaysandbox.files.foreign import on_wire
from replaysandbox.redact.coding import decoded

GZIPPED = (("Content-Encoding", "gzip"),)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.amps.ai", ("https", "api.amps.ai", 443, "/", "")),
        ("HTTP://API.amps.ai:8080/a?b=c#d", ("http", "api.amps.ai", 8080, "/a", "b=c")),
        ("https://me:secret@api.amps.ai/x", ("https", "api.amps.ai", 443, "/x", "")),
        ("http://[::1]:81/", ("http", "::1", 81, "/", "")),
        ("https://bücher.example/ä b?q=ü%20", ("https", "xn--bcher-kva.example", 443, "/%C3%A4%20b", "q=%C3%BC%20")),
    ],
)
def test_urls_are_taken_apart(url: str, told: tuple) -> None:
    made = on_wire.request_to("GET", url)
    assert (made.scheme, made.host, made.port, made.path, made.query) == told


@pytest.mark.parametrize("url", ["ftp://x/y", "/battery", "https:///x", "http://x:99999/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no http or https URL"):
        on_wire.request_to("GET", url)


def test_a_body_without_its_coding_gets_it_again_and_one_with_it_is_left_alone() -> None:
    again = on_wire.wire_body(b"plain", GZIPPED)
    assert gzip.decompress(again) == b"plain"
    assert on_wire.wire_body(again, GZIPPED) is again
    assert on_wire.wire_body(b"plain", ()) == b"plain"
    assert on_wire.wire_body(b"plain", (("Content-Encoding", "rot13"),)) == b"plain"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_every_coding_is_put_back(coding: str) -> None:
    body = on_wire.wire_body(b'{"soc": 71}', (("content-encoding", coding),))
    assert decoded(body, tuple(coding.split(", "))) == b'{"soc": 71}'


def test_a_field_of_several_lines_was_several_and_pseudo_fields_are_left_out() -> None:
    assert on_wire.fields([(":status", "200"), ("set-cookie", "a=1\nb=2")]) == (
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )


def test_fields_beyond_latin_1_become_utf_8() -> None:
    assert on_wire.fields([("x", "€")]) == (("x", "\xe2\x82\xac"),)


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 2000"):
        on_wire.fields_of({"x": ["y"] * 2001})


def test_length_is_that_of_the_body_but_for_answers_without_one() -> None:
    said = (("Content-Length", "9"), ("X", "9"))
    assert on_wire.fitting(said, b"abc") == (("Content-Length", "3"), ("X", "9"))
    assert on_wire.fitting(said, b"", "HEAD") == said
    assert on_wire.fitting(said, b"", "GET", 304) == said


def test_text_is_encoded_as_its_type_says() -> None:
    assert on_wire.content_bytes("ü", "text/html; charset=ISO-8859-1") == b"\xfc"
    assert on_wire.content_bytes("ü", "text/html; charset=nonsense") == "ü".encode()
    assert on_wire.content_bytes("\udced", "application/json") == b"\xed"
    assert on_wire.content_bytes("\ud800", "") == b"\xed\xa0\x80"


@pytest.mark.parametrize(
    ("said", "headers", "at"),
    [
        ("2026-06-01T12:00:00Z", (), datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2015-06-27T15:39:25", (), datetime(2015, 6, 27, 15, 39, 25, tzinfo=UTC)),
        ("Fri, 01 May 2015 10:00:00 GMT", (), datetime(2015, 5, 1, 10, tzinfo=UTC)),
        (None, (("Date", "Fri, 01 May 2015 10:00:00 GMT"),), datetime(2015, 5, 1, 10, tzinfo=UTC)),
        ("soon", (("Date", "later"),), datetime(2020, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", (), datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_instants_are_found(said: str | None, headers: tuple, at: datetime, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.touch()
    then = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    os.utime(file, (then, then))
    assert on_wire.instant(said, headers, file) == at


def test_versions_are_spelled_our_way() -> None:
    assert [on_wire.http_version(said) for said in ("h2", "http/2.0", "HTTP/1.1", "")] == [
        "HTTP/2.0",
        "HTTP/2.0",
        "HTTP/1.1",
        "HTTP/1.1",
    ]


def test_types_are_held() -> None:
    assert on_wire.whole("200") == 200
    for wrong in (True, 1.5, "9" * 5000, None):
        with pytest.raises(ValueError, match="whole number"):
            on_wire.whole(wrong)
    with pytest.raises(TypeError, match="list where text belongs"):
        on_wire.text([])
    with pytest.raises(TypeError, match="str where an object belongs"):
        on_wire.table("x")
