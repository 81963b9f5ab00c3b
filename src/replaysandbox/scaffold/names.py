"""Names taken apart into words, and made of words."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST: Final = 60


def words_of(name: str) -> tuple[str, ...]:
    """Take a name apart, whatever its style: `batteryLevelPct`, `battery_level_pct` → battery, level, pct."""
    return tuple(word.lower() for word in _WORD.findall(re.sub(r"k[Ww]h?\b", lambda found: found[0].lower(), name)))


def phrase(name: str) -> str:
    """Write a name as words parted by spaces."""
    return " ".join(words_of(name))


def slug(text: str, taken: Collection[str] = ()) -> str:
    """Make a name for a file: `GET /battery/{id}` → `get-battery-id`; with a number where it is taken."""
    made = re.sub(r"[^a-z0-9]+", "-", phrase(text).replace(" ", "-")).strip("-")[:_LONGEST].rstrip("-") or "it"
    name, number = made, 2
    while name in taken:
        name, number = f"{made}-{number}", number + 1
    return name


def singular(word: str) -> str:
    """Make one of many: `batteries` → `battery`, `vehicles` → `vehicle`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
