"""Which segments of recorded paths vary: ids, numbers, dates; and what to call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from replaysandbox.redact.shapes import shape_of
from replaysandbox.scaffold.names import singular, words_of

Kind = Literal["uuid", "number", "date", "vin", "email", "id", "secret"]

_PREFIXED: Final = re.compile(r"[A-Za-z]{1,12}[_-](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{5,}")
_MIXED: Final = re.compile(r"(?=(?:[^0-9]*[0-9]){2})(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_-]{8,}")
_VERSION: Final = re.compile(r"v?\d{1,2}(\.\d{1,3})*|\d{4}-\d{2}(-\d{2})?")
_SCHEMAS: Final[dict[Kind, dict[str, Any]]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "number": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that varies.

    Attributes:
        kind: What it looks like.
        name: What it is called.
        text: How it was seen first.
    """

    kind: Kind
    name: str
    text: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """Its schema."""
        return dict(_SCHEMAS.get(self.kind, {"type": "string", "example": self.text}))


def kind_of_segment(text: str) -> Kind | None:
    """Tell what a segment is that names one thing of many; None for a word of the API's own."""
    shape = shape_of(text)
    if shape in ("uuid", "date", "vin", "email"):
        return shape if shape != "date" or len(text) == 10 else "id"
    if text.isascii() and text.isdecimal():
        return "number"
    if (shape == "hex" and len(text) >= 8) or _PREFIXED.fullmatch(text) or _MIXED.fullmatch(text):
        return "id"
    return None


def template_of_path(path: Sequence[str], secret: Sequence[int] = ()) -> tuple[str | Segment, ...]:
    """Tell the words of a path from what varies.

    Args:
        path: Its segments, decoded.
        secret: Segments whose value was a secret, from 0: they vary.
    """
    parts: list[str | Segment] = []
    for position, text in enumerate(path):
        kind = "secret" if position in secret else kind_of_segment(text)
        if kind is None or (position < 3 and _names_version(path, position)):
            parts.append(text)
        else:
            parts.append(Segment(kind, _named(kind, parts), text))
    return tuple(parts)


def _names_version(path: Sequence[str], position: int) -> bool:
    """Tell whether a number near the beginning is the API's version: `/api/1/…`, `/2024-10/…`."""
    before = path[position - 1].lower() if position else ""
    return (
        bool(_VERSION.fullmatch(path[position]))
        and before in ("", "api", "rest", "version")
        and position + 1 < len(path)
    )


def _named(kind: Kind, before: Sequence[str | Segment]) -> str:
    taken = {each.name for each in before if isinstance(each, Segment)}
    owner = next((each for each in reversed(before) if isinstance(each, str)), "")
    words = words_of(owner)
    words = (*words[:-1], singular(words[-1])) if words and words[-1].isalpha() else ()
    noun = "".join((*words[:1], *(word.capitalize() for word in words[1:])))
    name = kind if kind in ("date", "vin", "email") else f"{noun}Id" if noun else "id"
    number, made = 2, name
    while made in taken:
        made, number = f"{name}{number}", number + 1
    return made


def written(parts: Sequence[str | Segment]) -> str:
    """Write a path with braces for what varies."""
    return "/" + "/".join(f"{{{each.name}}}" if isinstance(each, Segment) else each for each in parts)
