from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.redact.coding import CODINGS, CodingError, Decoder, Encoder, codings_of, decoded, encoded

codings = st.lists(st.sampled_from(sorted(CODINGS)), max_size=3).map(tuple)


@given(st.binary(max_size=2000), codings)
def test_taken_apart_and_put_together_it_is_the_same(data: bytes, names: tuple[str, ...]) -> None:
    assert decoded(encoded(data, names), names) == data


@given(st.binary(max_size=2000), codings, st.integers(1, 50))
def test_in_pieces_too(data: bytes, names: tuple[str, ...], size: int) -> None:
    encoder, decoder = Encoder(names), Decoder(names)
    sent = b"".join(encoder.feed(data[at : at + size], last=False) for at in range(0, len(data), size))
    sent += encoder.feed(b"", last=True)
    got = [piece for at in range(0, len(sent), size) for piece in decoder.feed(sent[at : at + size], last=False)]
    assert b"".join([*got, *decoder.feed(b"", last=True)]) == data


def test_what_other_programs_write_is_read() -> None:
    text = b"text " * 100
    assert decoded(gzip.compress(text) + gzip.compress(b"more"), ("gzip",)) == text + b"more"
    assert decoded(zlib.compress(text), ("deflate",)) == text
    assert decoded(zlib.compress(text)[2:-4], ("deflate",)) == text, "without its wrapping, as many servers send it"
    assert decoded(brotli.compress(text), ("br",)) == text
    assert decoded(zstandard.compress(text), ("zstd",)) == text


def test_of_a_body_that_was_cut_there_is_what_came() -> None:
    whole = gzip.compress(bytes(range(256)) * 40)
    part = decoded(whole[: len(whole) // 2], ("gzip",))
    assert part == (bytes(range(256)) * 40)[: len(part)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_given_up(name: str) -> None:
    bomb = encoded(b"\0" * 50_000_000, (name,))
    with pytest.raises(CodingError, match="longer than 1000000 bytes"):
        decoded(bomb, (name,), 1_000_000)


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
def test_nonsense_is_told(name: str) -> None:
    with pytest.raises(CodingError, match="content coding"):
        decoded(b"this is no such thing at all", (name,))


def test_names() -> None:
    assert codings_of("") == ()
    assert codings_of(" GZIP, br ,identity") == ("gzip", "br")
    with pytest.raises(CodingError, match="compress"):
        codings_of("compress")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_a_bomb_is_told_long_before_the_bound(coding: str) -> None:
    encoder = Encoder((coding,))
    packed = b"".join(encoder.feed(bytes(1_000_000), last=False) for _ in range(40)) + encoder.feed(b"", last=True)
    pieces: list[bytes] = []
    with pytest.raises(CodingError, match="becomes longer than"):
        pieces.extend(Decoder((coding,)).feed(packed, last=True))
    assert sum(map(len, pieces)) <= max(16 * 1024 * 1024, 200 * len(packed))
