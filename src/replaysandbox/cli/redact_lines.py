"""What redaction has to say: rules and counts, places, never values. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from replaysandbox.core.counted import many

MOST_RULES = 12
"""Rules that are named; the others are counted. Ours."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret that a file still holds.

    Attributes:
        where: Where it is: an exchange or a line.
        place: Which part of it, or empty.
        rule: Rule that finds it.
        count: How often.
    """

    where: str
    place: str
    rule: str
    count: int


def count_lines(counts: Mapping[str, int]) -> list[str]:
    """Tell what was replaced, by rule and count."""
    if not counts:
        return ["redacted    nothing: no secret and nothing personal was seen"]
    shown = Counter(counts).most_common(MOST_RULES)
    more = len(counts) - len(shown)
    rules = ", ".join(f"{rule} ×{count}" for rule, count in shown)
    return [
        f"redacted    {many(sum(counts.values()), 'value')}: {rules}"
        + (f" and {many(more, 'more rule')}" if more > 0 else "")
    ]


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Tell what a file still holds, one line each."""
    return [
        f"{each.where}: {each.place + ': ' if each.place else ''}{each.rule}"
        + (f" ×{each.count}" if each.count > 1 else "")
        for each in findings
    ]
