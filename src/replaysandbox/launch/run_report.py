"""What a run came to, as a report for CI: misses, violations, hosts that were refused. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from replaysandbox.core.finding import Finding, Grade, Report, Verdict, sorted_findings
from replaysandbox.launch.tally import Tally


def report_of(tally: Tally, verb: str, fail_on: Collection[str], status: int) -> Report:
    """Write a tally as a report; breaking is what makes the run fail.

    Args:
        tally: What the run came to.
        verb: `run` or `replay`.
        fail_on: Kinds of finding that make it fail: miss, violation.
        status: Exit status of the command.
    """
    findings = sorted_findings([*_misses(tally, fail_on), *_violations(tally, fail_on), *_refused(tally)])
    calls = sum(tally.calls.values())
    left = sum(tally.forwarded.values())
    notes = (
        f"COMMAND ended with {status}.",
        f"{tally.checked} answers were held to their contract.",
        f"{left} {'call' if left == 1 else 'calls'} left this machine.",
    )
    return Report(verb, findings, tuple(_verdicts(tally)), calls, notes)


def _verdicts(tally: Tally) -> Iterator[Verdict]:
    packs = sorted({pack for pack, _ in tally.calls})
    broken = bool(tally.violations)
    for pack in packs:
        count = sum(times for (each, _), times in tally.calls.items() if each == pack)
        yield Verdict(pack or "other hosts", "all calls", "broken" if broken or tally.missed else "kept", count)


def _misses(tally: Tally, fail_on: Collection[str]) -> Iterator[Finding]:
    for call, count in tally.missed.items():
        near = tally.near.get(call, ())
        nearest = f"; nearest is {near[0].route}: {near[0].part}: {near[0].reason}" if near else ""
        subject = near[0].pack if near else "other hosts"
        yield Finding("miss", _grade("miss", fail_on), subject, call, f"nothing answers it{nearest}", count=count)


def _violations(tally: Tally, fail_on: Collection[str]) -> Iterator[Finding]:
    for each, count in tally.violations.items():
        yield Finding(
            "response",
            _grade("violation", fail_on),
            "contract",
            each.operation,
            each.reason,
            pointer=each.pointer,
            status=each.status,
            count=count,
        )


def _refused(tally: Tally) -> Iterator[Finding]:
    for host, count in tally.refused.items():
        reason = f"no pack imitates it, so its calls were refused; to let them through: --pass {host}"
        yield Finding("refused", "harmless", "other hosts", host, reason, count=count)


def _grade(kind: str, fail_on: Collection[str]) -> Grade:
    return "breaking" if kind in fail_on else "risky"
