import pytest

from replaysandbox.files.options import REPORT_KINDS
from replaysandbox.report.table import REPORTS
from tests.unit.report.made import REPORT


@pytest.mark.parametrize("kind", REPORTS)
def test_each_kind_writes_a_text_that_can_be_kept(kind: str) -> None:
    text = REPORTS[kind](REPORT, "breaking")
    assert "getBattery" in text
    if kind != "markdown":
        text.encode("utf-8")


def test_the_option_names_those_there_are() -> None:
    assert set(REPORT_KINDS) == set(REPORTS)
