from __future__ import annotations

from replaysandbox.cli.redact_lines import Finding, count_lines, finding_lines


def test_counts_by_rule() -> None:
    assert count_lines({}) == ["redacted    nothing: no secret and nothing personal was seen"]
    assert count_lines({"secret token": 2, "personal vin": 5}) == [
        "redacted    7 values: personal vin ×5, secret token ×2"
    ]
    assert count_lines({f"rule {number}": 1 for number in range(15)})[0].endswith("and 3 more rules")


def test_findings_one_a_line() -> None:
    found = [
        Finding("exchange 1 (GET /x)", "request header x-api-key", "secret x-api-key", 1),
        Finding("line 3", "", "shape of a jwt", 2),
    ]
    assert finding_lines(found) == [
        "exchange 1 (GET /x): request header x-api-key: secret x-api-key",
        "line 3: shape of a jwt ×2",
    ]
