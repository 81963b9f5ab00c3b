"""Query parameters of a contract → parameters of a pack, and how its lists are cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import ContractOperation, ContractParameter
from replaysandbox.core.pointers import followed
from replaysandbox.scaffold.names import phrase, slug

_LIMITS: Final = ("limit", "per page", "page size", "size", "count", "take", "max results", "page limit", "pagesize")
_OFFSETS: Final = ("offset", "skip", "start index", "start")
_PAGES: Final = ("page", "page number", "page no")
_AFTERS: Final = ("cursor", "after", "starting after", "page token", "next token", "next cursor")
_WHOLE: Final = 2**31 - 1  # what `int32` means is no range of anybody's


@dataclass(slots=True)
class Queries:
    """The parameters of a pack as they are met; two operations may mean different things by one name."""

    credentials: frozenset[str] = frozenset()
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, document: Mapping[str, Any], operation: ContractOperation, pages: Mapping[str, str]) -> list[str]:
        """List the parameters a route takes, by the names the pack has for them.

        Args:
            document: The contract's document.
            operation: The operation.
            pages: How its list is cut: those are taken whatever they are.
        """
        names = []
        for each in operation.parameters:
            if each.place != "query" or each.deep or each.name.lower() in self.credentials:
                continue
            words = _words(document, each)
            plain = words == {"type": "string"}
            if each.name in pages.values():
                words = _paging(words, is_limit=each.name == pages["limit"])
            elif plain:
                continue  # any text does, and none is missed
            names.append(self._named(each.name, words))
        return names

    def _named(self, name: str, words: dict[str, Any]) -> str:
        if self.parameters.setdefault(name, words) == words:
            return name
        renamed = {**words, "name": name}
        for key, known in self.parameters.items():
            if known == renamed:
                return key
        key = slug(name, set(self.parameters)).replace("-", "_")
        while key in self.parameters:
            key += "_"
        self.parameters[key] = renamed
        return key


def _words(document: Mapping[str, Any], parameter: ContractParameter) -> dict[str, Any]:
    schema = followed(document, parameter.schema)[1] if parameter.schema else {}
    schema = schema if isinstance(schema, Mapping) else {}
    words: dict[str, Any] = {"type": "string"}
    kinds = schema.get("type")
    choices = schema.get("enum")
    if kinds == "integer" and not isinstance(choices, list):
        words = {"type": "integer", **_range(schema)}
    elif kinds == "boolean":
        words = {"type": "boolean"}
    elif kinds == "string" and isinstance(choices, list) and all(isinstance(each, str) and each for each in choices):
        words = {"type": "string", "choices": choices}
    return {**words, "required": True} if parameter.required else words


def _range(schema: Mapping[str, Any]) -> dict[str, int]:
    found = {word: schema.get(word) for word in ("minimum", "maximum")}
    return {word: each for word, each in found.items() if isinstance(each, int) and abs(each) < _WHOLE}


def _paging(words: dict[str, Any], *, is_limit: bool) -> dict[str, Any]:
    if words["type"] != "integer":
        return {"type": "string"}
    least = max(words.get("minimum", 1 if is_limit else 0), 1 if is_limit else 0)
    return {"type": "integer", "minimum": least, **{key: each for key, each in words.items() if key == "maximum"}}


def pagination_of(document: Mapping[str, Any], operation: ContractOperation) -> dict[str, str]:
    """Guess how a list is cut, by the names of its parameters; empty where it is not, or not in a way known here."""
    words = {each.name: _words(document, each)["type"] for each in operation.parameters if each.place == "query"}
    limit = _found(words, _LIMITS, "integer")
    if not limit:
        return {}
    for style, names, kind, word in (
        ("offset", _OFFSETS, "integer", "offset"),
        ("page", _PAGES, "integer", "page"),
        ("cursor", _AFTERS, "string", "after"),
    ):
        name = _found(words, names, kind)
        if name:
            return {"style": style, word: name, "limit": limit}
    return {}


def _found(words: Mapping[str, str], names: tuple[str, ...], kind: str) -> str:
    return next((name for name, its in words.items() if its == kind and phrase(name) in names), "")
