from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.reports import (
    read_baseline,
    report_targets,
    try_targets,
    without_known,
    write_baseline,
    write_reports,
)
from tests.unit.report.made import FINDINGS, REPORT

DAY = date(2026, 9, 1)


def test_a_baseline_is_read_as_it_was_written_and_keeps_reasons(tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    assert read_baseline(path) == ()
    assert write_baseline(path, FINDINGS[:1], (), DAY) == 1
    path.write_text(path.read_text().replace("not looked at yet", "ticket 7"))
    known = read_baseline(path)
    assert [(each.reason, each.until) for each in known] == [("ticket 7", DAY)]
    assert write_baseline(path, FINDINGS, known, date(2027, 1, 1)) == 3
    assert [each.reason for each in read_baseline(path)] == ["ticket 7", *["not looked at yet"] * 2]
    left, over = without_known(FINDINGS, known, DAY)
    assert (left, over) == (FINDINGS[1:], ())
    left, over = without_known(FINDINGS, known, date(2026, 9, 2))
    assert (left, over) == (FINDINGS, known)


@pytest.mark.parametrize("text", ["known: []\n", "format: 1\nknown: [{}]\n", "format: 2\nknown: []\n"])
def test_what_is_no_baseline_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.yaml"
    path.write_text(text)
    with pytest.raises(SandboxError):
        read_baseline(path)


def test_a_baseline_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be written: No such file"):
        write_baseline(tmp_path / "nowhere" / "baseline.yaml", FINDINGS, (), DAY)


def test_a_day_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    write_baseline(path, FINDINGS[:1], (), DAY)
    path.write_text(path.read_text().replace("2026-09-01", "soon"))
    with pytest.raises(SandboxError, match="'soon' is no day"):
        read_baseline(path)


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="cannot be written"):
        write_reports(report_targets([f"json={tmp_path}/file/x"]), REPORT, "breaking")


def test_what_cannot_be_written_is_told_before_there_is_anything_to_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "old.json").write_text("as it was")
    fine = [tmp_path / "new" / "a.json", tmp_path / "old.json"]
    try_targets([("json", path) for path in fine])
    assert [path.exists() for path in fine] == [False, True]
    assert fine[1].read_text() == "as it was"
    wrong = [tmp_path, tmp_path / "file" / "a.json"]
    with pytest.raises(SandboxError, match=r"(?s)Is a directory.*its folder is a file") as raised:
        try_targets([("json", path) for path in (*wrong, *fine)])
    assert len(raised.value.problems) == 2
