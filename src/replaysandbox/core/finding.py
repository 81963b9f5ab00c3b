"""What `check` and `drift` find, as values: one scale, one shape for both, so that reports and baselines know one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final, Literal

Grade = Literal["breaking", "risky", "harmless"]

GRADES: Final[tuple[Grade, ...]] = ("breaking", "risky", "harmless")
"""Worst first."""

RULES: Final[Mapping[str, str]] = {
    "response": "An answer breaks the contract.",
    "request": "A request breaks the contract: the app's bug.",
    "accepted": "The sandbox accepts what the contract forbids.",
    "undescribed": "A wrong request is refused with a status of which the contract does not speak.",
    "unanswered": "The contract has an operation that no route of the pack answers.",
    "uncovered": "The pack has a route that no operation of the contract covers.",
    "miss": "A call that no route or exchange of a capture answers.",
    "law": "Readings break a law of physics.",
    "fidelity": "The fleet's day is not the published one.",
    "damaged": "A line of a capture cannot be read.",
    "drift-shape": "The live API's answers have another shape than expected.",
    "drift-meaning": "The live API's values mean something else than expected.",
    "refused": "A host that no pack imitates.",
}
"""Rule → what a finding of it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding was seen.

    Attributes:
        file: A file of the user's: a capture, their pack, else `replaysandbox.yaml`; empty where there is none.
        line: Its line, from 1; 0 where there is none.
        exchange: What was asked, for people: `GET /battery/x 200`.
        at: Instant, ISO 8601, or empty.
    """

    file: str = ""
    line: int = 0
    exchange: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, however often.

    Attributes:
        rule: Word of `RULES`.
        grade: How bad it is.
        subject: Pack it is about.
        operation: Operation of the contract, or route.
        reason: What is wrong, in one line.
        pointer: JSON pointer into the body with `*` for any position, `header NAME` or `query NAME`; empty for all.
        status: HTTP status of the answer; 0 where it is about none.
        expected: What was expected, in short.
        seen: What was seen, in short.
        where: File and line of the contract's clause, or empty.
        guess: Whether what it rests on is marked as a guess.
        count: How often it was seen.
        first: Where it was seen first.
        last: Instant at which it was seen last, ISO 8601, or empty.
    """

    rule: str
    grade: Grade
    subject: str
    operation: str
    reason: str
    pointer: str = ""
    status: int = 0
    expected: str = ""
    seen: str = ""
    where: str = ""
    guess: bool = False
    count: int = 1
    first: Place = Place()
    last: str = ""

    @property
    def fingerprint(self) -> str:
        """Name it the same in every run: neither values, counts, lines nor instants are in it."""
        words = (self.rule, self.subject, self.operation, str(self.status), self.pointer, self.expected)
        return sha256("\0".join(words).encode()).hexdigest()[:16]

    @property
    def line(self) -> str:
        """The finding in one line."""
        place = " ".join(filter(None, (self.operation, str(self.status or ""), self.pointer)))
        notes = [f"{self.count:,}×" if self.count > 1 else "", "a guess of the contract" if self.guess else ""]
        rest = ", ".join(filter(None, (*notes, self.where)))
        return printable(f"{self.grade}: {place}: {self.reason}" + (f" ({rest})" if rest else ""))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one operation as a whole.

    Attributes:
        subject: Pack.
        operation: Operation of the contract.
        verdict: `kept`, `only refused`, `broken`, `not exercised`; of drift `agree`, `sandbox wrong`,
            `live differs from contract`, `live moved`, `not exercised`.
        exchanges: How many exchanges it rests on.
    """

    subject: str
    operation: str
    verdict: str
    exchanges: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All that came of a verb that finds things.

    Attributes:
        verb: `check`, `compare`, `drift`, `run`, `record`, `replay` or `up`.
        findings: Worst first.
        verdicts: One per operation.
        exchanges: How many exchanges were looked at.
        notes: What people should know beside, a line each.
    """

    verb: str
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    exchanges: int = 0
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathered:
    """Findings as they come, equal ones counted."""

    found: dict[str, Finding] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Note a finding, or count one more of those there are."""
        known = self.found.get(finding.fingerprint)
        if known is None:
            self.found[finding.fingerprint] = replace(finding, last=finding.last or finding.first.at)
        else:
            last = max(known.last, finding.last or finding.first.at)
            self.found[finding.fingerprint] = replace(known, count=known.count + finding.count, last=last)

    def sorted(self) -> tuple[Finding, ...]:
        """List them worst first."""
        return sorted_findings(self.found.values())


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put findings in order: worst first, then by pack, rule, operation and place."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (GRADES.index(each.grade), each.subject, each.rule, each.operation, each.pointer),
        )
    )


def printable(text: str) -> str:
    """Keep what came from outside from doing anything to a terminal or a file: one line of letters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def anywhere(pointer: str) -> str:
    """Write positions in a pointer as `*`: `/data/items/3/id` → `/data/items/*/id`."""
    return re.sub(r"/[0-9]+(?=/|$)", "/*", pointer)


def at_or_above(findings: Iterable[Finding], least: str) -> list[Finding]:
    """List the findings that are at least as bad as a grade; none at `none`."""
    if least == "none":
        return []
    return [each for each in findings if GRADES.index(each.grade) <= GRADES.index(least)]
