"""A report as Markdown, for pull requests and job summaries."""

from __future__ import annotations

from collections import Counter

from replaysandbox.core.counted import many
from replaysandbox.core.finding import GRADES, Finding, Report

MOST_ROWS = 100
"""Findings that are shown; the others are counted. Ours: a comment of a forge holds 65,536 characters."""


def as_markdown(report: Report) -> str:
    """Write a report as Markdown."""
    counts = Counter(each.grade for each in report.findings)
    told = ", ".join(f"{counts[grade]} {grade}" for grade in GRADES if counts[grade]) or "nothing found"
    lines = [f"### replaysandbox {report.verb}: {told}", "", f"{many(report.exchanges, 'exchange')} looked at."]
    if report.findings:
        lines += ["", "| grade | operation | where | finding | times |", "|---|---|---|---|---|"]
        lines += [_row(each) for each in report.findings[:MOST_ROWS]]
        if len(report.findings) > MOST_ROWS:
            lines += ["", f"and {len(report.findings) - MOST_ROWS:,} more."]
    if report.verdicts:
        lines += ["", *_verdicts(report)]
    lines += [f"- {_cell(note)}" for note in report.notes]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    operation = " ".join(filter(None, (finding.operation, str(finding.status or ""))))
    reason = finding.reason + (" (a guess of the contract)" if finding.guess else "")
    cells = (finding.grade, operation, finding.pointer, reason, f"{finding.count:,}")
    return "| " + " | ".join(_cell(each) for each in cells) + " |"


def _verdicts(report: Report) -> list[str]:
    counts = Counter(each.verdict for each in report.verdicts)
    lines = [
        f"Of {many(len(report.verdicts), 'operation')}: " + ", ".join(f"{n} {word}" for word, n in counts.most_common())
    ]
    missing = [each.operation for each in report.verdicts if each.verdict == "not exercised"]
    return [*lines, "", f"Not exercised: {', '.join(missing)}", ""] if missing else [*lines, ""]


def _cell(text: str) -> str:
    """Keep what was seen from being read as markup."""
    for letter in "\\`*_<>[]|":
        text = text.replace(letter, f"\\{letter}")
    return " ".join(text.split())
