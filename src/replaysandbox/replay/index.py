"""Which exchanges of a capture answer a request: found by a hash of what is compared, whatever the capture's length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.match_rules import MatchRules, Place, parse_place
from replaysandbox.replay.parts import segments
from replaysandbox.replay.rules import Judge, Normal

_NEAR_PATH = 8
_NEAR_HOST = 64
"""How many exchanges of one path, and of one host and length of path, are looked at to explain a miss. Ours."""

Shape = tuple[Place, ...]
"""Places of a recorded request whose values were redacted."""


class Index:
    """The requests of a capture, by number.

    Attributes:
        judge: What is compared, and how closely.
        ports: Host → the ports it was asked on.
    """

    def __init__(self, rules: MatchRules) -> None:
        self.judge = Judge(rules)
        self.ports: dict[str, set[int]] = {}
        self._alike: dict[bytes, list[int]] = {}
        self._loose: dict[int, tuple[float, ...]] = {}
        self._shapes: dict[tuple[str, str, int], dict[Shape, None]] = {}
        self._near: dict[int, list[int]] = {}

    def add(self, number: int, request: RecordedRequest, redacted: Sequence[str] = ()) -> None:
        """Take in a recorded request.

        Args:
            number: Its exchange's number in the capture.
            request: The request.
            redacted: Places in it that were redacted.
        """
        shape: Shape = tuple(sorted({_generalised(place) for place in redacted})) if redacted else ()
        normal = self.judge.normal(request, self.judge.parts(request), shape)
        self._alike.setdefault(_digest(request, request.port, shape, normal), []).append(number)
        if normal.loose:
            self._loose[number] = tuple(value for _, value, _ in normal.loose)
        path = segments(request.path)
        self._shapes.setdefault((request.method, request.host, len(path)), {})[shape] = None
        self.ports.setdefault(request.host, set()).add(request.port)
        for key, most in zip(_near_keys(request.host, path), (_NEAR_PATH, _NEAR_HOST, _NEAR_HOST), strict=True):
            near = self._near.setdefault(key, [])
            if len(near) < most:
                near.append(number)

    def alike(self, request: RecordedRequest, *, any_port: bool = False) -> tuple[int, ...]:
        """List the exchanges that answer a request, in the order they were recorded.

        Args:
            request: What is asked.
            any_port: Whether its port says nothing: the client was led here by name.
        """
        shapes = self._shapes.get((request.method, request.host, len(segments(request.path))), {})
        if not shapes:
            return ()
        parts = self.judge.parts(request)
        for shape in sorted(shapes, key=len):  # the fewer places are unknown, the surer
            normal = self.judge.normal(request, parts, shape)
            for port in self._ports(request, any_port=any_port):
                found = self._within(self._alike.get(_digest(request, port, shape, normal), ()), normal)
                if found:
                    return found
        return ()

    def nearest(self, request: RecordedRequest) -> tuple[int, ...]:
        """List the exchanges to look at when none answers: of the same path, else of one as long, else of the host."""
        for key in _near_keys(request.host, segments(request.path)):
            if key in self._near:
                return tuple(self._near[key])
        return ()

    def _ports(self, request: RecordedRequest, *, any_port: bool) -> Iterator[int]:
        ports = self.ports.get(request.host, set())
        if any_port or len(ports) == 1:
            yield from sorted(ports)
        elif request.port in ports:
            yield request.port

    def _within(self, numbers: Sequence[int], normal: Normal) -> tuple[int, ...]:
        if not normal.loose:
            return tuple(numbers)
        return tuple(
            number
            for number in numbers
            if all(
                abs(value - asked) <= most
                for value, (_, asked, most) in zip(self._loose[number], normal.loose, strict=True)
            )
        )


def _digest(request: RecordedRequest, port: int, shape: Shape, normal: Normal) -> bytes:
    told = repr((request.method, request.host, port, shape, normal.fixed))
    return blake2b(told.encode(), digest_size=16).digest()


def _near_keys(host: str, path: Sequence[str]) -> tuple[int, int, int]:
    """Hash the three ways in which a request can be near; that two hashes are one by chance does no harm here."""
    return hash((host, *path)), hash((host, len(path))), hash((host,))


def _generalised(text: str) -> Place:
    """Read a redacted place; all elements of a list are one, so that lists of any length have one shape."""
    place = parse_place(text)
    return tuple("*" if key.isdecimal() else key for key in place) if place[0] == "body" else place
