"""Bodies by their type: JSON, form, multipart, text, anything else; whole, or in windows where they are large."""

from __future__ import annotations

from collections.abc import Iterator

from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.coding import MOST, CodingError, Decoder, Encoder, codings_of, decoded, encoded
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.json_text import JsonText
from replaysandbox.redact.known import LONGEST
from replaysandbox.redact.multipart import boundary_of, cover_multipart
from replaysandbox.redact.text import cover_shapes, cover_text
from replaysandbox.redact.urls import cover_pairs

WHOLE = 4 * 1024 * 1024
"""A longer body is covered in windows. Ours. [B]"""

WINDOW = 256 * 1024
"""How much of a large body is looked at together. Ours. [B]"""

_OVERLAP = 3 * LONGEST
_BEFORE_JSON = "\xef\xbb\xbf \t\r\n"
_NO_TEXT = ("image/", "audio/", "video/", "font/")


def cover_body(data: bytes, headers: Headers, cover: Cover, most: int = MOST) -> bytes:
    """Cover a body of at most `WHOLE` bytes, content coding and all; where nothing is covered it stays as it is.

    Raises:
        CodingError: It cannot be taken apart, so nobody knows what is in it; or it becomes longer than `WHOLE`,
            or, in a content coding, than `most`.
    """
    if not data:
        return data
    codings = codings_of(header(headers, "content-encoding") or "")
    plain = decoded(data, codings, min(most, WHOLE) if codings else WHOLE)
    covered = cover_content(plain, header(headers, "content-type") or "", cover)
    return data if covered == plain else encoded(covered, codings)


def cover_known(data: bytes, headers: Headers, cover: Cover) -> bytes:
    """Cover what is known by now, once more: what the rest of its exchange has shown to be a secret."""
    if not data:
        return data
    codings = codings_of(header(headers, "content-encoding") or "")
    plain = decoded(data, codings, WHOLE)
    covered = cover.bytes(plain)
    return data if covered == plain else encoded(covered, codings)


def cover_content(data: bytes, content_type: str, cover: Cover) -> bytes:
    """Cover bytes by their media type, content coding taken off."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("multipart/") and (boundary := boundary_of(content_type)):
        return cover_multipart(data, boundary, cover, cover_content)
    wide = _wide_encoding(data)
    covered = _in_utf8(data, wide, kind, cover) if wide else data
    if covered != data:
        return covered
    text = data.decode("latin-1")
    if kind == "application/x-www-form-urlencoded":
        return cover_pairs(text, cover, form=True).encode("latin-1")
    if is_json(kind, data):
        return JsonText(cover).feed(text, last=True).encode("latin-1")
    return _other(text, kind, cover).encode("latin-1")


def _wide_encoding(data: bytes) -> str:
    """Say whether a text has two or four bytes a letter, in which nothing would be found, by how it begins.

    What a server says of that counts for nothing: some say utf-16 of all they send.
    """
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = tuple(byte == 0 for byte in data[:4])  # the first letter is one of ASCII
    if sum(zeros) == 3:
        return "utf-32-be" if zeros[0] else "utf-32-le"
    if sum(zeros[:2]) == 1:
        return "utf-16-be" if zeros[0] else "utf-16-le"
    return ""


def _in_utf8(data: bytes, charset: str, kind: str, cover: Cover) -> bytes:
    """Cover a text by way of UTF-8; what is not in the encoding it seems to be in stays."""
    try:
        text = data.decode(charset)
        covered = cover_content(text.encode(), kind, cover).decode()
    except UnicodeError:
        return data
    return data if covered == text else covered.encode(charset)


def is_json(kind: str, data: bytes) -> bool:
    """Tell whether a body is JSON, whatever its type is called."""
    begun = data[:64].lstrip(_BEFORE_JSON.encode("latin-1"))
    return kind.endswith(("json", "+json", "json-seq", "ndjson")) or begun[:1] in (b"{", b"[")


def _other(text: str, kind: str, cover: Cover) -> str:
    if kind.startswith(_NO_TEXT):
        return text
    binary = "\0" in text[:1024]
    return cover_shapes(text, cover) if binary else cover_text(text, cover)


class BodyStream:
    """Covers a large body that comes in pieces; never more than a few windows of it are held.

    By line, each piece is covered at once, so that its caller knows by whose hits it was found.
    """

    def __init__(self, headers: Headers, cover: Cover, *, by_line: bool = False, most: int = MOST) -> None:
        codings = codings_of(header(headers, "content-encoding") or "")
        self._kind = (header(headers, "content-type") or "").partition(";")[0].strip().lower()
        self._cover = cover
        self._least, self._kept = (1, 0) if by_line else (WINDOW, _OVERLAP)
        self._decoder, self._encoder = Decoder(codings, most if codings else MOST), Encoder(codings)
        self._json: JsonText | None = None
        self._begun = False
        self._held = ""
        self._covered = b""

    @property
    def waits(self) -> bool:
        """Whether the end of what was fed is not covered yet, because it may belong to what comes next."""
        return self._json.waits if self._json is not None else not self._begun

    def feed(self, data: bytes, *, last: bool = False) -> Iterator[bytes]:
        """Take a piece.

        Args:
            data: The next piece, as on the wire.
            last: Whether it is the last one.

        Raises:
            CodingError: It cannot be taken apart.
        """
        for piece in self._decoder.feed(data, last=last):
            yield from self._window(piece.decode("latin-1"), last=False)
        if last:
            yield from self._window("", last=True)
            yield self._encoder.feed(b"", last=True)

    def _window(self, text: str, *, last: bool) -> Iterator[bytes]:
        """Cover a window: first by its type, then what is known; the end of each is looked at again with the next."""
        self._held += text
        if not self._begun and (last or self._held[:64].strip(_BEFORE_JSON) or len(self._held) >= 64):
            self._begun = True
            start = self._held[:64].encode("latin-1")
            if _wide_encoding(start) and any(word in self._kind for word in ("text/", "json", "xml")):
                raise CodingError("its letters are of two bytes or four, and it is too long to be looked at whole")
            self._json = JsonText(self._cover) if is_json(self._kind, start) else None
        if not last and (len(self._held) < self._least or not self._begun):
            return
        if self._json is not None:
            ready, self._held = self._json.feed(self._held, last=last), ""
        else:
            end = len(self._held) if last else _cut(self._held)
            ready, self._held = _other(self._held[:end], self._kind, self._cover), self._held[end:]
        data = self._cover.bytes(self._covered + ready.encode("latin-1"))
        keep = 0 if last else min(len(data), self._kept)
        self._covered = data[len(data) - keep :] if keep else b""
        yield self._encoder.feed(data[: len(data) - keep], last=False)


def _cut(text: str) -> int:
    """Choose where a window ends: at a blank or line's end within its last part, so that no word is parted."""
    least = len(text) - _OVERLAP
    for mark in ("\n", " ", "&", ",", ";"):
        found = text.rfind(mark, least)
        if found > 0:
            return found
    return max(0, least)


__all__ = ["BodyStream", "CodingError", "cover_body", "cover_content", "cover_known", "is_json"]
