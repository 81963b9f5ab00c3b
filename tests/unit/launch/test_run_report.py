from __future__ import annotations

from collections import Counter

from replaysandbox.core.contract import Violation
from replaysandbox.core.exchange import NearMiss
from replaysandbox.launch.run_report import report_of
from replaysandbox.launch.tally import Tally
from replaysandbox.report.table import REPORTS

URL = "GET https://api.amps.ai/baterry"
NEAR = NearMiss("GET /battery", "amps", "path", "segment 1 is 'baterry'")


def missed() -> Tally:
    return Tally(
        Counter({("amps", "simulate"): 4, ("amps", "miss"): 2, ("", "refused"): 1}),
        missed=Counter({URL: 2}),
        near={URL: (NEAR,)},
        refused=Counter({"example.com": 1}),
        checked=4,
    )


def test_what_fails_the_run_is_breaking_and_comes_first() -> None:
    report = report_of(missed(), "run", ("miss",), 0)
    assert [(each.rule, each.grade, each.count) for each in report.findings] == [
        ("miss", "breaking", 2),
        ("refused", "harmless", 1),
    ]
    assert "nearest is GET /battery: path" in report.findings[0].reason
    assert "--pass example.com" in report.findings[1].reason
    assert report.exchanges == 7
    assert report_of(missed(), "run", (), 0).findings[0].grade == "risky"


def test_a_run_without_findings_says_what_it_rests_on() -> None:
    report = report_of(Tally(Counter({("amps", "simulate"): 4}), checked=4), "run", ("miss",), 3)
    assert report.findings == ()
    assert report.notes[0] == "COMMAND ended with 3."
    assert [(each.subject, each.verdict, each.exchanges) for each in report.verdicts] == [("amps", "kept", 4)]


def test_violations_are_findings() -> None:
    broken = Tally(Counter({("amps", "simulate"): 1}), violations=Counter({made_violation(): 3}))
    (found,) = report_of(broken, "run", ("miss", "violation"), 0).findings
    assert (found.rule, found.grade, found.status, found.count) == ("response", "breaking", 200, 3)


def test_every_kind_of_report_can_be_written() -> None:
    report = report_of(missed(), "run", ("miss",), 0)
    for kind, write in REPORTS.items():
        assert "baterry" in write(report, "breaking"), kind


def made_violation() -> Violation:
    return Violation("GET /battery", 200, "/data/items", "is no array", "")
