from dataclasses import replace

from replaysandbox.report.as_markdown import MOST_ROWS, as_markdown
from tests.unit.report.made import EMPTY, FINDINGS, REPORT


def test_findings_are_rows_and_nothing_is_read_as_markup() -> None:
    text = as_markdown(REPORT)
    assert text.startswith("### replaysandbox check: 1 breaking, 1 risky, 1 harmless\n")
    assert "\\<b\\>\\|\\`" in text
    assert "Not exercised: getHvac" in text
    assert as_markdown(EMPTY).startswith("### replaysandbox drift: nothing found")


def test_a_long_report_is_cut() -> None:
    many = replace(REPORT, findings=FINDINGS * 100)
    text = as_markdown(many)
    assert text.count("\n| ") == MOST_ROWS + 1
    assert f"and {300 - MOST_ROWS} more." in text
