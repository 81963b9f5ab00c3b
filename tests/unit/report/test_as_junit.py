import pytest
from junitparser import JUnitXml

from replaysandbox.core.finding import Report, Verdict
from replaysandbox.report.as_junit import as_junit
from tests.guards.tree import ROOT
from tests.unit.report.made import EMPTY, REPORT


@pytest.mark.slow  # to read the schema
def test_it_keeps_the_official_schema() -> None:
    from xmlschema import XMLSchema

    schema = XMLSchema(str(ROOT / "tests/official/junit-4.xsd"))
    for report in (REPORT, EMPTY):
        schema.validate(as_junit(report))


def test_a_case_fails_from_the_grade_asked_for_and_is_skipped_where_nothing_exercised_it() -> None:
    whole = JUnitXml.fromstring(as_junit(REPORT).encode())
    assert (whole.tests, whole.failures, [suite.skipped for suite in whole]) == (5, 1, [1, 0])
    assert JUnitXml.fromstring(as_junit(REPORT, "harmless").encode()).failures == 3
    assert JUnitXml.fromstring(as_junit(REPORT, "none").encode()).failures == 0


def test_a_case_that_is_skipped_says_why() -> None:
    report = Report("check", (), (Verdict("p", "a", "only refused", 3), Verdict("p", "b", "not exercised")))
    cases = [case for suite in JUnitXml.fromstring(as_junit(report).encode()) for case in suite]
    assert [case.result[0].text for case in cases] == ["only refused", "not exercised"]
