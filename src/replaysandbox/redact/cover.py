"""Covers values with pseudonyms, remembers them, and counts by which rule and where: never what they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from replaysandbox.redact.known import Known
from replaysandbox.redact.names import Meaning
from replaysandbox.redact.place import in_order, moved, moved_pair
from replaysandbox.redact.pseudonyms import pseudonym
from replaysandbox.redact.rules import GENERAL, Rules

_NO_SECRET = frozenset(("true", "false", "null", "none", "yes", "no"))
"""Words that answer a question, whatever the field is called: `password_set=true`. Ours."""


@dataclass(slots=True)
class Cover:
    """Covers values.

    Attributes:
        key: The project's key.
        rules: What the packs say beside the general rules.
        known: What was seen so far.
        hits: (rule, place) → how often.
        place: What is being looked at: `request header`, `response body`, …
    """

    key: bytes
    rules: Rules = GENERAL
    known: Known = field(default_factory=Known)
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    place: str = ""

    def value(self, value: str, rule: str, *, number: bool = False) -> str:
        """Cover a value, decoded.

        Args:
            value: The value.
            rule: Rule by which it is covered, for the report.
            number: Whether it is a JSON number.
        """
        if value.strip().lower() in _NO_SECRET:
            return value
        instead = pseudonym(self.key, value, number=number)
        if instead != value:
            self.hits[rule, self.place] += 1
            self.known.add(value, instead)
        return instead

    def named(self, value: str, meaning: Meaning, name: str, *, number: bool = False) -> str:
        """Cover the value of a field whose name tells what it is."""
        if meaning == "place":
            instead = moved(value) if number else moved_pair(moved(value.strip()))
            if instead != value.strip():
                self.hits[f"place {name}", self.place] += 1
                return instead
            return value
        return self.value(value, f"{meaning} {name}", number=number) if value.strip() else value

    def place_in_order(
        self, first: tuple[str, str], second: tuple[str, str], *, latitude_first: bool
    ) -> tuple[str, str]:
        """Cover both coordinates of a place, each a name and a number; see `place.in_order`."""
        made = in_order(first[1], second[1], latitude_first=latitude_first)
        for (name, value), instead in zip((first, second), made, strict=True):
            if instead != value:
                self.hits[f"place {name}", self.place] += 1
        return made

    def bytes(self, data: bytes) -> bytes:
        """Cover all that is known already."""
        covered, count = self.known.replace(data)
        if count:
            self.hits["seen elsewhere", self.place] += count
        return covered
