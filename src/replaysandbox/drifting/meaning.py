"""Drift of meaning: units, signs, fractions for percent, zones, digits, ranges, cadence. Values themselves may vary."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from replaysandbox.drifting.profile import Field, Profile
from replaysandbox.drifting.shape import Drift

ENOUGH: Final = 8
"""Least values on both sides before anything is said of what they mean. Ours."""

_SLIPS: Final = ((1000.0, "a thousand times as large: W for kW?"), (0.001, "a thousandth: kW for W?"))
_NEAR: Final = 6.0  # values of other devices differ by so much by nature
_QUARTER_S: Final = 900.0


def meaning_drift(expected: Profile, live: Profile) -> Iterator[Drift]:
    """Compare what the values of two profiles mean."""
    for pointer, field in live.fields.items():
        known = expected.fields.get(pointer)
        if known is None:
            continue
        yield from _numbers(pointer, known, field)
        yield from _signs(pointer, known, field)
        yield from _instants(pointer, known, field)
    yield from _cadence(expected, live)


def _numbers(pointer: str, known: Field, field: Field) -> Iterator[Drift]:
    ours = [abs(each) for each in known.numbers if each]
    theirs = [abs(each) for each in field.numbers if each]
    if len(ours) < ENOUGH or len(theirs) < ENOUGH:
        return
    one, other = median(ours), median(theirs)
    told = (f"about {one:g}", f"about {other:g}")
    if max(ours) > 2 and max(ours) <= 100 and max(theirs) <= 1 and one / other > 20:
        yield Drift("meaning", "breaking", pointer, "is within 0 and 1 where it was within 0 and 100", *told)
        return
    for factor, words in _SLIPS:
        if factor / _NEAR < other / one < factor * _NEAR:
            yield Drift("meaning", "breaking", pointer, f"is {words}", *told)
            return
    if known.digits >= 2 and field.digits == 0 and len(set(theirs)) >= 2 * ENOUGH:  # a rating is round by nature
        yield Drift("meaning", "risky", pointer, "has no digits after the point any more", f"{known.digits}", "0")


def _signs(pointer: str, known: Field, field: Field) -> Iterator[Drift]:
    for word, signs in known.signs.items():
        theirs = field.signs.get(word)
        if theirs is None or sum(signs.values()) < ENOUGH or sum(theirs.values()) < ENOUGH:
            continue
        (sign, count), (other, many) = signs.most_common(1)[0], theirs.most_common(1)[0]
        if sign != other and count == sum(signs.values()) and many == sum(theirs.values()):
            reason = f"has the opposite sign where {word}"
            yield Drift("meaning", "breaking", pointer, reason, _sign(sign), _sign(other))
            return


def _sign(sign: int) -> str:
    return "> 0" if sign > 0 else "< 0"


def _instants(pointer: str, known: Field, field: Field) -> Iterator[Drift]:
    zones = {_zone(each) for each in field.zones} - {_zone(each) for each in known.zones}
    if known.zones and zones:
        was, now = ", ".join(sorted(known.zones)), ", ".join(sorted(zones))
        reason = f"says its zone otherwise: {now} where it was {was}"
        yield Drift("meaning", "breaking" if "none" in zones else "risky", pointer, reason, was, now)
    if len(known.offsets_s) < ENOUGH or len(field.offsets_s) < ENOUGH:
        return
    ours, theirs = median(known.offsets_s), median(field.offsets_s)
    quarters = round((theirs - ours) / _QUARTER_S)
    steady = (
        max(abs(each - theirs) for each in field.offsets_s) < 120 > max(abs(each - ours) for each in known.offsets_s)
    )
    if steady and abs(quarters) >= 2 and abs(theirs - ours - quarters * _QUARTER_S) < 60:
        reason = f"is {quarters * 0.25:+g} h off: local time written as UTC?"
        yield Drift("meaning", "breaking", pointer, reason, f"{ours:.0f} s from the exchange", f"{theirs:.0f} s")


def _zone(text: str) -> str:
    return "Z" if text in ("Z", "z") else "none" if text == "none" else "offset"


def _cadence(expected: Profile, live: Profile) -> Iterator[Drift]:
    """Find instants that change far less often than they did when asked as often."""
    for pointer in dict.fromkeys(pointer for pointer, _ in live.polls):
        ours, theirs = _fresh(expected, pointer), _fresh(live, pointer)
        if ours is not None and theirs is not None and theirs < ours / 2:
            reason = f"changes at every {1 / theirs:.0f}th call, where it did at every {1 / ours:.0f}th: cadence"
            yield Drift("meaning", "risky", pointer, reason, f"{ours:.0%} of calls", f"{theirs:.0%} of calls")


def _fresh(profile: Profile, pointer: str) -> float | None:
    polled = [(len(values), polls) for (place, _), (values, polls) in profile.polls.items() if place == pointer]
    changes, polls = sum(each for each, _ in polled), sum(each for _, each in polled)
    return changes / polls if polls >= ENOUGH * max(len(polled), 1) else None
