from __future__ import annotations

from datetime import UTC, datetime

from replaysandbox.cli.check_lines import fidelity_lines, law_lines
from replaysandbox.fidelity import Row
from replaysandbox.verify import LawFinding, LawReport

GOOD = Row("vehicle", "09-17", (95.0, 71.0), (94.8, 71.4), 0.4, "falls", 0.981, (0.0, 0.2), (0.11, 0.14))
BAD = Row("battery", "06-09", (70.0, 46.0), (70.0, 60.0), 14.0, "falls", 0.5, fine=False, why="14 points off")
MONTHS = Row("solar_inverter", "months", months=tuple(0.5 for _ in range(12)))
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_published_day_stands_beside_ours() -> None:
    lines = fidelity_lines([GOOD, BAD, MONTHS])
    assert lines[1].split() == [
        *("vehicle", "09-17", "95.0", "→", "71.0", "94.8", "→", "71.4", "0.4", "falls", "98.1"),
        *("11", "to", "14", "(of", "0", "to", "20)", "fine"),
    ]
    assert lines[2].split()[-2:] == ["–", "OFF"]
    assert lines[3].startswith("solar_inverter by month, January first: 0.50 0.50")
    assert lines[-1] == "battery 06-09: 14 points off"


def test_a_window_without_figures_shows_none() -> None:
    night = Row("solar_inverter", "18-06", direction="zero", right=1.0)
    assert fidelity_lines([night])[1].split() == ["solar_inverter", "18-06", "–", "–", "–", "zero", "100", "–", "fine"]


def test_a_broken_law_names_device_and_instant() -> None:
    finding = LawFinding("balance", "meter", 3, 0, AT)
    lines = law_lines(LawReport((finding,), 1, 10))
    assert lines[1].split() == ["balance", "meter", "3", "0", "2026-06-01T12:00:00Z"]
    assert len(lines) == 2
    assert law_lines(LawReport((finding,), 7, 10))[-1] == "and 6 more"
