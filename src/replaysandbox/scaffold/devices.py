"""Bodies of devices: what of them the world fills, how ids look, which tables of words that needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.contract.validators import holds
from replaysandbox.core.contract import Contract, ContractOperation
from replaysandbox.core.id_patterns import shape_of
from replaysandbox.core.ids import LENGTHS, NUMBER_BITS, IdStyle, Kind, as_pattern, encode, least_length
from replaysandbox.core.pointers import followed
from replaysandbox.scaffold.bodies import Promise
from replaysandbox.scaffold.device_words import StateHole, said_of
from replaysandbox.scaffold.families import About, about, family_named
from replaysandbox.scaffold.making import Where
from replaysandbox.scaffold.meanings import Hole, meaning_of
from replaysandbox.scaffold.names import phrase, words_of

_ANY: Final = IdStyle("base62", "", 12)
STYLES: Final = (
    IdStyle("uuid"),
    IdStyle("digits", "", least_length("digits", NUMBER_BITS)),
    IdStyle("pattern", pattern="[1-9][0-9]{8}"),
    _ANY,
    IdStyle("base62", "", 17),
)
"""Ways ids may look, as tried. Ours."""

_SHOWN: Final = re.compile(r"([A-Za-z]{1,20}[_-]|[A-Z]{1,4}(?=[0-9]+$))?([A-Za-z0-9]{6,32})")
_SMALL_HEX: Final = re.compile(r"[0-9a-f]{8,}")
_LONGEST: Final = 200
_LEAST: Final = 100_000
"""Fewest texts that a pattern may have whose ids tell devices apart. Ours."""

_PAGE_WORDS: Final[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    **dict.fromkeys(("total", "total count", "total items", "total results", "count total"), ("page.total", (0, 5))),
    **dict.fromkeys(("total pages", "page count", "pages"), ("page.pages", (1, 5))),
    **dict.fromkeys(("has more", "has next", "has next page"), ("page.has_more", (True, False))),
    **dict.fromkeys(("next cursor", "next page token", "next token", "after"), ("page.after", (None, "text"))),
}


def about_of(operation: ContractOperation) -> About | None:
    """Tell which devices an operation is about."""
    return about(operation.path)


def id_style(promise: Promise, contract: Contract) -> IdStyle:
    """Choose how ids of devices look: as the first path that names one takes them."""
    for operation in contract.calls:
        found = about_of(operation)
        if found is None or found.position < 0:
            continue
        name = operation.path.strip("/").split("/")[found.position][1:-1]
        place = next((each.schema for each in operation.parameters if (each.place, each.name) == ("path", name)), "")
        if place:
            shown = _as_shown(followed(promise.document, place)[1])
            if shown is not None and _takes(promise, place, shown):
                return shown
            schema = followed(promise.document, place)[1]
            if _free(schema):
                return _ANY
            any_way = STYLES[1] if _whole(schema) else _ANY
            return next((style for style in STYLES if _takes(promise, place, style)), any_way)
    return _ANY


def _as_shown(schema: Any) -> IdStyle | None:
    """Read how ids look from a pattern or an example: `device_6fQtayv6j` → letters and digits after `device_`."""
    example = schema.get("example") if isinstance(schema, Mapping) else None
    said = _by_pattern(schema.get("pattern")) if isinstance(schema, Mapping) else None
    found = _SHOWN.fullmatch(example) if isinstance(example, str) else None
    if said is not None or found is None or not any(letter.isdigit() for letter in found[2]):
        return said
    prefix, length = found[1] or "", len(found[2])
    if _SMALL_HEX.fullmatch(found[2]) and not found[2].isdecimal():
        return IdStyle("pattern", pattern=f"{prefix}[0-9a-f]{{{length}}}")
    if found[2][0] == "0" and found[2].isdecimal():
        return IdStyle("pattern", pattern=f"{prefix}[0-9]{{{length}}}")
    kind: Kind = "digits" if found[2].isdecimal() else "base62"
    if length in LENGTHS and length >= least_length(kind, NUMBER_BITS):
        return IdStyle(kind, prefix, length)
    return IdStyle("pattern", pattern=as_pattern(kind, prefix, length))


def _by_pattern(pattern: Any) -> IdStyle | None:
    """Take a contract's pattern where it is one that ids may have."""
    try:
        fits = isinstance(pattern, str) and len(pattern) <= _LONGEST and shape_of(pattern).texts >= _LEAST
    except ValueError:
        return None
    return IdStyle("pattern", pattern=pattern.removeprefix("^").removesuffix("$")) if fits else None


def _free(schema: Any) -> bool:
    """Tell whether any text will do."""
    free = isinstance(schema, Mapping) and not {"format", "pattern", "maxLength", "enum"} & set(schema)
    return free and schema.get("type") in ("string", None)


def _takes(promise: Promise, place: str, style: IdStyle) -> bool:
    schema = followed(promise.document, place)[1]
    text = encode(style, "scaffold", 1)
    return holds(promise.checker.requests, place, int(text) if _whole(schema) and text.isdecimal() else text)


def _whole(schema: Any) -> bool:
    kinds = schema.get("type", "") if isinstance(schema, Mapping) else ""
    return kinds in ("integer", "number") or (isinstance(kinds, list) and "integer" in kinds)


@dataclass(slots=True)
class DeviceFiller:
    """Fills bodies of one family's devices.

    Attributes:
        family: The family.
        style: How ids look.
        tables: Tables of words, to which more are added.
        doubts: What may mean something, but is not filled.
    """

    family: str
    style: IdStyle
    tables: dict[str, Mapping[str, Any]]
    doubts: list[str] = field(default_factory=list)

    def __call__(self, name: str, schema: Mapping[str, Any], where: Where) -> Hole | None:
        """Find what fills a property."""
        if where == "page":
            return _page_hole(name, schema)
        if where == "device" and self._names_device(name):
            return self._id(schema)
        hole = said_of(self.family, name, schema) or meaning_of(self.family, name, schema)
        if hole is None:
            return None
        if hole.confidence == "low":
            self.doubts.append(f"{name} may be {hole.expression} ({hole.why})")
            return None
        return self._tabled(name, hole) if isinstance(hole, StateHole) else hole

    def _names_device(self, name: str) -> bool:
        if phrase(name) in ("id", "device id", "uuid", "uid"):
            return True
        words = words_of(name)
        return len(words) > 1 and words[-1] in ("id", "uuid") and family_named(" ".join(words[:-1])) == self.family

    def _id(self, schema: Mapping[str, Any]) -> Hole | None:
        texts = tuple(encode(self.style, "scaffold", number) for number in (1, 999))
        if _whole(schema):
            whole = all(text.isdecimal() and text[0] != "0" for text in texts)
            return Hole("device.id | int", tuple(map(int, texts)), "name") if whole else None
        return Hole("device.id", texts, "name")

    def _tabled(self, name: str, hole: StateHole) -> Hole:
        """Put a state's words into a table of the pack, and lead the hole through it."""
        words = hole.words or {}
        table = "_".join((self.family, *words_of(name)))
        while self.tables.setdefault(table, words) != words:
            table += "_2"
        return Hole(f'{hole.expression} | mapped("{table}")', hole.tries, hole.why, hole.confidence)


def _page_hole(name: str, schema: Mapping[str, Any]) -> Hole | None:
    expression, tries = _PAGE_WORDS.get(phrase(name), ("", ()))
    if not expression or "enum" in schema:
        return None
    return Hole(expression, tries, "name")
