"""Content codings: bodies taken apart with a bound, piece by piece, and put together again.

Source:
    RFC 9110, 8.4.1 (gzip, deflate), RFC 7932 (br), RFC 8878 (zstd).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

from replaysandbox.core.limits import USUAL

MOST = USUAL.decoded_bytes
"""Most bytes that a body may become, unless its reader says less, or the user says otherwise. [B]"""

_PLAIN_MOST = 16 * 1024 * 1024
_EXPANDS_MOST = 200
"""A body that becomes longer than the first of these, and so many times as long as it was sent, is a bomb. Ours: JSON
of equal records becomes 20 to 50 times as long, zeros by gzip 1,000 times. [B]"""

_FEED = 1024
"""How much is decoded at a time where a decoder cannot be bounded. Ours: a bomb of zstd yields 32 MB from it. [B]"""

CODINGS = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))


class CodingError(Exception):
    """A body cannot be taken apart; the text says why."""


class _Coder(Protocol):
    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]: ...


def codings_of(value: str) -> tuple[str, ...]:
    """Read the value of `Content-Encoding`: codings in the order they were applied, identity left out.

    Raises:
        CodingError: One of them is not known.
    """
    names = tuple(name.strip().lower() for name in value.split(","))
    names = tuple(name for name in names if name not in ("", "identity"))
    unknown = [name for name in names if name not in CODINGS]
    if unknown:
        raise CodingError(f"its content coding '{unknown[0][:40]}' is not known")
    return names


class Decoder:
    """Takes a body apart that comes in pieces."""

    def __init__(self, codings: tuple[str, ...], most: int = MOST) -> None:
        self._steps: list[_Coder] = [_decoder(name) for name in reversed(codings)]
        self._most = most
        self._size = 0
        self._fed = 0

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        """Decode a piece.

        Raises:
            CodingError: It is not what its coding says, or becomes too long.
        """
        self._fed += len(data)
        most = min(self._most, max(_PLAIN_MOST, self._fed * _EXPANDS_MOST))
        try:
            for piece in _through(self._steps, data, last=last):
                self._size += len(piece)
                if self._size > most:
                    raise CodingError(f"it becomes longer than {most} bytes")
                yield piece
        except (zlib.error, brotli.error, zstandard.ZstdError, ValueError, MemoryError) as error:
            raise CodingError(f"it is not what its content coding says: {error}") from error


class Encoder:
    """Puts a body together again."""

    def __init__(self, codings: tuple[str, ...]) -> None:
        self._steps: list[_Coder] = [_encoder(name) for name in codings]

    def feed(self, data: bytes, *, last: bool) -> bytes:
        """Encode a piece."""
        return b"".join(_through(self._steps, data, last=last))


def _through(steps: list[_Coder], data: bytes, *, last: bool) -> Iterator[bytes]:
    if not steps:
        if data:
            yield data
        return
    for piece in steps[0].feed(data, last=False):
        yield from _through(steps[1:], piece, last=False)
    if last:
        for piece in steps[0].feed(b"", last=True):
            yield from _through(steps[1:], piece, last=False)
        if len(steps) > 1:
            yield from _through(steps[1:], b"", last=True)


def decoded(data: bytes, codings: tuple[str, ...], most: int = MOST) -> bytes:
    """Take a whole body apart; of one that was cut, what there is.

    Raises:
        CodingError: It is not what its coding says, or becomes longer than `most`.
    """
    return b"".join(Decoder(codings, most).feed(data, last=True))


def encoded(data: bytes, codings: tuple[str, ...]) -> bytes:
    """Put a whole body together."""
    return Encoder(codings).feed(data, last=True)


class _Inflate:
    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inner = zlib.decompressobj(31) if gzip else None
        self._held = b""

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        data = self._held + data
        if self._inner is None:
            if len(data) < 2 and not last:
                self._held = data
                return
            # many servers send deflate without its zlib wrapping
            wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            self._inner = zlib.decompressobj(15 if wrapped else -15)
        self._held = b""
        while data:
            piece = self._inner.decompress(data, 1 << 20)
            if piece:
                yield piece
            data = self._inner.unconsumed_tail
            if self._inner.eof:
                data = self._inner.unused_data
                if not self._gzip or not data:
                    return
                self._inner = zlib.decompressobj(31)  # gzip files may stand one after the other


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:  # noqa: ARG002 - the shape of _Coder
        if not data:
            return
        piece = self._inner.process(data, output_buffer_limit=1 << 20)
        while piece or not self._inner.can_accept_more_data():
            if piece:
                yield piece
            if self._inner.can_accept_more_data():
                return
            piece = self._inner.process(b"", output_buffer_limit=1 << 20)


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj(read_across_frames=True)

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:  # noqa: ARG002 - the shape of _Coder
        for start in range(0, len(data), _FEED):
            piece = self._inner.decompress(data[start : start + _FEED])
            if piece:
                yield piece


class _Deflate:
    def __init__(self, wbits: int) -> None:
        self._inner = zlib.compressobj(6, zlib.DEFLATED, wbits)

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        yield self._inner.compress(data) + (self._inner.flush() if last else b"")


class _BrotliEncoder:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=5)

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        yield (self._inner.process(data) if data else b"") + (self._inner.finish() if last else b"")


class _ZstdEncoder:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdCompressor(level=3).compressobj()

    def feed(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        yield (self._inner.compress(data) if data else b"") + (self._inner.flush() if last else b"")


def _decoder(name: str) -> _Coder:
    if name == "br":
        return _Brotli()
    return _Zstd() if name == "zstd" else _Inflate(gzip=name != "deflate")


def _encoder(name: str) -> _Coder:
    if name == "br":
        return _BrotliEncoder()
    return _ZstdEncoder() if name == "zstd" else _Deflate(15 if name == "deflate" else 31)
