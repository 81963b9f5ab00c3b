"""Whether a contract speaks of a field at all: then one that it does not require may be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from replaysandbox.core.contract import Contract, ContractOperation, is_json, response_place
from replaysandbox.core.pointers import followed, joined

_ALTERNATIVES: Final = ("allOf", "oneOf", "anyOf")


def describes(contract: Contract, operation: ContractOperation, status: int, pointer: str) -> bool:
    """Tell whether what an operation promises for a status describes a field of its JSON body.

    Args:
        contract: The contract.
        operation: One of its operations.
        status: HTTP status of the answer.
        pointer: Pointer of the field, with `*` for any position, as `drifting/profile.py` writes it.
    """
    place = response_place(operation, status)
    if not place:
        return False
    place, response = followed(contract.document, place)
    kinds = [kind for kind in response.get("content", {}) if is_json(kind.partition(";")[0].strip().lower())]
    parts = pointer.split("/")[1:]
    return any(_speaks(contract.document, joined(place, "content", kind, "schema"), parts, set()) for kind in kinds)


def _speaks(document: Mapping[str, Any], place: str, parts: list[str], tried: set[tuple[str, int]]) -> bool:
    try:
        place, schema = followed(document, place)
    except KeyError:
        return False
    if (place, len(parts)) in tried:  # references may lead in circles
        return False
    tried.add((place, len(parts)))
    if not parts:
        return True
    if not isinstance(schema, Mapping):
        return False
    inner = "items" if parts[0] == "*" else f"properties/{parts[0].replace('~', '~0')}"
    if _speaks(document, f"{place}/{inner}", parts[1:], tried):
        return True
    return any(_speaks(document, each, parts, tried) for each in _alternatives(place, schema))


def _alternatives(place: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for word in _ALTERNATIVES:
        for position in range(len(schema.get(word, ()))):
            yield joined(place, word, position)
