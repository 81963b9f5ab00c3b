import json
from pathlib import Path

from jsonschema import Draft4Validator

from replaysandbox.report.as_sarif import as_sarif
from tests.guards.tree import ROOT
from tests.unit.report.made import EMPTY, FINDINGS, REPORT

SCHEMA = json.loads((ROOT / "tests/official/sarif-2.1.0-rtm.5.json").read_text("utf-8"))


def test_it_keeps_the_official_schema() -> None:
    for report in (REPORT, EMPTY):
        assert list(Draft4Validator(SCHEMA).iter_errors(json.loads(as_sarif(report)))) == []


def test_a_result_has_a_place_a_level_and_a_fingerprint_that_stays() -> None:
    results = json.loads(as_sarif(REPORT))["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("sandbox/captures/day.jsonl", 3)
    assert [each["level"] for each in results] == ["error", "warning", "note"]
    assert results[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "replaysandbox.yaml"
    assert results[0]["partialFingerprints"] == {"finding/v1": FINDINGS[0].fingerprint}
    assert Path(place["artifactLocation"]["uri"]).suffix == ".jsonl"
