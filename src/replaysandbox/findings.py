"""Violations made findings: what the contract's clauses say, told with pack, exchange, file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from replaysandbox.check import Checker
from replaysandbox.conformance import Held
from replaysandbox.core.contract import ContractOperation, Violation
from replaysandbox.core.finding import Finding, Gathered, Place, Verdict, anywhere


@dataclass(slots=True)
class Tried:
    """What was looked at of each operation of each pack.

    Attributes:
        exchanges: Pack and operation → how many exchanges.
        statuses: Pack, operation and status → how many answers.
        broken: Pack and operation of those that broke the contract.
        succeeded: Pack and operation of those that did what was asked.
    """

    exchanges: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    broken: set[tuple[str, str]] = field(default_factory=set)
    succeeded: set[tuple[str, str]] = field(default_factory=set)


def note(
    gathered: Gathered,
    tried: Tried,
    checker: Checker,
    pack: str,
    held: Held,
    status: int,
    place: Place,
    *,
    refused: bool = False,
) -> None:
    """Add what came of one exchange to what was found before.

    Args:
        gathered: Where findings are added.
        tried: Where it is noted what was looked at.
        checker: The contract.
        pack: Name of the pack.
        held: What holding it to the contract came to.
        status: HTTP status.
        place: Where it stands.
        refused: Whether it is one of the pack's errors, whatever its status.
    """
    if held.operation is None:
        return
    name = held.operation.name
    tried.exchanges[pack, name] += 1
    tried.statuses[pack, name, status] += 1
    if status < 400 and not refused:
        tried.succeeded.add((pack, name))
    if held.response:
        tried.broken.add((pack, name))
    for rule, violations in (("response", held.response), ("request", held.request)):
        for violation in violations:
            gathered.add(finding(checker, pack, rule, violation, place))


def finding(checker: Checker, pack: str, rule: str, violation: Violation, place: Place) -> Finding:
    """Make a finding of a violation; one that rests on a guess is no more than risky."""
    return Finding(
        rule=rule,
        grade="risky" if violation.guess else "breaking",
        subject=pack,
        operation=violation.operation,
        reason=violation.reason,
        pointer=anywhere(violation.pointer),
        status=violation.status,
        expected=violation.expected or violation.clause.rpartition("/")[2],
        seen=violation.seen,
        where=checker.contract.where(violation.clause),
        guess=violation.guess,
        first=place,
    )


def verdicts(tried: Tried, checkers: Mapping[str, Checker], *, webhooks: bool = False) -> Iterator[Verdict]:
    """Say of each operation whether it kept its promise, or was not exercised.

    Args:
        tried: What was looked at.
        checkers: Pack → its contract.
        webhooks: Whether to judge what the API tells by itself, too.
    """
    for pack, checker in checkers.items():
        for operation in checker.contract.operations if webhooks else checker.contract.calls:
            count = tried.exchanges[pack, operation.name]
            yield Verdict(pack, operation.name, _verdict(tried, pack, operation) if count else "not exercised", count)


def _verdict(tried: Tried, pack: str, operation: ContractOperation) -> str:
    """Judge an operation that was asked; refusals alone do not keep the promise of one that can succeed."""
    if (pack, operation.name) in tried.broken:
        return "broken"
    can_succeed = any(status[:1] in ("1", "2", "3") for status in operation.responses)
    return "only refused" if can_succeed and (pack, operation.name) not in tried.succeeded else "kept"


def untried_statuses(tried: Tried, pack: str, checker: Checker) -> list[str]:
    """List the promised answers that nobody saw: `getBattery 503`."""
    return [
        f"{operation.name} {status}"
        for operation in checker.contract.calls
        for status in operation.responses
        if not any(_falls(status, seen) for _, name, seen in _seen(tried, pack, operation) if name == operation.name)
    ]


def _seen(tried: Tried, pack: str, operation: ContractOperation) -> list[tuple[str, str, int]]:
    return [key for key in tried.statuses if key[0] == pack and key[1] == operation.name]


def _falls(promised: str, seen: int) -> bool:
    return promised in (str(seen), f"{seen // 100}XX", f"{seen // 100}xx", "default")
