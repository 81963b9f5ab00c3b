"""Which fields hold something secret or personal: what packs say, beside what names and shapes tell everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from replaysandbox.core.pack import Pack
from replaysandbox.redact.names import Meaning, meaning

VERSION = "1"
"""Version of the general rules; a capture says under which it was written."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What packs say.

    Attributes:
        headers: Names of header fields, lower case.
        parameters: Names of query and form parameters.
        json: Paths into JSON bodies, each a tuple of keys; `*` stands for any key or index.
        keep: Names whose value is not touched, though the general rules would.
    """

    headers: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    json: tuple[tuple[str, ...], ...] = ()
    keep: frozenset[str] = frozenset()

    def of_header(self, name: str) -> Meaning:
        """Say what a header field's value is."""
        lower = name.lower()
        return "secret" if lower in self.headers else self._general(lower, name)

    def of_parameter(self, name: str) -> Meaning:
        """Say what a query or form parameter is; `key` and `code` are secrets there and words elsewhere."""
        if name in self.parameters or name.lower() in ("key", "code", "pass", "pw", "user"):
            return "" if name in self.keep else "secret"
        return self._general(name, name)

    def of_key(self, name: str, path: tuple[str, ...]) -> Meaning:
        """Say what the value of a JSON key is.

        Args:
            name: The key.
            path: Keys from the top down to it, `*` for an index; empty where no pack asks for paths.
        """
        if self.json and any(_fits(pattern, path) for pattern in self.json):
            return "secret"
        return self._general(name, name)

    def _general(self, kept_as: str, name: str) -> Meaning:
        return "" if kept_as in self.keep else meaning(name)


def _fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(pattern) == len(path) and all(wanted in ("*", seen) for wanted, seen in zip(pattern, path, strict=True))


GENERAL = Rules()
"""The general rules alone."""


def rules_of(packs: Iterable[Pack]) -> Rules:
    """Join the rules of all packs: what is a secret for one of them is one in each file."""
    words = [pack.redact for pack in packs]
    return Rules(
        headers=frozenset(name.lower() for each in words for name in each.headers),
        parameters=frozenset(name for each in words for name in each.parameters),
        json=tuple(tuple(path.split(".")) for each in words for path in each.json),
        keep=frozenset(name for each in words for name in each.keep),
    )
