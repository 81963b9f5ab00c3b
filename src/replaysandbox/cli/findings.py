"""What `check`, `compare` and `drift` share at their end: baseline, lines, reports, exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import tell
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.core.finding import Report

MOST_LINES = 50
"""Findings told one by one; the others are counted, and are in the reports. Ours."""

_MOST_NAMED = 4
"""Operations not exercised that are named; the others are counted. Ours."""

_KEPT_DAYS = 90
"""How long an entry of a new baseline lets its finding pass. Ours."""

_GRADES = ("breaking", "risky", "harmless", "none")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a verb that finds things ends, as its options say."""

    fail_on: str
    report: tuple[str, ...]
    baseline: str | None
    update_baseline: bool
    verbose: bool = False


def ending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--fail-on`, `--report`, `--baseline`, `--update-baseline` and `--verbose`."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Name every operation that was not exercised."),
        click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline, and end with 0."),
        click.option("--baseline", metavar="FILE", help="Let the findings of this file pass, each until its day."),
        click.option("--report", multiple=True, metavar="KIND=FILE", help="Also write json, junit, markdown or sarif."),
        click.option(
            "--fail-on", type=click.Choice(_GRADES), default="breaking", help="Ends with 1 from it. [breaking]"
        ),
    ):
        command = option(command)
    return command


def check_ending(ending: Ending) -> None:
    """Refuse at the start what could not be written at the end."""
    from replaysandbox.files.reports import read_baseline, report_targets, try_targets

    try_targets(report_targets(ending.report))
    if ending.update_baseline and not ending.baseline:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    if ending.baseline:
        read_baseline(Path(ending.baseline))


def end(report: Report, ending: Ending, say: Callable[[str], None] = click.echo) -> int:
    """Tell a report, write it where it was asked for, and name the exit status.

    Args:
        report: What was found.
        ending: What the options say.
        say: Tells a finding.
    """
    from replaysandbox.core.finding import at_or_above
    from replaysandbox.files.reports import read_baseline, report_targets, without_known, write_baseline, write_reports
    from replaysandbox.launch.wall import wall_clock

    targets = report_targets(ending.report)
    path = Path(ending.baseline) if ending.baseline else None
    if ending.update_baseline and path is None:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    known = read_baseline(path) if path else ()
    today = wall_clock().date()
    if ending.update_baseline and path is not None:
        count = write_baseline(path, report.findings, known, today + timedelta(days=_KEPT_DAYS))
        write_reports(targets, report, ending.fail_on)
        tell(f"{report.verb}: {many(count, 'finding')} let pass by {path}; say there why")
        return 0
    before = len(report.findings)
    findings, over = without_known(report.findings, known, today)
    report = replace(report, findings=findings)
    write_reports(targets, report, ending.fail_on)
    for line in lines(report, verbose=ending.verbose):
        say(line)
    for each in over:
        tell(f"baseline: the day of an entry is over ({each.until}): {each.says}")
    tell(_last(report, before - len(findings)))
    return 1 if at_or_above(report.findings, ending.fail_on) else 0


def lines(report: Report, *, verbose: bool = False) -> list[str]:
    """Write findings, a line each, and what was not exercised: where verbose all of it, else the first few."""
    from replaysandbox.core.finding import printable

    told = []
    for each in report.findings[:MOST_LINES]:
        told.append(each.line)
        if each.first.exchange:
            where = f"{each.first.file}:{each.first.line} " if each.first.line > 1 else ""
            told.append(printable(f"    {where}{each.first.exchange}"))
    more = len(report.findings) - MOST_LINES
    untold = [f"and {many(more, 'more finding')}"] if more > 0 else []
    return [*told, *untold, *_denominators(report, verbose=verbose), *report.notes]


def _denominators(report: Report, *, verbose: bool) -> list[str]:
    told = []
    for subject in dict.fromkeys(each.subject for each in report.verdicts):
        about = [each for each in report.verdicts if each.subject == subject]
        counts = Counter(each.verdict for each in about)
        words = ", ".join(f"{count} {word}" for word, count in counts.most_common())
        told.append(f"{subject}: {many(len(about), 'operation')}: {words}")
        missing = [each.operation for each in about if each.verdict == "not exercised"]
        if missing:
            named = missing if verbose else missing[:_MOST_NAMED]
            more = f" and {len(missing) - len(named)} more (-v names them)" if len(missing) > len(named) else ""
            told.append(f"{subject}: not exercised: {len(missing)} of {len(about)}: {', '.join(named)}{more}")
    return told


def _last(report: Report, passed: int) -> str:
    counts: Counter[str] = Counter(each.grade for each in report.findings)
    told = ", ".join(f"{counts[grade]} {grade}" for grade in _GRADES if counts[grade]) or "nothing found"
    known = f", {passed} let pass by the baseline" if passed else ""
    return f"{report.verb}: {told}{known}; {many(report.exchanges, 'exchange')} looked at"
