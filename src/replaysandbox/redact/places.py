"""Which parts of a request differ from what was sent: the places a replay holds by pseudonym, or by presence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.coding import CodingError, codings_of, decoded

_LARGEST = 1_000_000


def redacted_places(sent: RecordedRequest, kept: RecordedRequest) -> tuple[str, ...]:
    """List the places of a request that were redacted, in the words of `Recorded.redacted`.

    Args:
        sent: As it was on the wire.
        kept: As it is kept.
    """
    if sent == kept:
        return ()
    return tuple(dict.fromkeys((*_path(sent, kept), *_query(sent, kept), *_headers(sent, kept), *_body(sent, kept))))


def _path(sent: RecordedRequest, kept: RecordedRequest) -> Iterator[str]:
    before, after = sent.path.split("/")[1:], kept.path.split("/")[1:]
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            yield f"path:{position}"


def _query(sent: RecordedRequest, kept: RecordedRequest) -> Iterator[str]:
    yield from (f"query:{name}" for name in _differing(sent.query, kept.query))


def _differing(before: str, after: str) -> Iterator[str]:
    for old, new in zip(before.split("&"), after.split("&"), strict=False):
        if old != new:
            yield unquote_plus(new.partition("=")[0])


def _headers(sent: RecordedRequest, kept: RecordedRequest) -> Iterator[str]:
    for (name, old), (_, new) in zip(sent.headers, kept.headers, strict=False):
        if old == new or name.lower() == "content-length":
            continue
        if name.lower() == "cookie":
            yield from (f"cookie:{each}" for each in _cookies(old, new))
        else:
            yield f"header:{name.lower()}"


def _cookies(before: str, after: str) -> Iterator[str]:
    for old, new in zip(before.split(";"), after.split(";"), strict=False):
        if old != new:
            yield new.partition("=")[0].strip()


def _body(sent: RecordedRequest, kept: RecordedRequest) -> Iterator[str]:
    if sent.body == kept.body:
        return
    before, after = _content(sent.body, sent.headers), _content(kept.body, kept.headers)
    if before is None or after is None:
        yield "body"
        return
    kind = (header(kept.headers, "content-type") or "").lower()
    if "x-www-form-urlencoded" in kind:
        yield from (f"form:{name}" for name in _differing(before.decode("latin-1"), after.decode("latin-1")))
        return
    try:
        pointers = list(_pointers(json.loads(before), json.loads(after), "json:"))
    except (ValueError, RecursionError):
        pointers = []
    yield from pointers or ["body"]


def _content(body: object, headers: Headers) -> bytes | None:
    if not isinstance(body, bytes):
        return None
    try:
        return decoded(body, codings_of(header(headers, "content-encoding") or ""), _LARGEST)
    except CodingError:
        return None


def _pointers(before: Any, after: Any, pointer: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for key in before:
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _pointers(before[key], after[key], f"{pointer}/{escaped}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from _pointers(old, new, f"{pointer}/*")
    elif before != after:
        yield pointer
