import json

from replaysandbox.files.schema_check import format_validator
from replaysandbox.report.as_json import as_json
from tests.unit.report.made import EMPTY, REPORT


def test_it_keeps_the_published_schema() -> None:
    for report in (REPORT, EMPTY):
        document = json.loads(as_json(report))
        assert list(format_validator("report").iter_errors(document)) == []
    counts = json.loads(as_json(REPORT))["counts"]
    assert counts == {"breaking": 1, "risky": 1, "harmless": 1}
