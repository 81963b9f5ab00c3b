"""Drift of shape: fields that came, went or were renamed, types, statuses, headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from replaysandbox.core.finding import Grade
from replaysandbox.drifting.profile import Field, Profile

MISSING: Final = "is missing"
"""Reason of a field that every answer had, and none has any more."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between what is expected and what is live.

    Attributes:
        kind: `shape` or `meaning`.
        grade: How bad it is.
        pointer: Where, with `*` for any position, or `header NAME`.
        reason: What, in one line.
        expected: What was expected, in short.
        seen: What is live, in short.
    """

    kind: str
    grade: Grade
    pointer: str
    reason: str
    expected: str = ""
    seen: str = ""


def shape_drift(expected: Profile, live: Profile) -> Iterator[Drift]:
    """Compare two profiles by their shape alone."""
    gone = [pointer for pointer in _top(expected.fields, live.fields) if _always(expected, pointer)]
    new = _top(live.fields, expected.fields)
    for old in list(gone):
        other = next((each for each in new if _renamed(expected, live, old, each)), None)
        if other is not None:
            gone.remove(old)
            new.remove(other)
            reason = f"is gone, and '{other.rpartition('/')[2]}' is there in its place: renamed?"
            yield Drift("shape", "breaking", old, reason, "there", other)
    for pointer in gone:
        yield Drift("shape", "breaking", pointer, MISSING, "there in every answer", "in none")
    for pointer in new:
        yield Drift("shape", "harmless", pointer, "is new", "not there", "there")
    yield from _kinds(expected, live)
    for name, count in expected.headers.items():
        if count == expected.answers and not live.headers[name]:
            yield Drift("shape", "risky", f"header {name}", "the header is gone", "in every answer", "in none")


def _top(one: Mapping[str, Field], other: Mapping[str, Field]) -> list[str]:
    """List fields of one that the other lacks, where it has the field above: not the whole of a missing branch."""
    return [
        pointer
        for pointer in one
        if pointer and pointer not in other and pointer.rpartition("/")[0] in other and not pointer.endswith("/*")
    ]


def _always(profile: Profile, pointer: str) -> bool:
    above = profile.fields[pointer.rpartition("/")[0]]
    return profile.fields[pointer].seen >= above.kinds["object"]


def _renamed(expected: Profile, live: Profile, old: str, new: str) -> bool:
    same_place = old.rpartition("/")[0] == new.rpartition("/")[0]
    one, other = expected.fields[old], live.fields[new]
    return same_place and set(one.kinds) == set(other.kinds) and "boolean" not in one.kinds


def _kinds(expected: Profile, live: Profile) -> Iterator[Drift]:
    for pointer, field in live.fields.items():
        known = expected.fields.get(pointer)
        if known is None or not known.seen:
            continue
        for kind in field.kinds:
            if kind in known.kinds:
                continue
            was = ", ".join(sorted(known.kinds))
            grade: Grade = "risky" if set(known.kinds) == {"null"} else "breaking"
            if grade == "breaking":
                yield Drift("shape", grade, pointer, f"is {kind} where it was never: {was}", was, kind)
