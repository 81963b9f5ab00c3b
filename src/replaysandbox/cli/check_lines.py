"""What `check` found, as lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from replaysandbox.cli.table import table
from replaysandbox.fidelity import Row
from replaysandbox.verify import LawReport

_HEADERS = ("family", "window", "published %", "median %", "off", "direction", "right %", "plugged %", "verdict")


def fidelity_lines(rows: Sequence[Row]) -> list[str]:
    """Show the published day beside ours, the months' yield below, and what is off."""
    lines = table(_HEADERS, [_row(row) for row in rows if not row.months])
    for row in rows:
        if row.months:
            factors = " ".join(f"{factor:.2f}" for factor in row.months)
            lines.append(f"{row.family} by month, January first: {factors}  {_verdict(row)}")
    return lines + [f"{row.family} {row.window}: {row.why}" for row in rows if not row.fine]


def _row(row: Row) -> tuple[object, ...]:
    return (
        row.family,
        row.window,
        _edges(row.published),
        _edges(row.median),
        None if row.off is None else round(row.off, 1),
        row.direction,
        None if row.right is None else round(100 * row.right, 1),
        _plugged(row),
        _verdict(row),
    )


def _edges(edges: tuple[float | None, float | None]) -> str:
    if edges == (None, None):
        return "–"
    return " → ".join("–" if value is None else f"{value:.1f}" for value in edges)


def _plugged(row: Row) -> str:
    """Write the share of a day's cars that are plugged in, and the share that should be."""
    if row.plugged is None or row.plugged_published is None:
        return "–"
    least, most = (100 * share for share in row.plugged)
    low, high = (100 * share for share in row.plugged_published)
    return f"{least:.0f} to {most:.0f} (of {low:.0f} to {high:.0f})"


def _verdict(row: Row) -> str:
    return "fine" if row.fine else "OFF"


def law_lines(report: LawReport) -> list[str]:
    """Show which device broke which law when."""
    rows = [
        (each.law, each.family, each.home, each.slot, each.at.isoformat().replace("+00:00", "Z"))
        for each in report.findings
    ]
    more = report.found - len(report.findings)
    lines = table(("law", "family", "home", "slot", "at"), rows)
    return [*lines, f"and {more:,} more"] if more else lines
