from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, write_pack

ERROR = "    range_too_long: {status: 400, message: too long}\n"


def problems(tmp_path: Path, series: str) -> list[Problem]:
    route = (
        f"  - {{route: 'GET /things/{{id}}/{{from}}/{{to}}', operation: series, family: battery, "
        f"template: one.json.j2, query: [limit], series: {{{series}}}}}\n"
    )
    text = PACK.replace("routes:\n", f"{ERROR}routes:\n") + route
    try:
        read_pack(write_pack(tmp_path / "mine", text))
    except SandboxError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize(
    "series",
    [
        "start: path.from, end: path.to, default: Q, steps: {Q: 15m}",
        "start: path.from, end: path.to, default: Q, steps: {Q: 15m}, around: {Q: month}, longest: {Q: 31}",
        "start: path.from, end: path.to, default: H, steps: {H: 1h}, around: {H: year}",
    ],
)
def test_dates_may_be_in_the_path(tmp_path: Path, series: str) -> None:
    assert problems(tmp_path, series) == []


@pytest.mark.parametrize(
    ("series", "reason", "hint"),
    [
        ("start: path.from, end: path.til, default: Q, steps: {Q: 15m}", "no path argument 'til'", "known: from, id"),
        ("start: path.from, end: to, default: Q, steps: {Q: 15m}", "of this route 'to'", "write path.to"),
        ("start: path.from, end: until, default: Q, steps: {Q: 15m}", "of this route 'until'", "written path.NAME"),
        ("start: path.from, default: Q, steps: {Q: 15m}", "'start' and 'end', or the key 'calendar'", ""),
        ("calendar: {year: y}, default: Q, steps: {Q: 15m}", "of this route 'y'", "known: limit"),
        ("start: path.from, end: path.to, default: D, steps: {Q: 15m}", "no step 'D'", "known: Q"),
        (
            "start: path.from, end: path.to, default: Q, steps: {Q: 15m}, around: {Q: year}",
            "a whole year in steps of 15m has 35136 points, and an answer at most 20000",
            "a shorter span or a longer step",
        ),
        (
            "start: path.from, end: path.to, default: Q, steps: {Q: 15m}, around: {Q: month}, longest: {Q: 30}",
            "a whole month is refused, for 'longest' says 30 days",
            "a greater 'longest'",
        ),
    ],
)
def test_what_cannot_be_asked_or_answered_is_told(tmp_path: Path, series: str, reason: str, hint: str) -> None:
    (found,) = problems(tmp_path, series)
    assert reason in found.reason
    assert hint in found.hint
