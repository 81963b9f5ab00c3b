from __future__ import annotations

import gzip
import json

import pytest

from replaysandbox.redact.bodies import WHOLE, BodyStream, CodingError, cover_body, cover_content, cover_known, is_json
from tests.unit.redact.made import cover

SECRET = b"cnry5f0c9a77"
GZIP = (("content-type", "application/json"), ("Content-Encoding", "gzip"))


def test_what_holds_nothing_stays_to_the_byte() -> None:
    sent = gzip.compress(b'{"level": 5}', mtime=7)
    assert cover_body(sent, GZIP, cover()) == sent


def test_what_holds_something_is_packed_again() -> None:
    made = cover_body(gzip.compress(b'{"token": "cnry5f0c9a77"}'), GZIP, cover())
    assert SECRET not in gzip.decompress(made)
    assert json.loads(gzip.decompress(made))["token"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-16", "; charset=UTF-8", '; charset="utf-32"'])
def test_texts_of_wide_letters_are_covered_whatever_is_said_of_them(encoding: str, charset: str) -> None:
    sent = '{"token": "cnry5f0c9a77", "name": "J\u00f6rg"}'.encode(encoding)
    made = cover_content(sent, f"application/json{charset}", cover())
    assert len(made) == len(sent)
    assert json.loads(made.decode(encoding))["token"] != SECRET.decode()


def test_what_became_known_later_is_covered_inside() -> None:
    covering = cover()
    covering.value(SECRET.decode(), "seen")
    made = cover_known(gzip.compress(b"echo cnry5f0c9a77 echo"), GZIP, covering)
    assert SECRET not in gzip.decompress(made)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/json", b'{"token": "cnry5f0c9a77"}'),
        ("application/hal+json; charset=utf-8", b'{"token": "cnry5f0c9a77"}'),
        ("text/plain", b'  {"token": "cnry5f0c9a77"}'),
        ("", b"token=cnry5f0c9a77"),
        ("application/x-www-form-urlencoded", b"token=cnry5f0c9a77&x=1"),
        ("text/html", b'<input name="x"> password: cnry5f0c9a77 </input>'),
        ("application/xml", b"<a><password>cnry5f0c9a77</password></a>"),
        ("text/event-stream", b'data: {"token": "cnry5f0c9a77"}\n\n'),
        ("application/octet-stream", b"\0\1\2 Bearer cnry5f0c9a77 \0"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\ncnry5f0c9a77\r\n--x--',
        ),
        ("application/json; charset=utf-16", '{"token": "cnry5f0c9a77"}'.encode("utf-16")),
        ("application/json; charset=utf-16", b'{"token": "cnry5f0c9a77"}'),
        ("application/json; charset=utf-16", b'{"token": "cnry5f0c9a77" }'),
        ("application/octet-stream; charset=utf-32", b'{"token": "cnry5f0c9a77" }\0\0'),
    ],
)
def test_each_type_is_covered(kind: str, data: bytes) -> None:
    made = cover_content(data, kind, cover())
    assert SECRET not in made.replace(b"\0", b"")
    assert len(made) == len(data)


def test_an_image_is_left_alone() -> None:
    data = b"\x89PNG token=cnry5f0c9a77"
    assert cover_content(data, "image/png", cover()) == data


def test_what_nobody_can_look_into_is_told() -> None:
    with pytest.raises(CodingError):
        cover_body(b"nonsense", GZIP, cover())
    with pytest.raises(CodingError):
        cover_body(b"x" * 10, (("Content-Encoding", "rot13"),), cover())


def test_json_by_any_name() -> None:
    assert is_json("", b"\xef\xbb\xbf [1]")
    assert is_json("application/json", b"x")
    assert not is_json("text/plain", b"x")


@pytest.mark.slow
@pytest.mark.parametrize("size", [1000, 65_537])
def test_in_windows_it_comes_to_the_same(size: int) -> None:
    rows = [{"id": number, "serialNumber": f"TG{number:08d}", "note": "to cnry5f0c9a77x"} for number in range(9000)]
    rows[4000]["token"] = "cnry5f0c9a77x"
    rows[4001]["note"] = "x" * 5000 + " cnry5f0c9a77x"
    data = json.dumps(rows).encode()
    assert len(data) < WHOLE
    stream = BodyStream((("content-type", "application/json"),), cover())
    pieces = [piece for at in range(0, len(data), size) for piece in stream.feed(data[at : at + size])]
    made = b"".join([*pieces, *stream.feed(b"", last=True)])
    assert len(made) == len(data)
    told = json.loads(made)
    assert "cnry5f0c9a77x" not in json.dumps(told[4001:]), "by value once seen, across windows"
    assert b"TG00000007" not in made
    whole = json.loads(cover_content(data, "application/json", cover()))
    assert [row["serialNumber"] for row in told] == [row["serialNumber"] for row in whole]


def test_a_long_text_of_wide_letters_is_not_kept_at_all() -> None:
    stream = BodyStream((("content-type", "application/json"),), cover())
    with pytest.raises(CodingError, match="two bytes"):
        list(stream.feed('{"token": "cnry5f0c9a77"}'.encode("utf-16") * 10_000, last=False))
