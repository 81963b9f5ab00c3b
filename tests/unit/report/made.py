"""A report with something of everything in it."""

from replaysandbox.core.finding import Finding, Place, Report, Verdict

FIRST = Place("sandbox/captures/day.jsonl", 3, "GET /battery/x 200", "2026-06-01T00:00:00Z")
NASTY = "'<b>|`' \x00 is not of type 'number' & ]]> \ud800"
FINDINGS = (
    Finding(
        "response",
        "breaking",
        "amps",
        "getBattery",
        NASTY,
        "/data/level",
        200,
        "type number",
        "x",
        "o.yaml:3",
        first=FIRST,
    ),
    Finding("request", "risky", "amps", "pushBattery", "a body is missing", guess=True, count=7, first=FIRST),
    Finding("fidelity", "harmless", "world", "battery", "14 points off", "06-09"),
)
REPORT = Report(
    "check",
    FINDINGS,
    (
        Verdict("amps", "getBattery", "broken", 12),
        Verdict("amps", "listHvacs", "kept", 3),
        Verdict("amps", "getHvac", "not exercised"),
    ),
    15,
    ("a note with a | bar",),
)
EMPTY = Report("drift")
