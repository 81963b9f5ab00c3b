"""Coordinates that stand beside each other in a JSON text: the first waits, covered, until the second has come."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from replaysandbox.redact.cover import Cover
from replaysandbox.redact.place import axis_of, is_fine

MOST_HELD = 1_000_000
"""Text that is held back for the other coordinate, after which the first is moved by itself. Ours. [B]"""

_LONGITUDE_FIRST = frozenset({"coordinates", "coords", "geopoint", "point"})
"""Arrays that begin with the longitude. Source: RFC 7946, 3.1.1 (GeoJSON)."""

Write = Callable[[str], str]
"""Spells a value as its token was: a number, or a string with its quotes."""


@dataclass(slots=True)
class _Waiting:
    position: int
    value: str
    name: str
    write: Write
    latitude: bool


@dataclass(slots=True)
class Coordinates:
    """Parts of a text that are covered for good but for coordinates which wait for the other.

    Attributes:
        cover: What covers.
        parts: The parts, in order.
        waiting: Those that wait: what they lie in, and of what place they are → which.
    """

    cover: Cover
    parts: list[str] = field(default_factory=list)
    waiting: dict[tuple[int, Hashable], _Waiting] = field(default_factory=dict)

    def take(self, value: str, name: str, lies_in: int, *, in_object: bool, write: Write) -> str:
        """Cover a coordinate that is the next part.

        Args:
            value: The number, as written.
            name: Key it goes by, or that of the array it lies in.
            lies_in: The object or array.
            in_object: Whether that is an object: then names tell which coordinate it is.
            write: Spells a value as this one was.

        Returns:
            What the part is for now.
        """
        found = axis_of(name) if in_object else ((), None)
        if found is None or not is_fine(value):
            return write(self.cover.named(value, "place", name, number=True))
        of, axis = found
        first = self.waiting.pop((lies_in, of), None)
        latitude = axis == "latitude" if axis else name.lower() not in _LONGITUDE_FIRST
        if first is None or (axis and first.latitude == latitude):
            if first is not None:
                self._alone(first)
            self.waiting[lies_in, of] = _Waiting(len(self.parts), value, name, write, latitude)
            return ""
        told = self.cover.place_in_order((first.name, first.value), (name, value), latitude_first=first.latitude)
        self.parts[first.position] = first.write(told[0])
        return write(told[1])

    def close(self, lies_in: int) -> None:
        """Let nothing wait any more in an object or array that has ended."""
        for key in [key for key in self.waiting if key[0] == lies_in]:
            self._alone(self.waiting.pop(key))

    def ready(self, *, last: bool) -> str:
        """Give what is covered for good, and forget it."""
        if last or (self.waiting and sum(map(len, self.parts)) > MOST_HELD):
            for each in self.waiting.values():
                self._alone(each)
            self.waiting.clear()
        end = min((each.position for each in self.waiting.values()), default=len(self.parts))
        text = "".join(self.parts[:end])
        del self.parts[:end]
        for each in self.waiting.values():
            each.position -= end
        return text

    def _alone(self, one: _Waiting) -> None:
        self.parts[one.position] = one.write(self.cover.named(one.value, "place", one.name, number=True))
