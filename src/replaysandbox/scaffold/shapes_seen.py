"""Values that were seen → a schema: types, null, what is always there, formats, words of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.contract.formats import FORMATS
from replaysandbox.core.counted import many
from replaysandbox.scaffold.names import phrase
from replaysandbox.scaffold.yaml_text import Noted

MOST_WORDS: Final = 8
"""Most words that are taken for an enumeration. Ours."""

MOST_KEYS: Final = 60
"""Most keys of an object; with more it is a table by id. Ours."""

_KEPT: Final = 200
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}(?: [A-Za-z][A-Za-z_-]{0,39}){0,2}")
_FORMATS: Final = ("date-time", "date", "uuid", "email", "ipv4", "uri")
_FREE: Final = re.compile(
    r"(.* )?(name|title|description|make|brand|manufacturer|vendor|maker|model|city|country|note)"
)
_ID: Final = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{6,}")


@dataclass(slots=True)
class Shape:
    """All that was seen at one place.

    Attributes:
        count: How many values.
        kinds: Types of them.
        texts: Texts among them, the first some of different ones, with how often each came.
        numbers: Least and most of the numbers.
        items: Members of the lists.
        members: Members of the objects, and in how many each was.
        objects: How many objects.
        example: The first value that was no list and no object.
    """

    count: int = 0
    kinds: set[str] = field(default_factory=set)
    texts: dict[str, int] = field(default_factory=dict)
    numbers: tuple[float, float] | None = None
    items: Shape | None = None
    members: dict[str, Shape] = field(default_factory=dict)
    objects: int = 0
    example: Any = None

    def see(self, value: Any) -> None:
        """Look at one more value."""
        self.count += 1
        kind = _kind(value)
        self.kinds.add(kind)
        if kind == "object":
            self.objects += 1
            for name, inner in value.items():
                self.members.setdefault(str(name), Shape()).see(inner)
        elif kind == "array":
            for inner in value:
                self.items = self.items or Shape()
                self.items.see(inner)
        elif kind != "null":
            self._see_plain(kind, value)

    def _see_plain(self, kind: str, value: Any) -> None:
        if self.example is None:
            self.example = value
        if kind in ("integer", "number"):
            low, high = self.numbers or (value, value)
            self.numbers = min(low, value), max(high, value)
        elif kind == "string" and (value in self.texts or len(self.texts) < _KEPT):
            self.texts[value] = self.texts.get(value, 0) + 1

    def schema(self, name: str = "") -> dict[str, Any]:
        """Write what was seen as a schema of JSON Schema 2020-12.

        Args:
            name: Name of the place: what people or makers name is no enumeration, however few names were seen.
        """
        kinds = sorted(self.kinds - ({"integer"} if "number" in self.kinds else set()) - {"null"})
        nullable = "null" in self.kinds
        if not kinds:
            return {}
        schema: dict[str, Any] = {
            "type": kinds[0] if len(kinds) == 1 and not nullable else [*kinds, *(["null"] * nullable)]
        }
        if "object" in kinds:
            schema |= self._object()
        if "array" in kinds:
            schema["items"] = self.items.schema() if self.items else {}
        if kinds == ["string"]:
            schema |= self._text(name, nullable=nullable)
        if kinds in (["number"], ["integer"]) and self.numbers:
            schema["x-observed"] = {"minimum": self.numbers[0], "maximum": self.numbers[1]}
        if self.example is not None and len(kinds) == 1 and kinds[0] not in ("object", "array"):
            schema["example"] = self.example
        return schema

    def _object(self) -> dict[str, Any]:
        if len(self.members) > MOST_KEYS or (self.members and all(_ID.fullmatch(name) for name in self.members)):
            whole = Shape()
            for each in self.members.values():
                whole.join(each)
            return {"additionalProperties": whole.schema()}
        required = [name for name, each in self.members.items() if each.count == self.objects]
        properties = {name: each.schema(name) for name, each in self.members.items()}
        return {**({"required": required} if required else {}), **({"properties": properties} if properties else {})}

    def _text(self, place: str, *, nullable: bool) -> dict[str, Any]:
        for name in _FORMATS:
            if self.texts and all(FORMATS[name](text) for text in self.texts):
                return {"format": name}
        seen = sum(self.texts.values())
        words = sorted(self.texts)
        few = 2 <= len(words) <= MOST_WORDS and seen >= max(4, 2 * len(words))
        if few and not _FREE.fullmatch(phrase(place)) and all(_WORD.fullmatch(each) for each in words):
            choices = [*words, None] if nullable else words
            return {
                "enum": Noted(choices, f"guess: {many(len(words), 'word')} in {many(seen, 'value')}"),
                "x-source": "guess",
            }
        return {}

    def join(self, other: Shape) -> None:
        """Take in what another has seen."""
        self.count += other.count
        self.kinds |= other.kinds
        self.objects += other.objects
        self.example = other.example if self.example is None else self.example
        for text, count in other.texts.items():
            self.texts[text] = self.texts.get(text, 0) + count
        if other.numbers:
            low, high = self.numbers or other.numbers
            self.numbers = min(low, other.numbers[0]), max(high, other.numbers[1])
        if other.items:
            self.items = self.items or Shape()
            self.items.join(other.items)
        for name, each in other.members.items():
            self.members.setdefault(name, Shape()).join(each)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds: Mapping[type, str] = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return kinds.get(type(value), "null")


def text_schema(texts: list[str]) -> dict[str, Any]:
    """Write a schema for texts of a URL: whole numbers, truth values, words, or any text."""
    if all(re.fullmatch(r"-?\d{1,15}", text) for text in texts):
        return {"type": "integer", "example": int(texts[0])}
    if set(texts) <= {"true", "false"}:
        return {"type": "boolean"}
    if all(FORMATS["date-time"](text) for text in texts):
        return {"type": "string", "format": "date-time"}
    return {"type": "string", "example": texts[0]}
