"""What was once seen to be secret is replaced wherever it stands: plain, percent-encoded, in JSON, in base64."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick, MatchKind

LONGEST = 4096
"""Longest spelling that is looked for: as much as two windows of a large body overlap. Ours. [B]"""

MOST = 50_000
"""Values that are remembered; further ones are replaced where they stand, and nowhere else. Ours."""

_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_IN_BASE64_LEAST = 6
"""Shorter values leave too few letters of their own in base64 to be told from others. Ours. [B]"""


def is_distinct(value: str) -> bool:
    """Tell whether a value is long and odd enough to be looked for everywhere: `battery` is none, though a password."""
    if len(value) >= 16:
        return True
    digits = sum(letter.isdigit() for letter in value)
    letters = sum(letter.isalpha() for letter in value)
    if letters == 0:
        return digits >= 8
    return (len(value) >= 6 and digits > 0) or (len(value) >= 10 and not value.isalpha())


class Known:
    """Secrets seen so far, each with its pseudonym."""

    def __init__(self) -> None:
        self._pseudonyms: dict[str, str] = {}
        self._spellings: dict[bytes, bytes] = {}
        self._cores: dict[bytes, int] = {}
        self._plain: BytesAhoCorasick | None = None
        self._encoded: BytesAhoCorasick | None = None

    def add(self, value: str, pseudonym: str) -> None:
        """Remember a secret, unless it is too common a word."""
        value = value.strip()
        if value in self._pseudonyms or not is_distinct(value) or len(self._pseudonyms) >= MOST:
            return
        self._pseudonyms[value] = pseudonym
        for spelled, instead in _spellings(value, pseudonym.strip()):
            if len(spelled) <= LONGEST:
                self._spellings.setdefault(spelled, instead)
        data = value.encode("utf-8", "surrogatepass")
        if _IN_BASE64_LEAST <= len(data) <= LONGEST // 2:
            self._cores.update(_cores(data))
        self._plain = self._encoded = None

    def replace(self, data: bytes) -> tuple[bytes, int]:
        """Replace all known secrets in some bytes.

        Returns:
            The bytes, and how many places were replaced. They may be longer or shorter than before only where a
            secret's pseudonym is (an e-mail address, a token).
        """
        if not self._spellings:
            return data, 0
        self._prepare()
        data, in_base64 = self._replace_encoded(data)
        data, plain = self._replace_plain(data)
        return data, in_base64 + plain

    def _prepare(self) -> None:
        if self._plain is None:
            self._plain = BytesAhoCorasick(list(self._spellings), matchkind=MatchKind.LeftmostLongest)
        if self._encoded is None and self._cores:
            self._encoded = BytesAhoCorasick(list(self._cores), matchkind=MatchKind.LeftmostLongest)

    def _replace_plain(self, data: bytes) -> tuple[bytes, int]:
        assert self._plain is not None  # noqa: S101 - for the type checker: _prepare made it
        found = self._plain.find_matches_as_indexes(data)
        if not found:
            return data, 0
        parts, end, count = [], 0, 0
        for _, start, stop in found:
            instead = self._spellings[data[start:stop]]
            count += instead != data[start:stop]
            parts += [data[end:start], instead]
            end = stop
        return b"".join([*parts, data[end:]]), count

    def _replace_encoded(self, data: bytes) -> tuple[bytes, int]:
        found = self._encoded.find_matches_as_indexes(data) if self._encoded else []
        parts, end, count = [], 0, 0
        for _, start, stop in found:
            if start < end:
                continue
            run_start, run_end = _run_around(data, start, stop)
            run_start = max(run_start, end)
            offset = (start - self._cores[data[start:stop]] - run_start) % 4
            written = self._recoded(data[run_start + offset : run_end])
            if written is not None:
                parts += [data[end : run_start + offset], written]
                end, count = run_end, count + 1
        return (b"".join([*parts, data[end:]]), count) if count else (data, 0)

    def _recoded(self, run: bytes) -> bytes | None:
        """Decode a run of base64, replace what is known in it, and encode it as it was; None where nothing was."""
        bare = run.rstrip(b"=")
        altered = bare.replace(b"-", b"+").replace(b"_", b"/")
        whole = altered[: len(altered) - 1] if len(altered) % 4 == 1 else altered
        decoded = base64.b64decode(whole + b"=" * (-len(whole) % 4))
        replaced, count = self._replace_plain(decoded)
        if not count:
            return None
        written = base64.b64encode(replaced)
        if len(run) == len(bare):
            written = written.rstrip(b"=")
        if b"-" in bare or b"_" in bare:
            written = written.replace(b"+", b"-").replace(b"/", b"_")
        return written + altered[len(whole) :]


def _run_around(data: bytes, start: int, stop: int) -> tuple[int, int]:
    """Find how far the base64 around a match reaches."""
    low = max(0, start - 2 * LONGEST)
    first = low
    for match in _BASE64_RUN.finditer(data, low, stop):
        first = match.start()
    run = _BASE64_RUN.match(data, stop)
    return first, run.end() if run else stop


def _spellings(value: str, pseudonym: str) -> Iterator[tuple[bytes, bytes]]:
    """List how a value may be written in a URL, a form, JSON, or HTML."""
    encoders = (
        lambda text: text,
        lambda text: quote(text, safe="", errors="surrogatepass"),
        lambda text: quote(text, safe="/", errors="surrogatepass"),
        lambda text: quote_plus(text, errors="surrogatepass"),
        lambda text: re.sub(r"%[0-9A-F]{2}", lambda hit: hit[0].lower(), quote(text, safe="", errors="surrogatepass")),
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"),
    )
    for encode in encoders:
        yield encode(value).encode("utf-8", "surrogatepass"), encode(pseudonym).encode("utf-8", "surrogatepass")


def _cores(data: bytes) -> Iterator[tuple[bytes, int]]:
    """List what of a value's base64 does not depend on its neighbours, by its three alignments.

    Yields:
        The letters, and how many letters before them the group of four begins that they belong to.
    """
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data)
        first = (0, 2, 3)[before]
        last = (len(encoded.rstrip(b"=")) - 1) if (before + len(data)) % 3 else len(encoded)
        core = encoded[first:last]
        for spelled in {core, core.replace(b"+", b"-").replace(b"/", b"_")}:
            if len(spelled) >= _IN_BASE64_LEAST:
                yield spelled, first
