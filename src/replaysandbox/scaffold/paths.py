"""Paths of a contract → paths of a pack's routes, in which braces catch whole segments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from replaysandbox.scaffold.names import words_of

_BRACES: Final = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class RoutePath:
    """A path as a route has it.

    Attributes:
        text: The path.
        widened: Whether a segment catches more than the contract's did: `{id}.csv`.
    """

    text: str
    widened: bool = False


def route_path(path: str, device: int = -1) -> RoutePath | None:
    """Write a path as a route's.

    Args:
        path: The contract's path, its server's before it.
        device: Segment, from 0, that holds a device's id, which is then called `id`; -1 for none.

    Returns:
        The path; None where no route can have it.
    """
    if not path.startswith("/") or any(letter in path for letter in "?#") or any(map(str.isspace, path)):
        return None
    parts, taken, widened = [], {"id"} if device >= 0 else set(), False
    for position, part in enumerate(path.strip("/").split("/")):
        if "{" not in part and "}" not in part:
            parts.append(part)
            continue
        widened = widened or _BRACES.fullmatch(part) is None
        name = "id" if position == device else _name(part, taken)
        taken.add(name)
        parts.append(f"{{{name}}}")
    return RoutePath("/" + "/".join(parts), widened)


def _name(part: str, taken: set[str]) -> str:
    found = _BRACES.findall(part)
    words = [word for name in found for word in words_of(name)] or ["part"]
    name = "".join((words[0], *(word.capitalize() for word in words[1:])))
    known = found[0] if len(found) == 1 and re.fullmatch(r"[A-Za-z_]\w*", found[0]) else name
    made, number = known, 2
    while made in taken:
        made, number = f"{known}{number}", number + 1
    return made


def shape(path: str) -> str:
    """Tell two paths that catch the same by one text: `/a/{id}` and `/a/{name}` → `/a/{}`."""
    return _BRACES.sub("{}", path).rstrip("/")
