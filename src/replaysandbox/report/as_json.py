"""A report as JSON, in the shape of `schemas/formats/report.schema.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from replaysandbox.core.finding import GRADES, Finding, Report

FORMAT: Final = 1
"""Version of the format; a reader refuses a higher one."""


def as_json(report: Report) -> str:
    """Write a report as JSON."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Make the JSON document of a report."""
    return {
        "format": FORMAT,
        "verb": report.verb,
        "exchanges": report.exchanges,
        "counts": {grade: sum(each.grade == grade for each in report.findings) for grade in GRADES},
        "findings": [_finding(each) for each in report.findings],
        "operations": [asdict(each) for each in report.verdicts],
        "notes": list(report.notes),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"fingerprint": finding.fingerprint, **asdict(finding)}
