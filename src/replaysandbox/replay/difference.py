"""Why an exchange does not answer a request: what differs, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import NearMiss
from replaysandbox.core.match_rules import Place, parse_place, place_text
from replaysandbox.replay.rules import Judge, Normal

MOST_PARTS = 5
"""How many differing parts are named. Ours."""

_LONGEST = 60
_WEIGHT = {"method": 3, "path": 2}


def differences(
    judge: Judge, asked: RecordedRequest, kept: RecordedRequest, redacted: Sequence[str]
) -> list[tuple[str, str]]:
    """List where two requests differ, in the order of their parts: place, and what was asked and recorded.

    Args:
        judge: What is compared.
        asked: The request that no exchange answers.
        kept: A recorded one.
        redacted: Places in the recorded one whose values are not known.
    """
    found = []
    for name in ("method", "host", "port"):
        before, after = getattr(kept, name), getattr(asked, name)
        if before != after:
            found.append((name, _both(after, before)))
    hidden = tuple(parse_place(place) for place in redacted)
    here = judge.normal(asked, judge.parts(asked), hidden)
    there = judge.normal(kept, judge.parts(kept), hidden)
    return [*found, *_parts(here, there)]


def _parts(here: Normal, there: Normal) -> Iterable[tuple[str, str]]:
    asked, recorded = _by_place(here), _by_place(there)
    for place in dict.fromkeys((*asked, *recorded)):
        one, other = asked.get(place), recorded.get(place)
        if one is None:
            yield place_text(place), f"not asked, recorded {_short(other or ())}"
        elif other is None:
            yield place_text(place), f"asked {_short(one)}, not recorded"
        elif one != other:
            yield place_text(place), f"asked {_short(one)}, recorded {_short(other)}"
    numbers = {place: number for place, number, _ in there.loose}
    for place, number, most in here.loose:
        if place in numbers and abs(number - numbers[place]) > most:
            yield place_text(place), f"asked {number:g}, recorded {numbers[place]:g}: further apart than {most:g}"


def _by_place(normal: Normal) -> dict[Place, tuple[str, ...]]:
    placed: dict[Place, list[str]] = {}
    for place, value in normal.fixed:
        placed.setdefault(place, []).append(value)
    return {place: tuple(values) for place, values in placed.items()}


def distance(found: Iterable[tuple[str, str]]) -> int:
    """Weigh differences: a method or a segment of the path counts for more than the rest."""
    return sum(_WEIGHT.get(place.partition(":")[0], 1) for place, _ in found)


def near_misses(name: str, source: str, found: Sequence[tuple[str, str]]) -> tuple[NearMiss, ...]:
    """Tell the differences to the nearest exchange.

    Args:
        name: The exchange, as `GET https://host/path (line 7)`.
        source: The capture's name.
        found: The differences, at least one.
    """
    told = [NearMiss(name, source, place, reason) for place, reason in found[:MOST_PARTS]]
    if len(found) > MOST_PARTS:
        told.append(NearMiss(name, source, "others", f"and {many(len(found) - MOST_PARTS, 'more part')}"))
    return tuple(told)


def _both(asked: object, recorded: object) -> str:
    return f"asked {asked}, recorded {recorded}"


def _short(values: Iterable[str]) -> str:
    text = ", ".join(values)
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
