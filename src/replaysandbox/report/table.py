"""Every kind of report there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from replaysandbox.core.finding import Report
from replaysandbox.report.as_json import as_json
from replaysandbox.report.as_junit import as_junit
from replaysandbox.report.as_markdown import as_markdown
from replaysandbox.report.as_sarif import as_sarif

REPORTS: Final[Mapping[str, Callable[[Report, str], str]]] = {
    "json": lambda report, _fail_on: as_json(report),
    "junit": as_junit,
    "markdown": lambda report, _fail_on: as_markdown(report),
    "sarif": lambda report, _fail_on: as_sarif(report),
}
"""Kind, as in `--report KIND=FILE` → the text of a report, given it and the grade that fails."""
