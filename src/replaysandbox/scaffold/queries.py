"""How the lists of a contract are cut: by which query parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import ContractOperation, ContractParameter
from replaysandbox.core.pointers import followed
from replaysandbox.scaffold.names import phrase

_LIMITS: Final = ("limit", "per page", "page size", "size", "count", "take", "max results", "page limit", "pagesize")
_OFFSETS: Final = ("offset", "skip", "start index", "start")
_PAGES: Final = ("page", "page number", "page no")
_AFTERS: Final = ("cursor", "after", "starting after", "page token", "next token", "next cursor")
_WHOLE: Final = 2**31 - 1  # what `int32` means is no range of anybody's


@dataclass(slots=True)
class Queries:
    """The parameters by which a pack's lists are cut, as they are met; the contract judges all others."""

    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, document: Mapping[str, Any], operation: ContractOperation, pages: Mapping[str, str]) -> list[str]:
        """Note the parameters by which a list is cut; gives their names.

        Args:
            document: The contract's document.
            operation: The operation.
            pages: How its list is cut: see `pagination_of`.
        """
        names = [each.name for each in operation.parameters if each.place == "query" and each.name in pages.values()]
        for each in operation.parameters:
            if each.name in names:
                words = _paging(_schema(document, each), is_limit=each.name == pages["limit"])
                known = self.parameters.setdefault(each.name, words)
                self.parameters[each.name] = words if _wider(words, known) else known
        return names


def _wider(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether one list may be asked for more than another, which has a parameter of the same name."""
    return bool(one.get("maximum", _WHOLE) > other.get("maximum", _WHOLE))


def _schema(document: Mapping[str, Any], parameter: ContractParameter) -> Mapping[str, Any]:
    schema = followed(document, parameter.schema)[1] if parameter.schema else {}
    return schema if isinstance(schema, Mapping) else {}


def _range(schema: Mapping[str, Any]) -> dict[str, int]:
    found = {word: schema.get(word) for word in ("minimum", "maximum")}
    return {word: each for word, each in found.items() if isinstance(each, int) and abs(each) < _WHOLE}


def _paging(schema: Mapping[str, Any], *, is_limit: bool) -> dict[str, Any]:
    if schema.get("type") != "integer":
        return {"type": "string"}
    bounds = _range(schema)
    return {"type": "integer", **bounds, "minimum": max(bounds.get("minimum", 0), 1 if is_limit else 0)}


def pagination_of(document: Mapping[str, Any], operation: ContractOperation) -> dict[str, str]:
    """Guess how a list is cut, by the names of its parameters; empty where it is not, or not in a way known here."""
    words = {each.name: _schema(document, each).get("type") for each in operation.parameters if each.place == "query"}
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


def _found(words: Mapping[str, Any], names: tuple[str, ...], kind: str) -> str:
    return next((name for name, its in words.items() if its == kind and phrase(name) in names), "")
