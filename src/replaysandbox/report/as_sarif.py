"""A report as SARIF 2.1.0: each finding at a line of a file of the user's, with a fingerprint that stays."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from replaysandbox import __version__
from replaysandbox.core.finding import RULES, Finding, Report

_LEVELS: Final = {"breaking": "error", "risky": "warning", "harmless": "note"}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(report: Report, otherwise: str = "replaysandbox.yaml") -> str:
    """Write a report as SARIF.

    Args:
        report: The report.
        otherwise: File that findings without one of their own are shown at.
    """
    rules = sorted({each.rule for each in report.findings})
    driver = {
        "name": "replaysandbox",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": RULES[rule]}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(each.rule), otherwise) for each in report.findings],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _result(finding: Finding, rule: int, otherwise: str) -> dict[str, Any]:
    seen = f" Seen first in: {finding.first.exchange}." if finding.first.exchange else ""
    file = finding.first.file or otherwise
    region = {"startLine": max(finding.first.line, 1)}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.grade],
        "message": {"text": f"{finding.line}.{seen}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(file.replace("\\", "/"))}, "region": region}}
        ],
        "partialFingerprints": {"finding/v1": finding.fingerprint},
        "occurrenceCount": finding.count,
    }
