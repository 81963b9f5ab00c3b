"""Ids of a pack: read, and held against what they name.

A style that holds every number there may be is taken as it is. One too short for that is written as a pattern, of which
each text is used; how many homes it tells apart then decides how many the world may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from replaysandbox.core.device import SLOTS
from replaysandbox.core.errors import Problem
from replaysandbox.core.id_patterns import shape_of
from replaysandbox.core.ids import LENGTHS, UNMEASURED, IdStyle, as_pattern, least_length, numbers
from replaysandbox.core.pack import Pack
from replaysandbox.files.yaml_file import Document, KeyPath, read_yaml
from replaysandbox.operations.ids import homes_apart, homes_of_devices
from replaysandbox.world.world import DEVICE_BITS, HOME_BITS

ID_BITS: Final[Mapping[str, int]] = {
    "device": DEVICE_BITS,
    "home": HOME_BITS,
    "user": HOME_BITS,
    "request": 40,
    "action": 24,
    "cursor": 43,
}
"""What an id names → bits from which on its style is taken as it is. Source: `HOMES_LIMIT` of world/world.py and
`_REQUEST_NUMBERS` of render/reply.py; actions: ours."""

_ENTRIES: Final = 10_000
"""Fewest numbers of what a session makes by and by: actions, members of collections. Ours."""


def read_id(style: Mapping[str, Any], names: str = "device") -> IdStyle:
    """Read how ids look.

    Args:
        style: As in a pack.yaml.
        names: What the ids name: a word of `ID_BITS`.

    Raises:
        ValueError: Its pattern says what no id is.
    """
    if "pattern" in style:
        shape_of(style["pattern"])
        return IdStyle("pattern", pattern=style["pattern"])
    kind, prefix, length = style.get("kind", "base62"), style.get("prefix", ""), style.get("length", 9)
    if kind in UNMEASURED or (length in LENGTHS and length >= least_length(kind, ID_BITS[names])):
        return IdStyle(kind, prefix, length)
    pattern = as_pattern(kind, prefix, length)
    shape_of(pattern)
    return IdStyle("pattern", pattern=pattern)


def id_problems(document: Document) -> list[Problem]:
    """List the ids that are no ids, or tell nothing apart.

    Args:
        document: A pack.yaml, already of the right shape.
    """
    return [problem for each in _styles(document.data) for problem in _problems(document, *each)]


def _styles(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any], str]]:
    for name, style in data["ids"].items():
        yield ("ids", name), style, name
    for family, styles in data.get("other_ids", {}).items():
        for name, style in styles.items():
            yield ("other_ids", family, name), style, "device"
    for name, body in data.get("collections", {}).items():
        if "id" in body:
            yield ("collections", name, "id"), body["id"], "action"


def _problems(document: Document, place: KeyPath, style: Mapping[str, Any], names: str) -> Iterator[Problem]:
    word = next((each for each in ("pattern", "length") if each in style), "")
    key = (*place, word) if word else place
    try:
        made = read_id(style, names)
    except ValueError as error:
        yield document.problem(key, str(error), "as in 'EH[0-9]{6}': characters, sets and counts; '\\\\' before others")
        return
    if names == "action" and numbers(made) < _ENTRIES:
        hint = f"a session makes thousands of them: {_ENTRIES} texts at least"
        yield document.problem(key, f"are {numbers(made)} ids, which is too few", hint)
    elif _room(made, names) == 0:
        yield document.problem(key, f"are {numbers(made)} ids, too few for the devices of one home", "make them longer")


def _room(style: IdStyle, names: str) -> int | None:
    """Tell how many homes there may be with ids of a style; None where they say nothing of it."""
    match names:
        case "device":
            return homes_of_devices(style)
        case "home" | "user":
            return homes_apart(style)
        case "cursor":
            return None if numbers(style) >> ID_BITS["cursor"] else numbers(style) // SLOTS
        case _:
            return None


def fleet_problems(packs: Sequence[Pack], homes: int) -> list[Problem]:
    """List the ids that are too short for the homes that are asked for.

    Args:
        packs: The packs.
        homes: How many homes there are to be.
    """
    return [problem for pack in packs for problem in _too_many(pack, homes)]


def _too_many(pack: Pack, homes: int) -> Iterator[Problem]:
    styles: list[tuple[KeyPath, IdStyle, str]] = [(("ids", name), style, name) for name, style in pack.ids.items()]
    for family, others in pack.other_ids.items():
        styles += [(("other_ids", family, name), style, "device") for name, style in others.items()]
    rooms = ((place, _room(style, names)) for place, style, names in styles)
    short = [(place, room) for place, room in rooms if room is not None and room < homes]
    if short:
        path = Path(pack.folder) / "pack.yaml"
        document = read_yaml(path, str(path))
        for place, room in short:
            reason = f"these ids tell {room} homes apart, and {homes} are asked for"
            hint = f"ask for fewer (--homes {room}), leave the pack '{pack.name}' out (--pack), or make the ids longer"
            yield document.problem(place, reason, hint)
