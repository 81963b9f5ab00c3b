import gzip
from dataclasses import replace

import pytest

from replaysandbox.core.capture import Failure
from replaysandbox.shrink.pieces import bare, exchange_of, has_body, piece_of, plain, size_of
from tests.unit.files.recorded import recorded
from tests.unit.shrink.driving import with_headers

PACKED = gzip.compress(b'{"a": [1.0, 2]}', mtime=1)


def test_a_packed_body_is_taken_apart_and_put_together_again() -> None:
    fields = (("Content-Encoding", "gzip"), ("Content-Length", str(len(PACKED))), ("ETag", "x"), ("X-Mark", "1"))
    piece = plain(with_headers(piece_of(0, recorded(body=PACKED)), *fields))
    assert piece.is_plain
    assert piece.tree == piece.whole == {"a": [1.0, 2]}
    response = exchange_of(piece).response
    assert response is not None
    assert (response.body, response.headers) == (b'{"a":[1.0,2]}', (("X-Mark", "1"),))
    assert plain(piece) is piece


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"cut', b"\xff\xfe"])
def test_what_is_no_json_stays(body: bytes) -> None:
    piece = piece_of(0, recorded(body=body))
    assert plain(piece) is piece
    assert exchange_of(piece) is piece.recorded


def test_half_an_answer_stays() -> None:
    piece = piece_of(0, replace(recorded(body=b"{}"), failure=Failure("truncated")))
    assert plain(piece) is piece


def test_a_body_can_be_left_out() -> None:
    piece = piece_of(0, recorded(body=b"<html>"))
    assert has_body(piece)
    assert not has_body(bare(piece))
    failed = piece_of(0, replace(recorded(), response=None, failure=Failure("dns")))
    assert bare(failed) is failed
    assert not has_body(failed)


def test_size_is_that_of_answers() -> None:
    assert size_of((piece_of(0, recorded(body=b"12345")),)) == 5 + len("Content-Type: application/json\r\n")
