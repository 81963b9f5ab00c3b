"""What a conversion could not carry over, told once per kind."""

from __future__ import annotations


class Losses:
    """What was lost, by kind: how often, and where first.

    Attributes:
        exchange: Number of the exchange that is being read or written, from 1.
    """

    def __init__(self) -> None:
        self.exchange = 0
        self._found: dict[str, tuple[int, int]] = {}

    def note(self, what: str) -> None:
        """Note that something of the current exchange is lost; never a value, which could be a secret."""
        first, count = self._found.get(what, (self.exchange, 0))
        self._found[what] = first, count + 1

    def lines(self) -> list[str]:
        """Tell each kind in a line, in the order they were met."""
        return [
            f"{what} ({count} time{'s' if count > 1 else ''}, first in exchange {first})" if first else what
            for what, (first, count) in self._found.items()
        ]
