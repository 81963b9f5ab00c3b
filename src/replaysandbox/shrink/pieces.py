"""An exchange taken apart so that it can be made smaller, and put together again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from replaysandbox.core.capture import Recorded
from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.coding import CodingError, Decoder, codings_of

MOST = 16 * 1024 * 1024
"""Longer bodies are left as they are. Ours: what is larger is no list that anybody reads. [B]"""

_OF_ONE_BODY = frozenset(
    ("content-length", "content-encoding", "transfer-encoding", "content-md5", "digest", "content-digest", "etag")
)
"""Header fields about the bytes of one body: they go when it becomes another. Source: RFC 9110, 8; RFC 9530."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One exchange on its way to a smaller one.

    Attributes:
        number: Its number in the capture that was begun with.
        recorded: The exchange; its bodies are at hand.
        first: The exchange with all its header fields, and its body where that is no tree.
        tree: The body of its response as a JSON value, once `plain` has taken it apart.
        whole: The same with all fields and values; only lists are as long as in `tree`.
        is_plain: Whether the tree holds in place of the body.
    """

    number: int
    recorded: Recorded
    first: Recorded
    tree: Any = None
    whole: Any = None
    is_plain: bool = False


def piece_of(number: int, recorded: Recorded) -> Piece:
    """Begin with an exchange whose bodies are at hand."""
    return Piece(number, recorded, recorded)


type Pieces = tuple[Piece, ...]
"""A capture on its way to a smaller one: exchanges in order."""


def plain(piece: Piece) -> Piece:
    """Take the body of a response apart; the same piece where it is no JSON, or is cut."""
    response = piece.recorded.response
    if piece.is_plain or response is None or piece.recorded.failure is not None:
        return piece
    body = _unpacked(response.body if isinstance(response.body, bytes) else b"", response.headers)
    if not body or len(body) > MOST:
        return piece
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError:
        return piece
    kept = tuple(pair for pair in response.headers if pair[0].lower() not in _OF_ONE_BODY)
    recorded = replace(piece.recorded, response=replace(response, headers=kept, body=b""))
    return Piece(piece.number, recorded, recorded, tree, tree, is_plain=True)


def _unpacked(body: bytes, headers: Headers) -> bytes:
    try:
        coder = Decoder(codings_of(header(headers, "content-encoding") or ""), MOST)
        return b"".join(coder.feed(body, last=True))
    except CodingError:
        return b""


def exchange_of(piece: Piece) -> Recorded:
    """Put a piece together again."""
    recorded = piece.recorded
    if not piece.is_plain or recorded.response is None:
        return recorded
    return replace(recorded, response=replace(recorded.response, body=orjson.dumps(piece.tree)))


def has_body(piece: Piece) -> bool:
    """Tell whether its response has a body."""
    response = piece.recorded.response
    return response is not None and response.body != b""


def bare(piece: Piece) -> Piece:
    """Give a piece whose response has no body."""
    response = piece.recorded.response
    if response is None:
        return piece
    kept = tuple(pair for pair in response.headers if pair[0].lower() not in _OF_ONE_BODY)
    return replace(piece, recorded=replace(piece.recorded, response=replace(response, headers=kept, body=b"")))


def size_of(pieces: Pieces) -> int:
    """Add up the bodies and header fields of all responses. [B]"""
    total = 0
    for piece in pieces:
        response = exchange_of(piece).response
        if response is not None:
            body = response.body
            total += len(body) if isinstance(body, bytes) else body.size
            total += sum(len(name) + len(value) + 4 for name, value in response.headers)
    return total
