"""A report as JUnit XML: one case per operation, failed by its findings, skipped where nothing exercised it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from replaysandbox.core.finding import Finding, Report, at_or_above

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report, fail_on: str = "breaking") -> str:
    """Write a report as JUnit XML.

    Args:
        report: The report.
        fail_on: Grade from which a finding fails its case.
    """
    failing = {each.fingerprint for each in at_or_above(report.findings, fail_on)}
    subjects = dict.fromkeys([*(each.subject for each in report.verdicts), *(each.subject for each in report.findings)])
    whole = JUnitXml(f"replaysandbox {report.verb}")
    for subject in subjects:
        suite = TestSuite(_xml(f"{report.verb} {subject}"))
        for case in _cases(report, subject, failing):
            suite.add_testcase(case)
        suite.update_statistics()  # type: ignore[no-untyped-call] # junitparser leaves it open
        whole.add_testsuite(suite)
    whole.tests, whole.failures, whole.errors = (  # not update_statistics: it adds what the schema does not know
        sum(getattr(suite, word) for suite in whole) for word in ("tests", "failures", "errors")
    )
    text: bytes = whole.tostring()  # type: ignore[no-untyped-call] # as above
    return text.decode("utf-8")


def _cases(report: Report, subject: str, failing: set[str]) -> list[TestCase]:
    verdicts = {each.operation: each for each in report.verdicts if each.subject == subject}
    findings = [each for each in report.findings if each.subject == subject]
    names = dict.fromkeys([*verdicts, *(each.operation for each in findings)])
    cases = []
    for name in names:
        about = [each for each in findings if each.operation == name]
        case = TestCase(_xml(name), classname=_xml(subject), time=0)
        worst = [each for each in about if each.fingerprint in failing]
        verdict = verdicts.get(name)
        if worst:
            case.result = [_failure(worst)]
        elif verdict is not None and verdict.verdict in ("not exercised", "only refused"):
            case.result = [_skipped(verdict.verdict)]
        if about:
            case.system_out = _xml("\n".join(each.line for each in about))
        cases.append(case)
    return cases


def _skipped(why: str) -> Skipped:
    skipped = Skipped()
    skipped.text = why  # the schema lets it have no attribute
    return skipped


def _failure(findings: Sequence[Finding]) -> Failure:
    failure = Failure(_xml(findings[0].reason), findings[0].rule)
    failure.text = _xml("\n".join(f"{each.line}\n  {each.first.exchange}" for each in findings))
    return failure


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
