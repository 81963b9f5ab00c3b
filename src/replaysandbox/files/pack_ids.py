"""Ids of a pack that are too short for what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from replaysandbox.core.errors import Problem
from replaysandbox.core.ids import IdStyle, least_length
from replaysandbox.files.yaml_file import Document, KeyPath

_DEVICE: Final = (47, "every device of a world of 10^12 homes has one")
_HOME: Final = (41, "every home of a world of 10^12 has one")
_ENTRY: Final = (24, "a session keeps millions of them")

ID_NEEDS: Final[Mapping[str, tuple[int, str]]] = {
    "device": _DEVICE,
    "home": _HOME,
    "user": (41, "the people of every home of a world of 10^12 have one"),
    "request": (40, "every request has one"),
    "action": _ENTRY,
    "cursor": (43, "it holds a place in a list of all devices of a world of 10^12 homes"),
}
"""What an id names → bits of its largest number, and why there are so many. Source: `HOMES_LIMIT`, `home_key` and
`number_of_device` of world/world.py, and `_REQUEST_NUMBERS` of render/reply.py; entries: ours."""


def id_problems(document: Document) -> list[Problem]:
    """List the ids that hold fewer numbers than there are things they name.

    Args:
        document: A pack.yaml, already of the right shape.
    """
    return [
        problem for place, style, need in _styles(document.data) for problem in _short(document, place, style, need)
    ]


def _styles(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any], tuple[int, str]]]:
    for name, style in data["ids"].items():
        yield ("ids", name), style, ID_NEEDS[name]
    for family, styles in data.get("other_ids", {}).items():
        for name, style in styles.items():
            yield ("other_ids", family, name), style, _DEVICE
    for name, body in data.get("collections", {}).items():
        if "id" in body:
            yield ("collections", name, "id"), body["id"], _ENTRY


def _short(document: Document, place: KeyPath, style: Mapping[str, Any], need: tuple[int, str]) -> Iterator[Problem]:
    made, (bits, why) = IdStyle(**style), need
    least = least_length(made.kind, bits)
    if made.kind in ("uuid", "vin") or made.length >= least:
        return
    said = (
        f"{made.length} {made.kind}"
        if "length" in style
        else f"{made.length} {made.kind}, as many as there are unless said,"
    )
    reason = f"{said} after the prefix are too few"
    hint = f"`length` must be at least {least}, the prefix not counted: {why}"
    yield document.problem((*place, "length") if "length" in style else place, reason, hint)
