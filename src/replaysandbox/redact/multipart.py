"""Multipart bodies: each part by the name it has, or else by its own type."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import Message

from replaysandbox.redact.cover import Cover

_NAME = re.compile(rb"name=(?:\"([^\"]*)\"|([^\s;]+))", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_LONGEST_VALUE = 65536
"""A longer part is a file, and covered by its type. Ours. [B]"""


def boundary_of(content_type: str) -> bytes:
    """Read the boundary from a Content-Type; empty where there is none."""
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    return str(boundary).encode("latin-1", "replace") if boundary else b""


def cover_multipart(data: bytes, boundary: bytes, cover: Cover, inner: Callable[[bytes, str, Cover], bytes]) -> bytes:
    """Cover the parts of a multipart body. Source: RFC 7578, 4; RFC 2046, 5.1.

    Args:
        data: The body.
        boundary: What parts it, without the dashes.
        cover: What covers.
        inner: `inner(data, content_type, cover)` covers the content of a part that has a type of its own.
    """
    pieces = data.split(b"--" + boundary)
    return (b"--" + boundary).join(
        piece if position == 0 else _part(piece, cover, inner) for position, piece in enumerate(pieces)
    )


def _part(piece: bytes, cover: Cover, inner: Callable[[bytes, str, Cover], bytes]) -> bytes:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        return piece
    ending = b"\r\n" if content.endswith(b"\r\n") else b""
    content = content[: len(content) - len(ending)]
    found = _NAME.search(head)
    name = (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""
    told = cover.rules.of_parameter(name)
    if told and len(content) <= _LONGEST_VALUE:
        value = content.decode("utf-8", "surrogateescape")
        content = cover.named(value, told, name).encode("utf-8", "surrogateescape")
    else:
        kind = _TYPE.search(head)
        content = inner(content, kind[1].decode("latin-1") if kind else "text/plain", cover)
    return head + blank + content + ending
