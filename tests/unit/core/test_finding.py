from dataclasses import replace

from replaysandbox.core.finding import Finding, Gathered, Place, anywhere, at_or_above, sorted_findings

ONE = Finding(
    "response", "risky", "amps", "getBattery", "7 is not of type 'string'", "/a", 200, first=Place(at="2026-06-02")
)
WORSE = replace(ONE, grade="breaking", pointer="/b")


def test_equal_findings_are_counted_and_the_first_is_kept() -> None:
    gathered = Gathered()
    gathered.add(ONE)
    gathered.add(replace(ONE, reason="8 is not of type 'string'", first=Place(line=9, at="2026-06-03")))
    found = gathered.sorted()
    assert [(each.count, each.first, each.last, each.reason) for each in found] == [
        (2, ONE.first, "2026-06-03", ONE.reason)
    ]


def test_worst_comes_first_and_fail_on_counts_from_a_grade() -> None:
    assert sorted_findings([ONE, WORSE]) == (WORSE, ONE)
    assert at_or_above([ONE, WORSE], "breaking") == [WORSE]
    assert at_or_above([ONE, WORSE], "harmless") == [ONE, WORSE]
    assert at_or_above([ONE, WORSE], "none") == []


def test_a_fingerprint_stays_when_values_counts_and_lines_change() -> None:
    other = replace(ONE, reason="x", seen="8", count=9, where="o.yaml:99", first=Place("c", 3))
    assert other.fingerprint == ONE.fingerprint != WORSE.fingerprint


def test_positions_are_any_position() -> None:
    assert anywhere("/data/items/12/id") == "/data/items/*/id"
    assert anywhere("/data/0") == "/data/*"
    assert anywhere("/data/v2/id") == "/data/v2/id"


def test_a_line_names_grade_place_reason_and_notes() -> None:
    line = replace(ONE, count=3, guess=True, where="o.yaml:7").line
    assert line == "risky: getBattery 200 /a: 7 is not of type 'string' (3×, a guess of the contract, o.yaml:7)"
