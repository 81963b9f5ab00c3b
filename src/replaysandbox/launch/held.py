"""Exchanges held in memory, to be replayed like a capture's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from replaysandbox.core.capture import Body, CaptureHeader, Recorded
from replaysandbox.core.errors import Problem
from replaysandbox.files.bodies import DamagedBodyError


@dataclass(frozen=True, slots=True)
class Held:
    """Exchanges whose bodies are at hand.

    Attributes:
        header: What a capture's first line would say.
        exchanges: Number → exchange, in order.
        damaged: Nothing: it is there for captures on disk.
    """

    header: CaptureHeader
    exchanges: Mapping[int, Recorded]
    damaged: Mapping[int, Problem] = field(default_factory=dict)

    def numbered(self) -> Iterator[tuple[int, Recorded]]:
        """Give all exchanges in order, each with its number."""
        yield from self.exchanges.items()

    def get(self, number: int) -> Recorded | None:
        """Give one exchange."""
        return self.exchanges.get(number)

    def body(self, body: Body) -> bytes:
        """Give a body.

        Raises:
            DamagedBodyError: It is in a file, and nothing was said of which.
        """
        if isinstance(body, bytes):
            return body
        raise DamagedBodyError(f"body {body.sha256} is not at hand")
