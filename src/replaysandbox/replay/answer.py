"""The way of one request in replay: which exchange answers, whose turn it is, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from replaysandbox.core.capture import Recorded, RecordedRequest
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import NearMiss
from replaysandbox.replay.difference import differences, distance, near_misses
from replaysandbox.replay.index import Index

AtEnd = Literal["repeat-last", "fail", "loop"]
"""What a request gets that was recorded n times and is asked once more."""

Get = Callable[[int], Recorded | None]
Rewrite = Callable[[RecordedRequest], RecordedRequest]


@dataclass(frozen=True, slots=True)
class Turns:
    """How often the exchanges of a capture have answered in one session. Belongs to whoever keeps the session."""

    taken: dict[tuple[int, int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """An exchange answers.

    Attributes:
        number: Its number in the capture.
        turn: How often they have answered before.
    """

    number: int
    turn: int


@dataclass(frozen=True, slots=True)
class Missed:
    """None answers; and which came nearest."""

    near: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A capture ready to be replayed.

    Attributes:
        name: The capture, as people know it.
        index: Its requests.
        get: Reads one of its exchanges.
        at_end: What happens at the end of a sequence.
        rewrites: Other forms of a request to be tried where none answers it as it is, e.g. redacted.
    """

    name: str
    index: Index
    get: Get
    at_end: AtEnd = "repeat-last"
    rewrites: tuple[Rewrite, ...] = ()


def find(script: Script, request: RecordedRequest, turns: Turns, *, any_port: bool = False) -> Found | Missed:
    """Find the exchange that answers a request, and take its turn.

    Args:
        script: The capture.
        request: What is asked.
        turns: What has answered before in its session.
        any_port: Whether the request's port says nothing.
    """
    for form in _forms(script, request):
        numbers = script.index.alike(form, any_port=any_port)
        if numbers:
            sequence = numbers[0], numbers[-1], len(numbers)
            turn = turns.taken.get(sequence, 0)
            if turn >= len(numbers) and script.at_end == "fail":
                return Missed(_used_up(script, numbers))
            turns.taken[sequence] = turn + 1
            last = len(numbers) - 1
            place = turn % len(numbers) if script.at_end == "loop" else min(turn, last)
            return Found(numbers[place], turn)
    return Missed(_nearest(script, request))


def _forms(script: Script, request: RecordedRequest) -> Iterator[RecordedRequest]:
    yield request
    for rewrite in script.rewrites:
        form = rewrite(request)
        if form != request:
            yield form


def _used_up(script: Script, numbers: Sequence[int]) -> tuple[NearMiss, ...]:
    recorded = script.get(numbers[-1])
    times = "once" if len(numbers) == 1 else many(len(numbers), "time")
    reason = f"already used: it was recorded {times}, and asked more often (--sequence fail)"
    name = _name(numbers[-1], recorded.request) if recorded else f"line {numbers[-1] + 2}"
    return (NearMiss(name, script.name, "sequence", reason),)


def _nearest(script: Script, request: RecordedRequest) -> tuple[NearMiss, ...]:
    best: tuple[int, str, list[tuple[str, str]]] | None = None
    for number in script.index.nearest(request):
        recorded = script.get(number)
        if recorded is None:
            continue
        found = differences(script.index.judge, request, recorded.request, recorded.redacted)
        weight = distance(found)
        if found and (best is None or weight < best[0]):
            best = weight, _name(number, recorded.request), found
    return near_misses(best[1], script.name, best[2]) if best else ()


def _name(number: int, request: RecordedRequest) -> str:
    return f"{request.method} {replace(request, query='').url} (line {number + 2})"
