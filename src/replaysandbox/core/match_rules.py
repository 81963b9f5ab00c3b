"""How a request is matched with those of a capture: what is compared, and how closely. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[str, ...]
"""One part of a request: `("path", "2")`, `("query", "limit")`, `("body", "json", "items", "0", "id")`, …"""

_BODIES = ("json", "form", "part")


@dataclass(frozen=True, slots=True)
class PathRule:
    """What is different for some requests. Places may hold `*` for any one name, key or index.

    Attributes:
        path: Path it is for: `{id}` or `*` is any one segment, `**` at the end any more; empty: every path.
        method: Method it is for, or empty.
        host: Host it is for, as a glob, or empty.
        ignore: Places that are not compared, with all below them.
        presence: Places where a value must be, whichever.
        regex: Place → expression (RE2) that both values must match as a whole, in place of being equal.
        tolerance: Place → by how much two numbers may differ.
    """

    path: str = ""
    method: str = ""
    host: str = ""
    ignore: tuple[Place, ...] = ()
    presence: tuple[Place, ...] = ()
    regex: Mapping[Place, str] = field(default_factory=dict)
    tolerance: Mapping[Place, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchRules:
    """How requests are matched.

    Attributes:
        headers: Header fields that are compared too, lower case; `*`: all that are not volatile.
        volatile: Whether what changes from run to run (credentials, request ids, …) is ignored by its name.
        rules: For some requests only; all that fit hold together.
    """

    headers: tuple[str, ...] = ()
    volatile: bool = True
    rules: tuple[PathRule, ...] = ()


def parse_place(text: str) -> Place:
    """Read a place as people write it.

    Args:
        text: `path:2` (segment, from 0), `query:NAME`, `header:NAME`, `cookie:NAME`, `json:/POINTER`,
            `form:NAME`, `part:NAME` (of a multipart body), or `body`.

    Raises:
        ValueError: It is none.
    """
    kind, colon, rest = text.partition(":")
    if text == "body":
        return ("body",)
    if kind == "json" and (not rest or rest.startswith("/")):
        keys = rest.split("/")[1:]
        return ("body", "json", *(key.replace("~1", "/").replace("~0", "~") for key in keys))
    if kind in _BODIES[1:] and rest:
        return ("body", kind, rest)
    if kind in ("query", "cookie") and rest:
        return (kind, rest)
    if kind == "header" and rest:
        return (kind, rest.lower())
    if kind == "path" and (rest.isdecimal() or rest == "*"):
        return (kind, rest)
    form = "path:2, query:NAME, header:NAME, cookie:NAME, json:/a/*/b, form:NAME, part:NAME or body"
    raise ValueError(f"'{text[:60]}' is no place in a request; write {form}" if colon else f"'{text[:60]}': {form}")


def place_text(place: Place) -> str:
    """Write a place as people do."""
    if place[:2] == ("body", "json"):
        return "json:" + "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in place[2:])
    if place[0] == "body":
        return ":".join(place[1:]) or "body"
    return ":".join(place)
